"""Forms that are sent after their session has ended: they come back in their page, for their writer alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.given.webapi.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.given.webapi.demonstration_site import Place

REASON = "Entretien d'équipe le 12 mars, animé seul, avec compte rendu."


def test_a_text_comes_back_to_its_writer_and_not_to_another_who_signs_in_first(
    visit: Callable[..., Page], place: Place
) -> None:
    page = visit("dorian", anew=True, scripts=False)
    page.get_by_text("Ou écrire un texte").click()
    page.fill("#statement-title", "Animation")
    page.fill("#statement", REASON)
    page.locator("summary", has_text="Bloc 1 ").first.click()
    page.locator('input[name="competences"]').first.check()
    assert place.acquis.sessions.end_all(place.story.cast["dorian"].id)
    page.get_by_role("button", name="Ajouter ce texte").click()
    expect(page.get_by_role("alert")).to_contain_text("votre saisie revient dans sa page")
    expect(page.get_by_text(REASON)).to_have_count(0)
    picture(page, "kept-sign-in-1280")
    address = page.locator('input[name="next"]').get_attribute("value")
    sign_in(page, place, "firmin")
    expect(page.get_by_text(REASON)).to_have_count(0)
    page.goto(str(address))
    expect(page.get_by_text(REASON)).to_have_count(0)
    page.goto("/account")
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(str(address))
    sign_in(page, place, "dorian")
    expect(page.locator("#statement")).to_have_value(REASON)
    expect(page.locator("#statement-title")).to_have_value("Animation")
    expect(page.locator('input[name="competences"]').first).to_be_checked()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        picture(page, f"kept-candidate-{width}")
    page.get_by_role("button", name="Ajouter ce texte").click()
    expect(page.locator(".note.good")).to_contain_text("Pièce ajoutée")
    expect(page.locator(".pieces li", has_text="Animation")).to_have_count(1)


def test_a_form_sent_in_another_session_comes_back_with_scripts(visit: Callable[..., Page], place: Place) -> None:
    page = visit("rose", anew=True, path="/people")
    other = page.context.new_page()
    other.goto("/people")
    other.get_by_role("button", name="Se déconnecter").click()
    sign_in(other, place, "rose")
    page.get_by_label("Prénom et nom").fill("Une Personne Nouvelle")
    page.get_by_label("Membre du jury").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".note.wait")).to_contain_text("rien n'est enregistré")
    expect(page.get_by_label("Prénom et nom")).to_have_value("Une Personne Nouvelle")
    expect(page.get_by_label("Membre du jury")).to_be_checked()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        picture(page, f"kept-registrar-{width}")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("La personne est enregistrée.")).to_be_visible()


def test_a_visitor_signed_in_as_another_person_can_change_the_account(
    visit: Callable[..., Page], place: Place
) -> None:
    page = visit("rose", anew=True, path="/people")
    other = page.context.new_page()
    other.goto("/people")
    other.get_by_role("button", name="Se déconnecter").click()
    sign_in(other, place, "firmin")
    page.get_by_label("Prénom et nom").fill("Zora Nouvelle")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("une autre personne que Firmin Spécimen")
    expect(page.get_by_text("Zora Nouvelle")).to_have_count(0)
    picture(page, "kept-somebody-else-1280")
    page.get_by_role("button", name="Changer de compte").click()
    sign_in(page, place, "rose")
    expect(page.get_by_label("Prénom et nom")).to_have_value("Zora Nouvelle")


def sign_in(page: Page, place: Place, who: str) -> None:
    page.get_by_label("Adresse électronique").fill(place.story.cast[who].login)
    page.get_by_label("Mot de passe").fill(place.story.cast[who].password)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
