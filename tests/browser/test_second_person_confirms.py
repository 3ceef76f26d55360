"""In two browsers: one person proposes an annulment or a role, and cannot confirm it; another one confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from domain.ports import Role
from tests.given.webapi.access import barriers
from tests.given.webapi.pictures import picture
from tests.given.webapi.telephones import code_of
from webapi.demonstration.cast import enrol

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.given.webapi.demonstration_site import Place

WIDTHS = (1280, 390)


def looks(page: Page, name: str) -> None:
    """Check a page at each width: nothing overflows, nothing bars anybody; keep its picture."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture(page, f"{name}-{width}")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    assert not barriers(page)


def test_a_registrar_proposes_an_annulment_and_a_second_one_confirms_it(
    visit: Callable[..., Page], place: Place
) -> None:
    dorian, session = place.candidacy("dorian"), str(place.story.sessions[1])
    appeal = f"/registrar/appeals/{session}/{dorian}"
    rose = visit("rose", path=appeal)
    rose.locator("summary", has_text="Enregistrer une décision de justice").click()
    form = rose.locator('form[action$="/court-rulings"]')
    form.get_by_label("Juridiction").fill("Tribunal administratif de Lyon")
    form.get_by_label("Référence").fill("2200123")
    form.locator('[name="ruled_on"]').fill(place.acquis.clock.today().isoformat())
    form.locator('[name="ruled"][value="annulled"]').check()
    form.get_by_role("button", name="Enregistrer").click()
    expect(rose.get_by_role("heading", level=1)).to_have_text("Annulation à confirmer")
    expect(rose.locator("main")).to_contain_text("une autre personne le confirme")
    expect(rose.locator("main")).to_contain_text("La décision du jury est annulée")
    expect(rose.locator("main")).to_contain_text("Le titre est retiré du registre")
    assert rose.get_by_role("button", name="Confirmer").count() == 0, "who proposed it does not confirm it"
    looks(rose, "annulling-proposed")
    review = rose.url.partition("?")[0]
    place.projector.catch_up()
    rose.goto("/todo/confirmations")
    assert rose.locator("main").get_by_role("link", name="Dorian Imaginaire").count() == 0, "it waits for another one"

    romane = visit("romane", path="/todo/confirmations")
    romane.locator("main").get_by_role("link", name="Dorian Imaginaire", exact=True).click()
    expect(romane.locator("main")).to_contain_text("Proposé par Rose Gestionnaire")
    expect(romane.locator("main")).to_contain_text("2200123")
    assert romane.url.partition("?")[0] == review
    looks(romane, "annulling-second")
    romane.get_by_role("button", name="Confirmer").click()
    expect(romane.get_by_role("heading", level=1)).to_have_text("Dorian Imaginaire")
    expect(romane.locator("body")).to_contain_text("Annulation confirmée.")
    expect(romane.locator("main")).to_contain_text("décision annulée")
    looks(romane, "annulling-confirmed")
    rose.goto(review)
    expect(rose.locator("#h-court")).to_be_visible()
    assert rose.url.partition("?")[0].endswith(appeal), "it is settled: the page leads to the decision"


@pytest.mark.parametrize(
    ("role", "settled"), [("registrar", "Rôle accordé."), ("admin", "La proposition est écartée.")]
)
def test_an_administrator_proposes_a_role_and_a_second_one_settles_it(
    visit: Callable[..., Page], place: Place, role: str, settled: str
) -> None:
    if "una" not in place.story.cast:
        place.story.cast |= enrol(place.acquis, [("una", "Una Administratrice", (Role.ADMIN,))])
        place.projector.catch_up()
    page = f"/admin/people/{place.story.cast['victoire'].id}/role/{role}"
    ulysse = visit("ulysse", path=page)
    code = "Code de votre double authentification"
    ulysse.get_by_label(code).fill(code_of(place.acquis, place.story.cast["ulysse"].id))
    ulysse.get_by_role("button", name="Proposer").click()
    expect(ulysse.locator("body")).to_contain_text("Rôle proposé")
    ulysse.goto(page)
    expect(ulysse.locator("main")).to_contain_text("une autre personne le confirme")
    assert ulysse.get_by_role("button", name="Confirmer").count() == 0, "who proposed it does not confirm it"
    looks(ulysse, f"role-proposed-{role}")

    una = visit("una", path=page)
    expect(una.locator("main")).to_contain_text("Proposé par Ulysse Administrateur")
    looks(una, f"role-second-{role}")
    if role == "registrar":
        una.get_by_label(code).fill(code_of(place.acquis, place.story.cast["una"].id))
        una.get_by_role("button", name="Confirmer").click()
    else:
        una.locator("summary", has_text="Écarter la proposition").click()
        una.get_by_label("Motif de la suite donnée").fill("Pas encore formée.")
        una.get_by_role("button", name="Ne rien changer").click()
    expect(una.locator("body")).to_contain_text(settled)
