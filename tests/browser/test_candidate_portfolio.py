"""What is a candidate's own, through pages only: kept, put in, shown by a link, taken along, assessed, described."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import APIResponse, Page, expect
from playwright.sync_api import Route as Sent

from domain.framework.definition import Route
from domain.ports import Role
from tests.given.slow import slow_case
from tests.given.webapi.access import barriers
from tests.given.webapi.pictures import picture
from webapi.demonstration.cast import enrol

PLAN = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Le plan de communication.\n" * 20}


@pytest.fixture
def someone(place):
    """Somebody who has applied, and put nothing in yet."""
    name = f"camille-{uuid4().hex[:8]}"
    story = place.story
    story.cast |= enrol(place.acquis, ((name, "Camille Essai", (Role.CANDIDATE,)),))
    candidacy = story.apply(name, Route.VAE)
    place.projector.catch_up()
    return name, f"/candidacies/{candidacy}"


def looked_at(page: Page, name: str) -> None:
    """Nothing of it breaks a rule of access, nor is wider than the screen."""
    assert not barriers(page), name
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{name} is wider than the screen"
    picture(page, f"portfolio-{name}")


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, slow_case(390)])
def test_candidate_adds_a_portfolio_piece_to_a_candidacy_and_deletes_it(visit, someone, width):
    who, candidacy = someone
    page = visit(who, path="/portfolio", width=width)
    looked_at(page, f"none-{width}")
    page.get_by_role("link", name="Garder une pièce").first.click()
    page.get_by_label("Titre").fill("Plan du festival")
    page.get_by_text("Contexte, analyse, compétences").click()
    page.get_by_label("Employeur").fill("Ville de Lyon")
    page.get_by_label("Ce que j'en retiens").fill("Je mesurerais plus tôt.")
    page.locator("summary", has_text="Bloc 1").click()
    page.locator('input[name="serves"][value="RNCP31936:4"]').check()
    page.set_input_files("#keep-file", [PLAN])
    looked_at(page, f"keep-{width}")
    page.get_by_role("button", name="Garder cette pièce").click()
    expect(page.locator("h1")).to_have_text("Plan du festival")
    expect(page.locator(".note.good")).to_contain_text("gardée")
    looked_at(page, f"piece-{width}")

    page.goto(candidacy)
    page.get_by_role("link", name="Choisir dans mes pièces").click()
    looked_at(page, f"choose-{width}")
    page.get_by_role("link", name="Choisir Plan du festival").click()
    expect(page.locator('input[name="competences"][value="4"]')).to_be_checked()
    looked_at(page, f"put-in-{width}")
    page.get_by_role("button", name="Ajouter à ma candidature").click()
    expect(page.locator(".pieces")).to_contain_text("la compétence 4")

    page.goto("/portfolio")
    looked_at(page, f"all-{width}")
    page.get_by_role("link", name="Plan du festival").first.click()
    page.locator("summary", has_text="Supprimer").click()
    page.get_by_role("button", name="Supprimer définitivement").click()
    expect(page.locator(".note.good")).to_contain_text("supprimée")
    page.goto(candidacy)
    expect(page.locator(".pieces")).to_contain_text("plan.txt")


@pytest.mark.parametrize("width", [1280, slow_case(390)])
def test_candidate_shares_the_portfolio_by_a_link_and_may_export_it(visit, someone, width):
    who, _ = someone
    page = visit(who, path="/portfolio/new?form=statement", width=width)
    page.fill("#keep-statement", "Mon bilan.")
    page.get_by_label("Titre").fill("Plan du festival")
    page.get_by_text("Contexte, analyse, compétences").click()
    page.get_by_label("Ce que j'en retiens").fill("Je mesurerais plus tôt.")
    page.get_by_role("button", name="Garder cette pièce").click()
    page.goto("/portfolio/links")
    page.get_by_label("Plan du festival").check()
    page.get_by_label("Pour qui").fill("Mme Roux")
    page.get_by_role("button", name="Donner un lien").click()
    address = page.get_by_label("Adresse du lien").input_value()
    looked_at(page, f"link-given-{width}")
    anybody = visit(path=address, width=width)
    expect(anybody.locator("h1")).to_contain_text("Camille Essai")
    looked_at(anybody, f"shown-{width}")
    anybody.get_by_role("link", name="Plan du festival").click()
    expect(anybody.locator("main")).to_contain_text("Je mesurerais plus tôt.")
    looked_at(anybody, f"shown-piece-{width}")
    page.goto("/portfolio/links")
    page.locator("summary", has_text="2 lectures").click()
    looked_at(page, f"links-{width}")
    page.get_by_role("button", name="Révoquer").click()
    expect(page.locator(".note.good")).to_contain_text("révoqué")
    assert anybody.goto(address).status == 404

    page.goto("/portfolio/archive")
    with page.expect_download() as download:
        page.get_by_role("link", name="Exporter 1 pièce").click()
    page.set_input_files("#archive", download.value.path())
    page.get_by_role("button", name="Voir ce qui serait gardé").click()
    expect(page.locator("#found")).to_contain_text("elle y est déjà")
    looked_at(page, f"archive-{width}")


def test_text_added_during_a_save_is_not_taken_for_another_tab_s(visit, someone):
    who, candidacy = someone
    page = visit(who, path=f"{candidacy}/descriptions/{uuid4()}?for=4")
    held: list[tuple[Sent, APIResponse]] = []

    def hold(route: Sent) -> None:
        saving = route.request.headers.get("hx-request")
        if saving and not held:
            held.append((route, route.fetch()))  # it has arrived, and its answer is under way
        else:
            route.continue_()

    page.route("**/descriptions/*", hold)
    page.get_by_label("Titre").fill("Le festival")
    page.get_by_label("Ce que vous avez fait").fill("J'ai conçu le plan.")
    expect(page.locator("form.htmx-request")).to_be_visible()
    while not held:
        page.wait_for_timeout(50)
    page.get_by_label("Ce que vous avez fait").fill("J'ai conçu le plan, et le budget.")
    page.get_by_role("button", name="Ajouter au dossier").click(no_wait_after=True)
    page.wait_for_timeout(300)
    (route, answer) = held[0]
    route.fulfill(response=answer)
    expect(page.locator(".note.good")).to_contain_text("Pièce ajoutée")


def test_a_button_says_that_the_session_has_ended_though_it_asks_for_a_part_of_the_page_only(visit, someone, place):
    page = visit(someone[0], path="/portfolio/archive")
    page.set_input_files("#archive", PLAN)
    place.acquis.sessions.end_all(place.story.cast[someone[0]].id)
    page.get_by_role("button", name="Voir ce qui serait gardé").click()
    expect(page.get_by_role("alert")).to_contain_text("Votre connexion a pris fin")


@pytest.mark.parametrize("width", [1280, slow_case(390)])
def test_self_assessment_and_descriptions_are_saved_while_typing(visit, someone, width):
    who, candidacy = someone
    page = visit(who, path=candidacy, width=width)
    page.get_by_role("link", name="M'auto-évaluer").click()
    page.locator("#c4").get_by_role("radio").first.check()
    page.get_by_label("Commentaire sur la compétence 4").fill("Depuis trois ans.")
    looked_at(page, f"assess-{width}")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".note.good")).to_contain_text("ne la lit")
    expect(page.locator("#c4").get_by_role("radio").first).to_be_checked()

    page.goto(f"{candidacy}/descriptions")
    looked_at(page, f"describe-{width}")
    page.get_by_role("link", name="Décrire la compétence 4").click()
    page.get_by_label("Titre").fill("Le festival")
    page.get_by_label("Ce que vous avez fait").fill("J'ai conçu le plan.")
    expect(page.locator("#saved")).to_contain_text("Brouillon enregistré")
    looked_at(page, f"description-{width}")
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_label("Ce que vous avez fait").fill("J'ai conçu et tenu le plan.")
    expect(page.locator("#since")).not_to_have_value(other.locator("#since").input_value())
    other.get_by_label("Ce que vous avez fait").fill("Autre chose.")
    expect(other.locator("#unkept")).to_contain_text("Un autre onglet")
    looked_at(other, f"description-elsewhere-{width}")
    other.close()
    page.reload()
    expect(page.get_by_label("Ce que vous avez fait")).to_have_value("J'ai conçu et tenu le plan.")
    page.get_by_role("button", name="Ajouter au dossier").click()
    expect(page.locator(".pieces")).to_contain_text(re.compile("Le festival.*compétence 4", re.DOTALL))
    page.goto(f"{candidacy}/descriptions")
    expect(page.locator("main")).to_contain_text("Aucun brouillon")


def test_a_description_is_written_and_added_without_scripts(visit, someone):
    who, candidacy = someone
    page = visit(who, path=f"{candidacy}/descriptions", scripts=False)
    page.get_by_role("link", name="Décrire la compétence 4").click()
    page.get_by_label("Ce que vous avez fait").fill("J'ai conçu le plan.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".note.good")).to_contain_text("Brouillon enregistré")
    page.get_by_role("button", name="Ajouter au dossier").click()
    expect(page.locator(".wrong")).to_contain_text("Donnez-lui un titre")
    page.get_by_label("Titre").fill("Le festival")
    page.get_by_role("button", name="Ajouter au dossier").click()
    expect(page.locator(".pieces")).to_contain_text("Le festival")


@pytest.mark.parametrize("scripts", [True, False])
def test_opening_a_second_block_keeps_the_answers_of_the_first(visit, someone, scripts):
    who, candidacy = someone
    page = visit(who, path=f"{candidacy}/self-assessment", scripts=scripts)
    page.locator("#c4").get_by_role("radio").first.check()
    if not scripts:  # a block is saved before the next one is opened
        page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="du bloc 2").click()
    page.locator("#c10").get_by_role("radio").last.check()
    if scripts:
        expect(page.locator("#c4").get_by_role("radio").first).to_be_checked()
        assert not barriers(page)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".note.good")).to_contain_text("ne la lit")
    for block, competence, chosen in ((1, 4, 0), (2, 10, -1)):
        page.goto(f"{candidacy}/self-assessment?block={block}")
        expect(page.locator(f"#c{competence}").get_by_role("radio").nth(chosen)).to_be_checked()
