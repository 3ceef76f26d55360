"""Does a jury hold its day by pages only: from each member's agenda to minutes that all of them have signed?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.given.webapi.access import barriers
from tests.given.webapi.jury_day import JuryDay, jury_day
from tests.given.webapi.pictures import picture
from webapi.demonstration.story import RENEWED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.given.webapi.demonstration_site import Place

LOOKS = re.compile(r"every (\d+)ms")
MARGIN = 40
"""Points of paper that are left white, at least."""
SOON = 1000
"""Milliseconds after which another's board looks again, at most; how long that takes is the machine's affair."""


@pytest.fixture(scope="module")
def day(place: Place) -> JuryDay:
    return jury_day(place)


def looks_right(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing that scrolls sideways; and a picture for eyes."""
    assert not barriers(page), name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    picture(page, f"jury-{name}")


def press(page: Page, name: str | re.Pattern[str], *, within: str = "main") -> None:
    page.locator(within).get_by_role("button", name=name).first.click()


@pytest.mark.slow
def test_a_jury_holds_its_day_by_pages_only(visit: Callable[..., Page], day: JuryDay, place: Place) -> None:
    rose, victoire = visit("rose", path=day.board), visit("victoire", path="/")
    expect(victoire).to_have_url(re.compile(r"/jury$"))
    looks_right(victoire, "agenda")
    looks_right(rose, "board-to-open")
    _each_signs_in(visit, day)
    rose.reload()
    looks_right(rose, "board-signed")
    press(rose, "Ouvrir la session")
    expect(rose.get_by_text("Session ouverte.")).to_be_visible()

    others = visit("xenia", path=day.board)
    _opens_the_candidate_in_two_clicks(victoire, day)
    looks_right(victoire, "coming")
    press(victoire, "Noter la présence")
    press(victoire, "Ouvrir la délibération")
    expect(others.locator("#live tr.on").get_by_text("En délibération")).to_be_visible(timeout=20_000)
    looks = LOOKS.fullmatch(others.locator("#live").get_attribute("hx-trigger") or "")
    assert looks
    assert int(looks[1]) <= SOON
    looks_right(others, "board")

    _one_block_is_refused_and_three_are_granted(victoire)
    _who_is_tied_steps_out(visit("wassim", path=day.board), day)
    _by_keyboard_alone(victoire, day)

    rose.goto(day.page(2))
    rose.get_by_text("Noter une absence").click()
    press(rose, "Noter l’absence")
    rose.goto(day.board)
    press(rose, "Clore la session")
    expect(rose.get_by_text("Session close : le procès-verbal est à signer.")).to_be_visible()
    for member in RENEWED:
        _signs(visit(member, path="/jury"), member, place.story.cast[member].password)
    victoire.goto(f"{day.board}/minutes")
    expect(victoire.locator("h1")).to_contain_text("Signé")
    expect(victoire.get_by_text("La charte n'est pas reliée au plan.")).to_be_visible()
    expect(victoire.get_by_text("Wassim Juré, pour Valère Ébauche")).to_be_visible()
    looks_right(victoire, "minutes-signed")
    _prints(victoire)


def _prints(page: Page) -> None:
    """On paper the minutes have a margin on each sheet, and nothing to press."""
    page.emulate_media(media="print")
    expect(page.locator("main button:visible, main a.btn:visible")).to_have_count(0)
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    texts = [sheet.get_textpage().get_text_bounded() for sheet in document]
    assert "Procès-verbal de jury" in texts[0]
    for number, (sheet, text) in enumerate(zip(document, texts, strict=True), start=1):
        assert f"{number} / {len(texts)}" in text
        left, bottom, right, top = sheet.get_textpage().get_rect(0)
        assert left >= MARGIN, (left, bottom, right, top)
    page.emulate_media(media="screen")


def _each_signs_in(visit: Callable[..., Page], day: JuryDay) -> None:
    """Nobody is there who has not said so: each member signs in on their own page."""
    for member in RENEWED:
        page = visit(member, path=day.board)
        press(page, "Émarger")
        expect(page.get_by_text("Émargement enregistré.")).to_be_visible()


def _opens_the_candidate_in_two_clicks(page: Page, day: JuryDay) -> None:
    page.reload()
    page.get_by_role("link", name="Entrer dans la session").click()
    page.get_by_role("row", name="Ursule Esquisse").get_by_role("link", name="Noter la présence").click()
    expect(page).to_have_url(re.compile(f"{day.page(0)}$"))


def _one_block_is_refused_and_three_are_granted(page: Page) -> None:
    """The jury follows the opinions, says why where it departs, and grants what is won."""
    first = page.locator("section", has=page.locator("#block-1"))
    press(page, "Suivre 9 avis : 7 acquises, 2 non acquises")
    expect(first).to_contain_text("9 sur 9 appréciées")
    expect(first.get_by_text("manque la 7").or_(first.get_by_text("manque 7"))).to_be_visible()
    _rules(first, 3, "Acquise", open_first=True)
    press(page, "Enregistrer les appréciations du bloc 1")
    expect(first.get_by_role("alert")).to_contain_text("Le règlement exige un motif")
    expect(first.get_by_role("radio", name="Acquise", exact=True).nth(2)).to_be_checked()
    first.get_by_label("Motif, compétence 3").fill("L'entretien l'a montré.")
    press(page, "Enregistrer les appréciations du bloc 1")
    expect(first).to_contain_text("8 acquises")
    looks_right(page, "decision")
    second = page.locator("section", has=page.locator("#block-2"))
    press(page, "Suivre 11 avis : 11 acquises")
    _rules(second, 11, "Non acquise", open_first=True)
    second.get_by_label("Motif, compétence 11").fill("L'entretien a montré que l'outil n'est pas maîtrisé.")
    press(page, "Enregistrer les appréciations du bloc 2")
    expect(second).to_contain_text("10 acquises")
    press(page, "Suivre 5 avis : 5 acquises")
    press(page, "Suivre 5 avis : 5 acquises")
    page.get_by_role("link", name="Relire et enregistrer la décision").click()
    expect(page.get_by_text("s’écarte de l’avis")).to_have_count(2)
    page.get_by_label("Motif du refus").fill("La charte n'est pas reliée au plan.")
    page.get_by_label("Conseil du jury").fill("Reprendre la charte sur un cas réel.")
    looks_right(page, "review")
    page.get_by_label("À la majorité").check()
    press(page, "Enregistrer la décision du jury")
    expect(first.locator(".chip").first).to_contain_text("Non accordé")
    expect(page.get_by_role("complementary", name="Décision")).to_contain_text("accordé")
    looks_right(page, "decided")


def _rules(block: Locator, number: int, said: str, *, open_first: bool = False) -> None:
    if open_first and not block.get_by_role("group", name=f"Le jury, compétence {number}").is_visible():
        block.get_by_text("Décider compétence par compétence").click()
    block.get_by_role("group", name=re.compile(rf"compétence {number}$")).get_by_label(said, exact=True).check()


def _who_is_tied_steps_out(page: Page, day: JuryDay) -> None:
    """He declares the tie on the board, which then asks him to leave; of what is decided he sees nothing more."""
    page.get_by_label("Candidat", exact=True).select_option(label="Valère Ébauche")
    page.get_by_label("Lien : ce membre").select_option("trained")
    press(page, "Déclarer le lien")
    note = page.locator(".note", has_text="Retrait à régler pour Valère Ébauche.")
    expect(note).to_contain_text("Wassim Juré")
    looks_right(page, "board-tie")
    note.get_by_role("link", name="Régler").click()
    expect(page.get_by_text("La présidence du jury l’ouvre.")).to_be_visible()
    page.get_by_text("Je me retire").click()
    page.get_by_label("Motif").fill("Je l'ai formé en 2021.")
    press(page, "Enregistrer le retrait")
    expect(page.get_by_text("vous vous en êtes retiré")).to_be_visible()
    assert page.request.get(day.page(1)).status == 404


def _by_keyboard_alone(page: Page, day: JuryDay) -> None:
    """The chair finds the candidate, rules as the opinions say, grants all blocks and the title, without a mouse."""
    page.goto("/jury")
    _enter(page, "Entrer dans la session")
    expect(page).to_have_url(re.compile(f"{day.board}$"))
    _enter(page, "Noter la présence : Valère Ébauche", "Ouvrir : Valère Ébauche")
    _enter(page, "Noter la présence")
    _enter(page, "Ouvrir la délibération")
    for competences in (9, 11, 5, 5):
        _enter(page, f"Suivre {competences} avis : {competences} acquises")
    _enter(page, "Relire et enregistrer la décision")
    _chooses_unanimous(page)
    _enter(page, "Enregistrer la décision du jury")
    expect(page.get_by_role("complementary", name="Décision")).to_contain_text("prononcé")


FOCUSED = "document.activeElement.innerText.replace(/\\s+/g, ' ').trim()"


def _enter(page: Page, *names: str) -> None:
    """Go from one place to the next until one of these has the focus, and press Enter there."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) in names:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"no key leads to {names}")


def _chooses_unanimous(page: Page) -> None:
    """Go from one place to the next until the vote has the focus, and take its first choice."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[name=outcome]')"):
            page.keyboard.press("Space")
            return
    raise AssertionError("no key leads to the vote")


def _signs(page: Page, member: str, password: str) -> None:
    page.get_by_role("link", name="Lire et signer").click()
    if member == RENEWED[0]:
        looks_right(page, "minutes-to-sign")
    page.get_by_label("Votre mot de passe").fill(password)
    press(page, "Signer")
    expect(page.get_by_text("Procès-verbal signé.")).to_be_visible()


@pytest.mark.slow
def test_a_jury_s_pages_fit_a_telephone_the_dark_and_english(visit: Callable[..., Page], day: JuryDay) -> None:
    for width, language in ((390, "fr-FR"), (1280, "en-GB"), (390, "en-GB")):
        for name, path in (
            ("agenda", "/jury"),
            ("board", day.board),
            ("decision", day.page(0)),
            ("minutes", f"{day.board}/minutes"),
        ):
            page = visit("victoire", width=width, language=language, path=path)
            looks_right(page, f"{name}-{width}-{language}")
            page.emulate_media(color_scheme="dark")
            page.reload()  # colours fade from one to the other
            looks_right(page, f"{name}-{width}-{language}-dark")
