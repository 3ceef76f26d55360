"""Do administrator, advisor, centre, invigilator and disability officer do their day's work by pages only?"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyotp
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.people.withdraw_role import WithdrawRole
from domain.framework.definition import Route
from domain.ports import OPERATOR, Role, SittingId
from projections.exam.sittings import sittings
from tests.given.webapi.access import barriers
from tests.given.webapi.demonstration_site import Place, played, served
from tests.given.webapi.pictures import picture
from tests.given.webapi.telephones import code_of
from webapi.demonstration.cast import enrol
from webapi.demonstration.present_day import PresentDay
from webapi.upkeep.letters import send_waiting

if TYPE_CHECKING:
    from collections.abc import Iterator

THE_DAY = date(2022, 10, 25)
"""On which an épreuve is held."""
FINGER = 44
"""Pixels that a finger hits (WCAG 2.5.5)."""
CHOSEN = "une phrase que personne ne devine"


@pytest.fixture(scope="module")
def place(chromium: str, server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The demonstration on a day with work on each desk, a fortnight on: on the day of its épreuve."""
    del chromium
    with played(server_url, template, tmp_path_factory.mktemp("desks")) as found:
        found.story.appeal()
        PresentDay(found.story).play()
        found.story.clock.set(THE_DAY)
        found.projector.catch_up()
        yield replace(found, settings=replace(found.settings, second_factor=("auditor",)))


@pytest.fixture(scope="module")
def site(place: Place) -> Iterator[str]:
    with served(place, ACQUIS_SECOND_FACTOR="auditor") as address:
        yield address


@pytest.fixture(scope="module")
def browser(launched: Browser, site: str) -> Browser:
    del site
    return launched


@pytest.fixture(scope="module")
def sessions() -> dict[str, Any]:
    return {}


def look(page: Page, name: str, *others: int) -> None:
    """Nothing keeps anybody from reading it, and it fits a desk, a phone and these widths."""
    assert not barriers(page), name
    for width in (*others, 390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width}"
        picture(page, f"small-{name}-{width}")


def go(page: Page, entry: str) -> None:
    """Follow a line of the role's navigation."""
    page.locator(".rail").get_by_role("link", name=entry).click()


def said(page: Page, sentence: str) -> None:
    """The page says what was done."""
    expect(page.locator(".note.good[role=status]")).to_contain_text(sentence)


def open_account(place: Place, page: Page, email: str) -> None:
    """Follow the link of the letter that was sent to this address, and choose a password."""
    send_waiting(place.acquis)
    read = BytesParser(policy=policy.default)
    letters = [read.parsebytes(each.read_bytes()) for each in (place.settings.data / "mail").glob("*.eml")]
    (letter,) = [each for each in letters if each["To"] == email]
    found = re.search(r"http://127\.0\.0\.1:8000(/\S+)", letter.get_content())
    assert found
    page.goto(found[1])
    for field in ("#new", "#twice"):
        page.fill(field, CHOSEN)
    page.get_by_role("button", name="Enregistrer ce mot de passe").click()
    expect(page.locator(".notice.good")).to_contain_text("Votre compte est ouvert")


@pytest.mark.slow
def test_an_administrator_invites_gives_roles_and_reads_what_is_wrong_and_no_dossier(visit, place):
    email = f"noa-{uuid4()}@example.org"
    page = visit("ulysse", path="/")
    expect(page.locator("h1")).to_have_text("Installation")
    expect(page.locator("main")).to_contain_text("Compte sans double authentification")
    look(page, "admin-installation")
    page.get_by_role("link", name="Voir qui").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("Sacha Auditeur")

    go(page, "Invitations")
    page.get_by_label("Nom", exact=True).fill("Noa Invitée")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_role("button", name="Inviter").click()
    expect(page.locator("#send-roles-wrong")).to_be_visible()
    expect(page.get_by_label("Nom", exact=True)).to_have_value("Noa Invitée")
    page.get_by_label("Membre du jury").check()
    page.get_by_role("button", name="Inviter").click()
    said(page, "L'invitation part")
    expect(page.locator("tbody tr", has_text="Noa Invitée")).to_contain_text("invitation à envoyer")
    look(page, "admin-invitations")
    open_account(place, visit(path="/sign-in"), email)
    page.reload()
    expect(page.locator("main")).to_contain_text("Aucune invitation en attente.")

    go(page, "Personnes et rôles")
    look(page, "admin-people")
    page.get_by_role("searchbox").fill("invitee")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Noa Invitée").click()
    expect(page.locator("main")).to_contain_text("Compte ouvert")
    page.get_by_label("Accorder un rôle").select_option(label="surveillant")
    page.get_by_role("button", name="Accorder").click()
    said(page, "Rôle accordé.")
    for role in ("membre du jury", "surveillant"):
        page.locator("summary", has_text=role).click()
        look(page, "admin-person")
        page.locator("details[open]").get_by_role("button", name="Retirer le rôle").click()
        said(page, "Rôle retiré.")

    assert page.goto("/candidacies").status == 403, "no dossier"


@pytest.mark.slow
def test_an_administrator_keeps_and_erases_and_decides_on_national_numbers(visit, place):
    gone = enrol(place.acquis, (("orane", "Orane Effaçable", (Role.CANDIDATE,)),))["orane"]
    place.acquis.do(WithdrawRole(person=gone.id, role=Role.CANDIDATE), OPERATOR)
    place.projector.catch_up()
    page = visit("ulysse", path=f"/admin/people/{gone.id}")
    page.get_by_role("link", name="Conservation et effacement").click()
    page.locator("#holds + details").get_by_label("Identité et coordonnées").check()
    page.get_by_label("Motif (litige, enquête)").fill("Un litige.")
    page.get_by_role("button", name="Garder").click()
    said(page, "Conservation décidée.")
    expect(page.locator("#plan ~ form")).to_contain_text("conservation conservatoire en vigueur")
    look(page, "admin-erasure")
    page.get_by_role("button", name="Lever").click()
    said(page, "Conservation levée.")
    page.locator("form[action$='/erasure']").get_by_label("Identité et coordonnées").check()
    page.get_by_label("Pourquoi").select_option(label="La personne le demande (RGPD, art. 17)")
    page.get_by_role("button", name="Effacer ce qui est coché").click()
    expect(page.locator("#order-read-wrong")).to_be_visible()
    page.get_by_label("J'ai vérifié de qui il s'agit").check()
    page.get_by_role("button", name="Effacer ce qui est coché").click()
    said(page, "Effacement ordonné")
    expect(page.locator("#done ~ ul")).to_contain_text("Identité et coordonnées")
    go(page, "Effacements")
    look(page, "admin-erasures")

    go(page, "Numéros nationaux")
    page.locator("summary").click()
    look(page, "admin-national-numbers")
    page.get_by_label("Texte ou étude qui le fonde").fill("Étude d'impact du 3 octobre 2022.")
    page.get_by_role("button", name="Recueillir le NIR").click()
    said(page, "Décision enregistrée.")
    expect(page.locator("main")).to_contain_text("Étude d'impact du 3 octobre 2022.")
    go(page, "Connexions")
    expect(page.locator("main")).to_contain_text("Ulysse Administrateur, administrateur")
    look(page, "admin-sign-ins")


@pytest.mark.slow
def test_an_administrator_opens_a_service_whose_token_is_shown_once_and_revoked(visit, place, site):
    page = visit("ulysse", path="/admin/services")
    page.get_by_label("Nom du programme").fill("Tableau de bord")
    page.get_by_role("button", name="Ouvrir").click()
    said(page, "Compte de service ouvert")
    look(page, "admin-services")
    page.get_by_label("À quoi sert-il ?").fill("Tableau de bord du matin")
    page.get_by_label("Ce que le jeton permet").select_option(label="Lire tout ce que voit le rôle des rapports")
    page.get_by_label("Code à six chiffres").fill("pas celui-là")
    page.get_by_role("button", name="Créer le jeton").click()
    expect(page.locator("#code-wrong")).to_be_visible()
    expect(page.get_by_label("À quoi sert-il ?")).to_have_value("Tableau de bord du matin")
    page.get_by_label("Code à six chiffres").fill(code_of(place.acquis, place.story.cast["ulysse"].id))
    page.get_by_role("button", name="Créer le jeton").click()
    token = page.locator("#made").input_value()
    bearer = {"Authorization": f"Bearer {token}"}
    assert page.request.get(f"{site}/api/v1/persons/me", headers=bearer).ok
    go(page, "Comptes de service")
    expect(page.locator("#made")).to_have_count(0)
    page.get_by_role("button", name="Révoquer Tableau de bord du matin").click()
    said(page, "Jeton révoqué.")
    assert page.request.get(f"{site}/api/v1/persons/me", headers=bearer).status == 401


@pytest.mark.slow
def test_an_administrator_helps_who_lost_their_telephone_and_ends_their_sessions(visit, place):
    lost = place.story.cast["odile"].id
    at = visit("odile", path="/account")
    secret = place.acquis.factors.begin(lost)
    assert place.acquis.factors.accepts(lost, pyotp.TOTP(secret).now(), proved=False)
    page = visit("ulysse", path=f"/admin/people/{lost}")
    expect(page.get_by_role("button", name="Fermer 1 connexion")).to_be_hidden()
    page.locator("summary", has_text="Fermer toutes ses connexions").click()
    page.locator("summary", has_text="Téléphone et codes de secours perdus").click()
    look(page, "admin-lost-access")
    page.get_by_role("button", name="Fermer 1 connexion").click()
    said(page, "Connexions fermées.")
    assert at.reload().status == 401
    page.locator("summary", has_text="Téléphone et codes de secours perdus").click()
    page.get_by_label("Code à six chiffres").fill("pas celui-là")
    page.get_by_label("Je me suis assuré de qui demande").check()
    page.get_by_role("button", name="Désactiver sa double authentification").click()
    expect(page.locator("#code-wrong")).to_be_visible()
    page.get_by_label("Code à six chiffres").fill(code_of(place.acquis, place.story.cast["ulysse"].id))
    page.get_by_role("button", name="Désactiver sa double authentification").click()
    said(page, "Double authentification désactivée.")
    assert place.acquis.factors.on(lost) is None


def test_an_advisor_sees_whom_they_accompany_what_comes_next_and_by_when(visit):
    page = visit("aline", path="/")
    expect(page.locator("h1")).to_have_text("Candidats accompagnés")
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Pièces à réunir, dossier à déposer")
    expect(row).to_contain_text("au candidat")
    expect(row.locator("time")).to_have_attribute("datetime", "2023-12-18")
    look(page, "advisor-home")
    row.get_by_role("link", name="Manon Prétendue").click()
    expect(page.locator("h1")).to_contain_text("Manon Prétendue")
    assert page.locator("main form").count() == 0, "who accompanies reads, and does nothing there"


@pytest.mark.slow
def test_a_training_centre_enrols_one_by_one_and_by_a_file_and_reads_no_dossier(visit, place):
    page = visit("celeste", path="/")
    expect(page.locator("h1")).to_have_text("Nos candidats")
    expect(page.locator("main")).to_contain_text("Centre Imaginaire de Lyon")
    for name in ("Oriane Échantillon", "Pablo Maquette", "Romy Prétexte"):
        expect(page.get_by_role("row", name=name)).to_contain_text("au candidat")
    expect(page.locator("tbody a")).to_have_count(0)
    look(page, "centre-candidates")
    page.get_by_role("link", name="Inscrire un candidat").click()
    page.get_by_label("Prénom et nom").fill("Manon Prétendue")
    page.get_by_label("Voie d'accès").select_option("FC")
    page.get_by_role("button", name="Inscrire").click()
    expect(page.locator(".wrong")).to_contain_text("demandez son inscription au gestionnaire")
    look(page, "centre-known")
    page.get_by_label("Prénom et nom").fill("Solène Exemplaire")
    page.get_by_role("button", name="Inscrire").click()
    said(page, "candidature ouverte")
    expect(page.get_by_role("row", name="Solène Exemplaire")).to_be_visible()
    go(page, "Inscriptions")
    page.get_by_role("link", name="Inscrire par fichier").click()
    lines = "nom;prénom;adresse électronique;certification;voie\n", "Modèle;Théo;theo@example.org;RNCP31936;FC\n"
    content = "".join((*lines, "Prétendue;Manon;;RNCP31936;FC\n")).encode()
    page.set_input_files("#file", {"name": "candidats.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Essayer ce fichier").click()
    look(page, "centre-file")
    page.get_by_role("button", name="Inscrire 1 candidat").click()
    expect(page.locator("main")).to_contain_text("1 candidat est inscrit")
    place.projector.catch_up()
    go(page, "Nos candidats")
    expect(page.get_by_role("row", name="Théo Modèle")).to_be_visible()
    go(page, "Épreuves sur nos sites")
    expect(page.locator("main")).to_contain_text("22 novembre 2022 à 09:30")
    look(page, "centre-sittings")
    for path in ("/candidacies", "/people", "/todo"):
        assert page.goto(path).status == 403, path


def test_an_invigilator_holds_an_epreuve_on_a_tablet(visit, place):
    story = place.story
    (sitting,) = sittings(place.acquis.database, invigilator=story.cast["ilan"].id)
    for extra in ("hippolyte", "iris"):
        story.cast |= enrol(place.acquis, ((extra, f"{extra.capitalize()} Essai", (Role.CANDIDATE,)),))
        candidacy = story.apply(extra, Route.CL)
        story.by("rose", CallToSitting(sitting=SittingId(sitting.sitting), candidacy=candidacy))
    place.projector.catch_up()
    page = visit("ilan", path="/", width=768)
    expect(page.locator("main")).to_contain_text("3 candidats attendus")
    look(page, "invigilator-home", 768)
    page.get_by_role("link", name="Tenir cette épreuve").click()
    page.get_by_role("button", name="Ouvrir l'épreuve").click()
    said(page, "Épreuve ouverte")
    look(page, "invigilator-identities", 768)
    firmin, iris = line(page, "Firmin Spécimen"), line(page, "Iris Essai")
    for each, why in ((iris, "La pièce ne concorde pas"), (iris, "C'est bien cette personne")):
        each.get_by_role("button", name=why).click()
        said(page, "Identité notée.")
    firmin.get_by_label("Pièce présentée").select_option(label="passeport")
    firmin.get_by_role("button", name="C'est bien cette personne").click()
    iris.locator("summary", has_text="Arrivé en retard").click()
    iris.get_by_label("Minutes de retard").fill("9000")
    iris.get_by_role("button", name="A signé son entrée").click()
    expect(iris.locator(".wrong")).to_be_visible()
    iris.get_by_label("Minutes de retard").fill("5")
    for each in (iris, firmin):
        each.get_by_role("button", name="A signé son entrée").click()
        said(page, "Entrée signée.")
    target = iris.get_by_role("button", name="Copie remise").bounding_box()
    assert target, "it is shown"
    assert target["height"] >= FINGER
    page.locator("summary", has_text="Tout le monde est parti").click()
    expect(page.get_by_role("button", name="Clore (")).to_have_attribute("aria-disabled", "true")
    iris.locator("summary", has_text="Signaler un incident").click()
    look(page, "invigilator-working", 768)
    iris.get_by_label("Ce qui s'est passé, et à quelle heure").fill("Téléphone sur la table à 14 h 40.")
    iris.get_by_role("button", name="Signaler").click()
    said(page, "Incident signalé.")
    iris.get_by_role("button", name="A signé sa sortie").click()
    said(page, "Sortie signée.")
    for each in (iris, firmin):
        each.get_by_label("Numéro de la copie").fill("4711")
        each.get_by_role("button", name="Copie remise").click()
    expect(firmin.locator(".note.bad")).to_contain_text("Le numéro d'une copie lui est propre")
    firmin.get_by_label("Numéro de la copie").fill("")
    firmin.get_by_role("button", name="Copie remise").click()
    said(page, "Copie ramassée.")
    firmin.get_by_role("button", name="A signé sa sortie").click()
    said(page, "Sortie signée.")
    page.locator("summary", has_text="Tout le monde est parti").click()
    page.get_by_role("button", name=re.compile("présents.: 2, absents.: 1, copies.: 2")).click()
    said(page, "Épreuve close.")
    expect(line(page, "Hippolyte Essai")).to_contain_text("absent")
    look(page, "invigilator-closed", 768)


def line(page: Page, name: str) -> Locator:
    """One candidate on the list of an épreuve."""
    return page.locator("article", has=page.get_by_role("heading", name=name))


def test_a_candidate_asks_and_a_disability_officer_answers_and_nobody_else_reads_why(visit, place):
    asks = visit("nils", path="/")
    asks.get_by_role("link", name="Demander un aménagement").click()
    look(asks, "accommodation-asking")
    asks.get_by_label("Ce dont vous avez besoin, et pourquoi").fill("Une surdité : je lis sur les lèvres.")
    asks.get_by_role("button", name="Envoyer la demande").click()
    said(asks, "Demande envoyée au référent handicap.")
    page = visit("denis", path="/")
    look(page, "officer-home")
    page.get_by_role("link", name="Répondre : Nils Échantillon").click()
    page.locator("summary", has_text="Ne rien accorder").click()
    page.get_by_label("Motif, lu par la personne seule").fill("L'entretien se tient sur place ; venez me voir.")
    page.get_by_role("button", name="Refuser").click()
    said(page, "Refus enregistré")
    asks.reload()
    expect(asks.locator("main")).to_contain_text("L'entretien se tient sur place")
    go(page, "Aménagements")
    page.get_by_role("link", name="Répondre : Manon Prétendue").click()
    expect(page.locator("main")).to_contain_text("Dyslexie, bilan du 3 mai 2022.")
    look(page, "officer-answering")
    page.get_by_role("button", name="Accorder").click()
    expect(page.locator("#grant-part-wrong")).to_contain_text("Choisissez au moins une mesure.")
    page.get_by_label("Temps majoré").select_option(label="d'un tiers")
    page.get_by_role("button", name="Accorder").click()
    said(page, "Aménagement accordé")
    expect(page.locator("main")).to_contain_text("temps majoré d'un tiers")
    look(page, "officer-answered")
    go(page, "Aménagements")
    expect(page.locator("main")).to_contain_text("Aucune demande à répondre.")
    manon = place.story.called["manon"]
    for who in ("aline", "rose"):
        for path in ("", "/history"):
            other = visit(who, path=f"/candidacies/{manon}{path}")
            assert "Dyslexie" not in other.content(), who
