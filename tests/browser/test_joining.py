"""Does somebody get in from nothing, in a real browser: sign-up, letter, password, second factor, signed in?"""

from __future__ import annotations

import re
import time
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING
from uuid import uuid4

import pyotp
from playwright.sync_api import Page, Route, expect

from tests.given.webapi.access import barriers
from tests.given.webapi.pictures import picture
from webapi.upkeep.letters import send_waiting

if TYPE_CHECKING:
    from tests.given.webapi.demonstration_site import Place

CHOSEN = "une phrase que personne ne devine"


def look(page: Page, name: str) -> None:
    """Each page on the way is accessible, and fits a phone and a desk."""
    assert not barriers(page), name
    for screen, width in (("phone", 390), ("desk", 1280)):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than a {screen}"
        picture(page, f"joining-{name}-{screen}")


def link(place: Place, to: str) -> str:
    """The link of the letter that has just been sent."""
    send_waiting(place.acquis)
    read = BytesParser(policy=policy.default)
    letters = [read.parsebytes(each.read_bytes()) for each in (place.settings.data / "mail").glob("*.eml")]
    (letter,) = [each for each in letters if each["To"] == to]
    found = re.search(r"http://127\.0\.0\.1:8000(/\S+)", letter.get_content())
    assert found
    return found[1]


def sign_in(page: Page, email: str) -> None:
    page.fill("#login", email)
    page.fill("#password", CHOSEN)
    page.get_by_role("button", name="Se connecter").click()


def test_a_candidate_signs_up_sets_up_a_second_factor_and_signs_in(visit, place):
    email = f"zoe-{uuid4()}@example.org"
    page = visit(None, path="/sign-in")
    look(page, "0-sign-in")
    page.get_by_role("link", name="S'inscrire comme candidat").click()
    page.fill("#name", "Zoé Nouvelle")
    page.fill("#email", email)
    look(page, "1-sign-up")
    page.get_by_role("button", name="Recevoir le courriel").click()
    expect(page.locator(".notice.good")).to_contain_text("Un courriel part à l'instant")
    look(page, "2-sent")

    page.goto(link(place, email))
    expect(page.locator("main")).to_contain_text(email)
    page.fill("#new", "trop court")
    page.fill("#twice", "trop court")
    page.get_by_role("button", name="Enregistrer ce mot de passe").click()
    expect(page.locator("#new-wrong")).to_contain_text("trop simple")
    look(page, "3-choose")
    for field in ("#new", "#twice"):
        page.fill(field, CHOSEN)
    page.get_by_role("button", name="Enregistrer ce mot de passe").click()
    expect(page.locator(".notice.good")).to_contain_text("Votre compte est ouvert")

    sign_in(page, email)
    place.projector.catch_up()
    page.get_by_role("link", name="Mon compte").click()
    look(page, "4-account")
    page.get_by_role("link", name="Double authentification").click()
    look(page, "5-second-factor")
    page.fill("#password", CHOSEN)
    page.get_by_role("button", name="Mettre en place").click()
    assert page.locator("main img").evaluate("image => image.naturalWidth") > 100, "the picture is drawn"
    look(page, "6-key")
    telephone = pyotp.TOTP(page.locator("#key").inner_text().replace(" ", ""))
    page.fill("#code", telephone.at(time.time()))
    page.get_by_role("button", name="Activer").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    look(page, "7-codes")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger ces codes").click()
    assert download.value.suggested_filename == "codes-de-secours-acquis.txt"

    page.get_by_role("link", name="Je les ai gardés").click()
    page.get_by_role("button", name="Se déconnecter").click()
    sign_in(page, email)
    expect(page.locator("h1")).to_have_text("Votre code")
    look(page, "8-second-step")
    page.fill("#code", codes[0])
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".rail")).to_contain_text("Candidat")
    page.goto("/account/second-factor")
    expect(page.locator("main")).to_contain_text("Codes de secours restants : 9")
    look(page, "9-on")


def test_sign_in_under_load_waits_and_keeps_the_typed_values(visit, place):
    """At most three in a process are looked at or wait there; the others wait in their browsers."""
    player, page, busy = place.story.cast["alix"], visit(None, path="/sign-in?next=/account"), [1, 1]

    def answer(route: Route) -> None:
        if route.request.method == "POST" and busy:
            route.fulfill(status=503, headers={"Retry-After": str(busy.pop())}, body="")
        else:
            route.continue_()

    page.route("**/sign-in", answer)
    for password in ("pas le bon mot de passe", player.password):
        page.fill("#login", player.login)
        page.fill("#password", password)
        page.get_by_role("button", name="Se connecter").click()
        if password != player.password:
            expect(page.locator("#wrong")).to_be_focused()
            expect(page.locator("#login")).to_have_value(player.login)
    expect(page).to_have_url(re.compile("/account$"))
    assert busy == []
