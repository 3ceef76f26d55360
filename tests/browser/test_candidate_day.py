"""Does somebody go the whole way as a candidate by pages only, from signing up to a review, and by keyboard alone?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import FilePayload, Page, expect

from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.register.certify_block import CertifyBlock
from domain.commands.register.issue_attestation import IssueAttestation
from domain.commands.register.issue_certificate import IssueCertificate
from domain.framework.definition import Route
from domain.ports import CandidacyId
from domain.register.facts import Attestation
from tests.browser.test_joining import CHOSEN, link
from tests.given.webapi.access import barriers
from tests.given.webapi.pictures import picture
from tests.given.webapi.upload_form import put_in, tick
from webapi.demonstration.paper import pdf
from webapi.demonstration.story import PANEL
from webapi.evidence.worker import work_off

if TYPE_CHECKING:
    from tests.given.webapi.demonstration_site import Place

REFUSED = {7}
"""What the jury finds not acquired: mandatory in block 1, which falls with it."""


def look(page: Page, name: str) -> None:
    """Each page on the way is accessible, and fits a phone and a desk."""
    assert not barriers(page), name
    for screen, width in (("phone", 390), ("desk", 1280)):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than a {screen}"
        picture(page, f"candidate-{name}-{screen}")


def joined(page: Page, place: Place) -> None:
    """Sign up, by the letter's link, and sign in."""
    email = f"camille-{uuid4()}@example.org"
    page.fill("#name", "Camille Nouvelle")
    page.fill("#email", email)
    page.get_by_role("button", name="Recevoir le courriel").click()
    page.goto(link(place, email))
    for field in ("#new", "#twice"):
        page.fill(field, CHOSEN)
    page.get_by_role("button", name="Enregistrer ce mot de passe").click()
    page.fill("#login", email)
    page.fill("#password", CHOSEN)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()


def next_act(page: Page, words: str) -> None:
    expect(page.locator(".next h2")).to_contain_text(words)


def decided(place: Place, candidacy: CandidacyId) -> None:
    """A jury meets today, and grants all but the block that a mandatory competence is missing of."""
    story, today = place.story, place.story.clock.today()
    session = story.plan(Route.VAE, today)
    story.summon(session, candidacy)
    story.open(session, PANEL)
    story.deliberate(session, candidacy)
    story.rule(session, candidacy, acquired=set(range(1, 31)) - REFUSED, among=range(1, 31))
    story.decide(session, candidacy, granted=(2, 3, 4), refused=(1,))
    story.end(session)


def applied(page: Page) -> CandidacyId:
    """Choose the certification, read the rulebook, open a candidacy by VAE."""
    next_act(page, "À vous : choisissez une certification et candidatez")
    look(page, "0-nothing-yet")
    page.get_by_role("main").get_by_role("link", name="Candidater").click()
    look(page, "1-certifications")
    page.get_by_role("link", name="Candidater à Community manager").click()
    look(page, "2-apply")
    page.get_by_role("link", name="Règlement de certification").click()
    look(page, "3-rulebook")
    page.go_back()
    page.get_by_role("radio", name=re.compile("VAE")).check()
    page.get_by_role("checkbox", name="J'ai lu le règlement").check()
    page.get_by_role("button", name="Ouvrir ma candidature").click()
    next_act(page, "À vous : déposez votre dossier de faisabilité")
    candidacy = CandidacyId(UUID(page.url.partition("/candidacies/")[2][:36]))
    look(page, "4-opened")
    return candidacy


def submitted(page: Page, place: Place, candidacy: CandidacyId) -> None:
    """Submit the feasibility file, which the registrar finds admissible."""
    page.get_by_role("link", name="Déposer mon dossier de faisabilité").click()
    look(page, "5-feasibility")
    page.fill("#submit-elsewhere", "1")
    page.get_by_role("button", name="Déposer mon dossier de faisabilité").click()
    next_act(page, "Rien à faire : le certificateur répond avant le")
    expect(page.locator(".next")).to_contain_text("R335-7")
    look(page, "6-admissibility")
    today = place.story.clock.today()
    place.story.by("rose", DecideAdmissibility(candidacy=candidacy, admissible=True, file_received_on=today))
    place.projector.catch_up()
    page.reload()


def evidenced(page: Page, place: Place) -> None:
    """Put in a file and a text, and say anew what the text shows."""
    next_act(page, "À vous : terminez et déposez votre dossier de validation")
    page.get_by_role("link", name="Ajouter une pièce").first.click()
    tick(page, 1, 2, 3, 4, 5)
    content: FilePayload = {"name": "Audit.pdf", "mimeType": "application/pdf", "buffer": pdf("Audit")}
    page.set_input_files("#file", content)
    put_in(page)
    expect(page.locator(".note.good")).to_contain_text("Pièce ajoutée")
    tick(page, 10, 16, 19)
    page.get_by_text("Ou écrire un texte").click()
    page.fill("#statement-title", "Mes campagnes")
    page.fill("#statement", "J'ai mené trois campagnes.")
    page.get_by_role("button", name="Ajouter ce texte").click()
    expect(page.locator(".pieces li", has_text="Mes campagnes")).to_contain_text("10, 16 et 19")
    page.get_by_role("link", name="Changer les compétences de Mes campagnes").click()
    page.locator('input[name="competences"][value="16"]').uncheck()
    look(page, "7-piece")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".pieces li", has_text="Mes campagnes")).to_contain_text("10 et 19")
    work_off(place.acquis)
    place.projector.catch_up()
    page.reload()
    look(page, "8-evidence")


def filed(page: Page) -> None:
    """Read it again, leave a piece out and take it back, file with each gap acknowledged, and keep the receipt."""
    page.get_by_role("link", name="Relire avant de déposer").click()
    expect(page.locator(".block", has_text="Bloc 2")).to_contain_text("Aucune pièce pour la 16, obligatoire")
    page.get_by_role("link", name="Laisser de côté Mes campagnes").click()
    expect(page.get_by_role("button", name="Déposer définitivement 1 pièce")).to_be_visible()
    page.get_by_role("link", name="Reprendre Mes campagnes").click()
    look(page, "9-review")
    for box in page.locator("form .tick input").all()[:-1]:
        box.check()
    page.evaluate("document.querySelectorAll('form').forEach(each => { each.noValidate = true; })")
    page.get_by_role("button", name="Déposer définitivement 2 pièces").click()
    expect(page.locator("#final-wrong")).to_contain_text("Cochez cette case")
    page.locator("[name=final]").check()
    page.get_by_role("button", name="Déposer définitivement 2 pièces").click()
    expect(page.locator(".paper")).to_contain_text("Camille Nouvelle")
    expect(page.locator(".paper")).to_contain_text("Mes campagnes")
    look(page, "10-receipt")
    page.get_by_role("link", name="Mon parcours").first.click()
    next_act(page, "Rien à faire : le certificateur vous convoque")
    look(page, "11-filed")


def told(page: Page, place: Place, candidacy: CandidacyId) -> None:
    """Read the result, ask for an attestation, and print it."""
    next_act(page, "Votre résultat est connu : il vous reste le bloc 1")
    page.get_by_role("link", name="Voir mon résultat").click()
    expect(page.locator(".next h2")).to_contain_text("3 blocs vous sont acquis, pour toujours")
    expect(page.locator("#block-1")).to_contain_text("Il manque la compétence obligatoire 7")
    look(page, "12-result")
    page.get_by_text("Demander une attestation").click()
    page.select_option("#request_attestation-attestation", "blocks")
    page.get_by_role("button", name="Demander", exact=True).click()
    expect(page.locator(".note.good")).to_contain_text("Attestation demandée")
    place.story.by("rose", IssueAttestation(candidacy=candidacy, attestation=Attestation.BLOCKS))
    place.projector.catch_up()
    page.reload()
    page.get_by_role("link", name=re.compile("Attestation")).click()
    expect(page.locator(".paper")).to_contain_text("Camille Nouvelle en a acquis les blocs 2, 3 et 4")
    look(page, "13-attestation")


def questioned(page: Page) -> None:
    """Ask for a review."""
    page.go_back()
    page.locator("summary", has_text="Demander un réexamen").click()
    page.get_by_role("radio", name=re.compile("irrégularité")).check()
    page.fill("#request_review-statement", "Le jury n'a pas vu la pièce 2.")
    page.get_by_role("button", name="Demander un réexamen").click()
    expect(page.locator("#review")).to_contain_text("Réponse attendue du certificateur")
    look(page, "14-review-asked")
    page.get_by_role("link", name="Mon parcours").first.click()
    page.get_by_role("link", name=re.compile("Changer de voie")).click()
    look(page, "15-choices")


@pytest.mark.slow
def test_a_candidate_signs_up_applies_files_and_questions_the_result_by_pages_only(visit, place: Place):
    page = visit(None, path="/sign-up")
    joined(page, place)
    candidacy = applied(page)
    submitted(page, place, candidacy)
    evidenced(page, place)
    filed(page)
    decided(place, candidacy)
    place.projector.catch_up()
    page.reload()
    told(page, place, candidacy)
    questioned(page)


def reach(page: Page, words: str) -> None:
    """Go on with Tab until what is called so has the focus."""
    called = (
        "each => each.labels?.length ? each.labels[0].innerText : each.getAttribute('aria-label') || each.innerText"
    )
    for _ in range(250):
        page.keyboard.press("Tab")
        if words in (page.evaluate(f"({called})(document.activeElement)") or ""):
            return
    raise AssertionError(f"the keyboard does not reach {words!r}")


def test_a_candidate_puts_in_a_text_and_files_it_by_keyboard_alone(visit, place: Place):
    page, player = visit(None, path="/sign-in"), place.story.cast["dorian"]
    reach(page, "Adresse électronique")
    page.keyboard.type(player.login)
    page.keyboard.press("Tab")
    page.keyboard.type(player.password)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/candidacies/"))
    reach(page, "Bloc 1 ·")
    while page.evaluate("document.activeElement.closest('[data-competences]') === null"):
        reach(page, "Bloc 1 ·")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    reach(page, "Ou écrire un texte")
    page.keyboard.press("Enter")
    reach(page, "Titre")
    page.keyboard.type("Au clavier")
    page.keyboard.press("Tab")
    page.keyboard.type("Un texte.")
    reach(page, "Ajouter ce texte")
    page.keyboard.press("Enter")
    expect(page.locator(".note.good")).to_be_focused()
    reach(page, "Relire et déposer")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/filing$"))
    for words in ("J'atteste sur l'honneur", "J'ai compris que ce dépôt"):
        reach(page, words)
        page.keyboard.press("Space")
    reach(page, "Déposer définitivement")
    page.keyboard.press("Enter")
    expect(page.locator(".paper").first).to_contain_text("Au clavier")


@pytest.mark.slow
@pytest.mark.parametrize(("language", "scheme"), [("en-GB", "light"), ("fr-FR", "dark")])
def test_every_page_of_a_candidate_works_in_english_and_in_dark_mode(visit, place: Place, language, scheme):
    """With the certificate of a title and of a block, as they are printed."""
    alix, capucine = place.candidacy("alix"), place.candidacy("capucine")
    of = CandidacyId(UUID(alix))
    if language == "en-GB":
        for paper in (IssueCertificate(candidacy=of), CertifyBlock(candidacy=of, block=2)):
            place.story.by("rose", paper)
    place.projector.catch_up()
    ways = {
        "alix": [f"/candidacies/{alix}", f"/candidacies/{alix}/result", f"/candidacies/{alix}/filing/receipt"],
        "capucine": [
            f"/candidacies/{capucine}{each}" for each in ("", "/filing", "/result", "/choices", "/receipts")
        ],
        "firmin": ["/apply", f"/apply/{place.story.framework}", f"/apply/rulebook/{place.story.rulebook}"],
    }
    for who, paths in ways.items():
        page = visit(who, language=language, path="about:blank")
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for path in paths:
            page.goto(path)
            look(page, f"{who}-{paths.index(path)}-{language[:2]}-{scheme}")
        if who == "alix":
            page.goto(paths[1])
            printed = [each.get_attribute("href") for each in page.locator('a[href*="/papers/"]').all()]
            assert len(printed) == 2
            for path in printed:
                page.goto(path)
                expect(page.locator(".parchemin")).to_contain_text("Alix Exemple")
                expect(page.locator(".parchemin")).not_to_contain_text("duplicata")
                look(page, f"paper-{printed.index(path)}-{language[:2]}-{scheme}")
