"""Do files reach the dossier from a browser whose network comes and goes, on a phone as on a desk?"""

from __future__ import annotations

import re
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import psutil
import psycopg2
import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.given.servers.ports import free_port
from tests.given.webapi.access import barriers
from tests.given.webapi.chromium import HURRY
from tests.given.webapi.demonstration_site import served, sign_in
from tests.given.webapi.pictures import picture
from tests.given.webapi.upload_form import file_all, put_in, tick

if TYPE_CHECKING:
    from tests.given.webapi.demonstration_site import Place

SLOW = {"offline": False, "latency": 20, "downloadThroughput": 10_000_000, "uploadThroughput": 1_500_000}
"""Bytes a second, as a browser's own tools slow a network down: slow enough to be cut off half-way."""
FAST = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
"""What is left is sent as fast as it goes."""
REPORT = b"Une ligne du rapport de stage.\n" * 180_000


@pytest.fixture
def visit(visit):
    return partial(visit, hurried=True)


def choose(page: Page, *files: tuple[str, bytes], among: str = "#file") -> None:
    payloads: list[FilePayload] = [{"name": n, "mimeType": "text/plain", "buffer": data} for n, data in files]
    page.set_input_files(among, payloads)


def row(page: Page, name: str) -> Any:
    return page.locator(".sending > li", has_text=name)


def offset(place: Place) -> int:
    """How much of the newest upload is kept, as the server knows it."""
    return int(asked(place, "select coalesce((select taken from desk.upload order by created_at desc limit 1), 0)"))


def asked(place: Place, statement: str) -> Any:
    with closing(psycopg2.connect(place.settings.database_url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        ((found,),) = cursor.fetchall()
        connection.commit()
        return found


def begun_and_paused(page: Page, name: str) -> Any:
    """A file of which some has come."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    tick(page, 12)
    choose(page, (name, REPORT))
    put_in(page)
    expect(row(page, name)).to_contain_text(re.compile(r"\((4|5)\d\s%\)"))
    row(page, name).get_by_role("button", name="Suspendre").click()
    expect(row(page, name).locator("[data-state]")).to_have_text("Suspendu")
    network.send("Network.emulateNetworkConditions", FAST)
    return row(page, name)


def sends(page: Page) -> list[int]:
    """Where each portion began that is sent from now on."""
    sent: list[int] = []
    page.on("request", lambda request: sent.extend(map(int, filter(None, [request.headers.get("upload-offset")]))))
    return sent


def may_be_left(page: Page) -> bool:
    """Whether a browser asks nothing before it leaves the page."""
    return bool(page.evaluate("window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"))


def test_an_upload_that_loses_the_network_goes_on_where_it_stopped_and_is_filed(visit, place):
    page = visit("elodie")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    sent: list[int] = []
    page.on("request", lambda request: sent.extend(map(int, filter(None, [request.headers.get("upload-offset")]))))
    tick(page, 2, 5)
    choose(page, ("Rapport de stage.txt", REPORT))
    put_in(page)
    expect(row(page, "Rapport de stage.txt")).to_contain_text(re.compile(r"\((4|5)\d\s%\)"))
    network.send("Network.emulateNetworkConditions", SLOW | {"offline": True})
    expect(row(page, "Rapport de stage.txt").locator("[data-state]")).to_contain_text("Interrompu")
    kept = offset(place)
    assert 0 < kept < len(REPORT)
    assert not may_be_left(page)
    picture(page, "upload-interrupted")
    before = len(sent)
    network.send("Network.emulateNetworkConditions", FAST)
    expect(page.locator(".note.good")).to_contain_text("Pièce ajoutée", timeout=15000)
    assert sent[before:], "something was left to send"
    assert min(sent[before:]) >= kept, "it did not begin anew"
    assert offset(place) == len(REPORT)
    expect(page.locator(".pieces li", has_text="Rapport de stage.txt")).to_contain_text("2 et 5")
    file_all(page)
    expect(page.locator(".note.good")).to_contain_text("Dossier de validation déposé")
    expect(page.locator(".paper").first).to_contain_text("Rapport de stage.txt")


def test_a_phone_sends_several_files_one_is_refused_and_says_why_and_all_is_accessible(visit):
    page = visit("firmin", width=375)
    tick(page, 12)
    choose(page, ("Journal.txt", REPORT[:50_000]), ("Programme.txt", b"\x7fELF\x02\x01\x01" + bytes(500)))
    own = row(page, "Journal.txt").locator("summary").first
    expect(own).to_contain_text("12")
    own.click()
    row(page, "Journal.txt").locator("[data-boxes] summary").first.click()
    row(page, "Journal.txt").locator('[data-boxes] input[value="3"]').check()
    expect(own).to_contain_text("3, 12")
    picture(page, "upload-chosen-phone")
    put_in(page)
    refused = row(page, "Programme.txt")
    expect(refused.locator("[role=alert]")).to_contain_text("Une preuve est un PDF")
    expect(page.locator(".pieces li", has_text="Journal.txt")).to_contain_text("3 et 12")
    assert not barriers(page)
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture(page, f"upload-refused-{width}")
    refused.get_by_role("button", name="Annuler Programme.txt").click()
    expect(page.locator(".sending > li")).to_have_count(0)


@pytest.mark.slow
def test_after_a_reload_the_same_file_goes_on_and_a_link_is_given_beside_it(visit, place):
    page = visit("capucine", language="en-GB", path=f"/candidacies/{place.candidacy('capucine')}")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    tick(page, 20)
    choose(page, ("Log book.txt", REPORT))
    page.get_by_role("button", name="Add this piece").click()
    expect(row(page, "Log book.txt")).to_contain_text(re.compile(r"\((4|5)\d%\)"))
    row(page, "Log book.txt").get_by_role("button", name="Pause").click()
    expect(row(page, "Log book.txt").locator("[data-state]")).to_have_text("Paused")
    network.send("Network.emulateNetworkConditions", FAST)
    page.reload()
    begun = page.locator("[data-begun]", has_text="Log book.txt")
    expect(begun).to_contain_text(re.compile(r"of 5\.3\sMB"))
    picture(page, "upload-unfinished-en")
    tick(page, 20)
    kept = offset(place)
    assert kept > 0
    sent = sends(page)
    away: list[Route] = []

    def once_away(route: Route) -> None:
        if route.request.method == "HEAD" and not away:
            away.append(route)
            route.fulfill(status=503)
        else:
            route.continue_()

    page.route("**/uploads/*", once_away)
    page.evaluate("window.modified = Number(document.querySelector('[data-begun]').dataset.modified)")
    choose_again(page, "Log book.txt")
    expect(row(page, "Log book.txt").locator("[data-state]")).to_have_text("Can go on")
    page.get_by_role("button", name="Add this piece").click()
    expect(page.locator(".note.good")).to_contain_text("Piece added", timeout=15000)
    assert away, "the server did not answer when it was first asked"
    assert min(sent) >= kept
    tick(page, 20)
    page.get_by_text("Or give a link").click()
    page.fill("#link-title", "Portfolio")
    page.fill("#link", "https://example.org/portfolio")
    page.press("#link", "Enter")
    piece = page.locator(".pieces li", has_text="Portfolio")
    expect(piece).to_contain_text("link")
    picture(page, "upload-link-en")
    piece.get_by_role("link", name="Portfolio", exact=True).click()
    expect(page.get_by_role("link", name="https://example.org/portfolio")).to_be_visible()
    assert not barriers(page)


def losing_the_first_answer(page: Page) -> list[str]:
    """The answer to the first piece that is put in, which the page never gets."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort()

    page.route("**/piece", lose)
    return lost


def test_a_piece_whose_answer_was_lost_is_put_in_once_and_said_to_be(visit):
    page = visit("firmin")
    lost = losing_the_first_answer(page)
    tick(page, 3)
    choose(page, ("Carnet.txt", REPORT[:40_000]))
    put_in(page)
    expect(page.locator(".note.good")).to_contain_text("Pièce ajoutée", timeout=15000)
    assert "position" in lost[0], "it was put in the first time"
    expect(page.locator(".pieces li", has_text="Carnet.txt")).to_have_count(1)


def test_a_piece_whose_answer_was_lost_and_that_is_then_cancelled_is_said_to_be_put_in(visit):
    page = visit("firmin", hurried=False)  # it is cancelled before it is tried again
    lost = losing_the_first_answer(page)
    tick(page, 3)
    choose(page, ("Planning.txt", REPORT[:41_000]))
    put_in(page)
    expect(row(page, "Planning.txt").locator("[data-state]")).to_contain_text("Interrompu")
    row(page, "Planning.txt").get_by_role("button", name="Annuler").click()
    expect(page.locator(".note.good")).to_contain_text("Pièce ajoutée", timeout=15000)
    assert "position" in lost[0], "it was put in the first time"
    expect(page.locator(".pieces li", has_text="Planning.txt")).to_have_count(1)


def test_upload_being_checked_is_not_shown_as_cancelled_too_early(visit, place):
    page = visit("firmin")
    away: list[str] = []

    def once_away(route: Route) -> None:
        if route.request.method == "DELETE" and not away:
            away.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/piece", lambda route: route.abort())
    page.route("**/uploads/*", once_away)
    tick(page, 3)
    choose(page, ("Budget.txt", REPORT[:42_000]))
    put_in(page)
    sent = row(page, "Budget.txt")
    expect(sent.locator("[data-state]")).to_contain_text("Interrompu")
    checking = "update desk.upload set state = 'checking', holder = id, held_until = now() + interval '1 minute'"
    asked(place, f"{checking} where state = 'receiving' and taken = length returning taken")
    cancel = sent.get_by_role("button", name="Annuler Budget.txt")
    cancel.click()
    expect(sent.locator("[role=alert]")).to_contain_text("peut-être déposée")
    cancel.click()
    expect(sent.locator("[role=alert]")).to_contain_text("en cours de dépôt")
    assert (
        asked(place, "update desk.upload set held_until = now() where state = 'checking' returning taken") == 42_000
    )
    cancel.click()
    expect(page.locator(".sending > li")).to_have_count(0)
    assert asked(place, "select count(*) from desk.upload where state = 'checking'") == 0


@pytest.mark.slow
def test_upload_interrupted_by_a_second_factor_continues_afterwards(visit, place):
    page = visit("firmin")
    paused = begun_and_paused(page, "Devis.txt")
    kept, resume = offset(place), paused.get_by_role("button", name="Reprendre Devis.txt")
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", FAST)
    problem = '{"type": "/problems/second-factor-required", "title": "…"}'

    def not_yet(route: Route) -> None:
        head = route.request.method == "HEAD"
        route.fulfill(status=401, content_type="application/problem+json", body="" if head else problem)

    page.route("**/uploads/*", not_yet)
    resume.click()
    expect(paused.locator("[role=alert]")).to_contain_text("dans un autre onglet")
    page.route("**/account/second-factor", lambda route: route.fulfill(body="<html></html>"))
    elsewhere = {"Location": "/account/second-factor"}
    here = f"**/candidacies/{place.candidacy('firmin')}"
    page.route(here, lambda route: route.fulfill(status=303, headers=elsewhere))
    resume.click()
    expect(paused.locator("[role=alert]")).to_contain_text("double authentification")
    for pattern in (here, "**/uploads/*"):
        page.unroute(pattern)
    sent = sends(page)
    resume.click()
    expect(page.locator(".note.good")).to_contain_text("Pièce ajoutée", timeout=15000)
    assert min(sent) >= kept > 0


@pytest.mark.slow
def test_paused_upload_that_ended_elsewhere_restarts_on_request(visit, place):
    page = visit("firmin")
    paused = begun_and_paused(page, "Bilan.txt")
    resume = paused.get_by_role("button", name="Reprendre Bilan.txt")
    expect(resume).to_be_focused()
    ended = "update desk.upload set state = 'ended' where state = 'receiving' and taken > 0 returning taken"
    assert asked(place, ended) > 0
    resume.click()
    expect(paused.locator("[role=alert]")).to_contain_text("Cet envoi a pris fin")
    sent = sends(page)
    resume.click()
    expect(page.locator(".note.good")).to_contain_text("Pièce ajoutée", timeout=15000)
    assert sent[0] == 0


def test_upload_continues_after_signing_in_again_in_another_tab(visit, place):
    page = visit("firmin", anew=True)
    paused = begun_and_paused(page, "Attestations.txt")
    kept, sent = offset(place), sends(page)
    page.context.clear_cookies()
    resume = paused.get_by_role("button", name="Reprendre Attestations.txt")
    resume.click()
    expect(paused.locator("[role=alert]")).to_contain_text("connectez-vous de nouveau dans un autre onglet")
    sign_in(page.context, place.story.cast["firmin"])
    resume.click()
    expect(page.locator(".note.good")).to_contain_text("Pièce ajoutée", timeout=15000)
    assert min(sent) >= kept > 0


def test_a_refused_file_that_is_cancelled_is_ended_and_the_keyboard_stays_by_the_next_one(visit, place):
    page = visit("firmin")
    held: list[Route] = []
    page.route("**/piece", lambda route: held.append(route))  # noqa: PLW0108  (nothing built in is taken)
    tick(page, 3)
    choose(page, ("Premier.txt", REPORT[:40_000]), ("Second.txt", REPORT[:50_000]))
    put_in(page)
    for name in ("Premier.txt", "Second.txt"):
        expect(row(page, name).locator("[data-state]")).to_have_text("Dépôt")
    assert not may_be_left(page)
    for route in held:
        problem = '{"title": "Une règle s\'y oppose."}'
        route.fulfill(status=409, content_type="application/problem+json", body=problem)
    for name in ("Premier.txt", "Second.txt"):
        expect(row(page, name).locator("[role=alert]")).to_have_text("Une règle s'y oppose.")
    assert may_be_left(page)
    following = {
        "Premier.txt": page.get_by_role("button", name="Annuler Second.txt"),
        "Second.txt": page.locator("#file"),
    }
    for name, focused in following.items():
        with page.expect_response(lambda answer: answer.request.method == "DELETE") as ended:
            row(page, name).get_by_role("button", name="Annuler").click()
        assert ended.value.status == 204
        expect(focused).to_be_focused()
    assert asked(place, "select count(*) from desk.upload where state = 'receiving' and taken = length") == 0


KEEP = "/portfolio/new"
FILM = "Film du festival.txt"


def half_kept(page: Page) -> Any:
    """A file of which half has come, on its way into one's own pieces, and the network that may be cut."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    page.get_by_label("Titre").fill("Le festival, en film")
    choose(page, (FILM, REPORT), among="#keep-file")
    page.get_by_role("button", name="Garder cette pièce").click()
    expect(row(page, FILM)).to_contain_text(re.compile(r"\((4|5)\d\s%\)"))
    return network


@pytest.mark.slow
def test_a_file_for_one_s_own_pieces_goes_on_where_the_network_was_lost(visit, place):
    page = visit("firmin", path=KEEP)
    assert not page.locator("#keep-file").get_attribute("multiple")
    sent = sends(page)
    network = half_kept(page)
    network.send("Network.emulateNetworkConditions", SLOW | {"offline": True})
    expect(row(page, FILM).locator("[data-state]")).to_contain_text("Interrompu")
    expect(page.locator("#keep-file")).to_be_disabled()
    assert not barriers(page)
    picture(page, "upload-kept-interrupted")
    kept, before = offset(place), len(sent)
    assert 0 < kept < len(REPORT)
    network.send("Network.emulateNetworkConditions", FAST)
    expect(page.locator("h1")).to_have_text("Le festival, en film", timeout=15000)
    expect(page.locator(".note.good")).to_contain_text("gardée")
    assert min(sent[before:]) >= kept
    assert offset(place) == len(REPORT)


@pytest.mark.slow
def test_a_file_for_one_s_own_pieces_goes_on_after_a_reload_as_what_is_said_by_then(visit, place):
    page = visit("firmin", path=KEEP)
    network = half_kept(page)
    row(page, FILM).get_by_role("button", name="Suspendre").click()
    expect(row(page, FILM).locator("[data-state]")).to_have_text("Suspendu")
    network.send("Network.emulateNetworkConditions", FAST)
    page.goto(page.url)
    expect(page.locator("[data-begun]")).to_contain_text(FILM)
    picture(page, "upload-kept-unfinished")
    kept, sent = offset(place), sends(page)
    page.evaluate("window.modified = Number(document.querySelector('[data-begun]').dataset.modified)")
    choose_again(page, FILM, among="keep-file")
    expect(row(page, FILM).locator("[data-state]")).to_have_text("Reprise possible")
    page.get_by_label("Titre").fill("")
    page.get_by_role("button", name="Garder cette pièce").click()
    expect(page.locator("h1")).to_have_text(FILM, timeout=15000)
    assert min(sent) >= kept > 0


def killed(port: int) -> None:
    """Kill what this test has serve at a port."""
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # a worker whose master has just been
            if any(each.laddr and each.laddr.port == port for each in child.net_connections()):
                child.kill()


@pytest.mark.slow
def test_a_file_for_one_s_own_pieces_goes_on_after_the_server_was_killed(looking_at_a_house, place):
    visit, port = looking_at_a_house
    page = visit("firmin", KEEP)
    half_kept(page)
    killed(port)
    expect(row(page, FILM).locator("[data-state]")).to_contain_text("Interrompu", timeout=20000)
    kept, sent = offset(place), sends(page)
    with served(place, port=port):
        expect(page.locator("h1")).to_have_text("Le festival, en film", timeout=30000)
    assert min(sent) >= kept > 0


@pytest.fixture
def looking_at_a_house(browser, place):
    """How one of the cast opens a page of a house of this test's own, and the port at which that is served."""
    port = free_port()
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}", locale="fr-FR")
    context.add_init_script(HURRY)
    with served(place, port=port):

        def visit(who: str, path: str) -> Page:
            sign_in(context, place.story.cast[who])
            page: Page = context.new_page()
            page.goto(path)
            return page

        yield visit, port
    context.close()


def test_a_file_that_is_chosen_instead_takes_the_place_of_the_other_and_one_that_is_refused_says_why(visit):
    page = visit("firmin", path=KEEP)
    choose(page, ("Autre.txt", REPORT[:1000]), among="#keep-file")
    choose(page, ("Programme.txt", b"\x7fELF\x02\x01\x01" + bytes(500)), among="#keep-file")
    expect(page.locator(".sending > li")).to_have_count(1)
    page.get_by_role("button", name="Garder cette pièce").click()
    expect(row(page, "Programme.txt").locator("[role=alert]")).to_contain_text("PDF")
    row(page, "Programme.txt").get_by_role("button", name="Annuler").click()
    expect(page.locator("#keep-file")).to_be_enabled()
    expect(page.locator(".sending > li")).to_have_count(0)


def choose_again(page: Page, name: str, among: str = "file") -> None:
    """Choose the file with the time that it had: to the driver each choice is a new file."""
    page.evaluate(
        """([name, line, times, among]) => {
             const file = new File([line.repeat(times)], name, { type: "text/plain", lastModified: window.modified });
             const chosen = new DataTransfer();
             chosen.items.add(file);
             const input = document.getElementById(among);
             input.files = chosen.files;
             input.dispatchEvent(new Event("change", { bubbles: true }));
           }""",
        [name, "Une ligne du rapport de stage.\n", 180_000, among],
    )
