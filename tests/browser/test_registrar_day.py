"""A registrar's day by pages only, where nobody has applied yet: they enrol, admit and name assessors."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect

from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from domain.ports import Role
from projections.engine.runner import Projector
from tests.given.log.demonstrated import begun
from tests.given.servers.databases import a_database, as_url
from tests.given.webapi.access import barriers
from tests.given.webapi.demonstration_site import SECRET, Place, served, sign_in
from tests.given.webapi.pictures import picture
from webapi.demonstration.cast import enrol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = date(2022, 3, 1)
DESK, PHONE = 1280, 390
HEAD = "nom;prénom;né(e) le;lieu de naissance;adresse électronique;certification;voie;blocs"
FILE = (
    HEAD,
    "Formation;Fanny;12/05/1990;Nantes;fanny@formation.example;RNCP31936;FC;",
    "Faux;Fred;31/02/1990;;fred@faux.example;RNCP31936;FC;",
    "Nouveau;Nils;;;nils@nouveau.example;RNCP31936;FI;",
)


@pytest.fixture(scope="module")
def house(chromium: str, server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A certification with its rulebook, the law, and one registrar."""
    del chromium
    with a_database(server_url, template) as url:
        data = tmp_path_factory.mktemp("day")
        story = begun(Settings(data=data, database_url=as_url(url), secret_key=SECRET), TODAY)
        story.publish_certification()
        story.open_routes()
        story.cast = enrol(story.acquis, (("rose", "Rose Gestionnaire", (Role.REGISTRAR,)),))
        projecting = Database(url, role="acquis_projector")
        yield Place(story.acquis, story, Projector(projecting, LogRecorder(projecting)), story.acquis.settings)
        projecting.close()
        story.acquis.close()


@pytest.fixture(scope="module")
def looking(launched: Browser, house: Place) -> Iterator[tuple[Browser, str]]:
    with served(house) as address:
        yield launched, address


@pytest.mark.slow
@pytest.mark.parametrize("width", [DESK, pytest.param(PHONE, id="on a telephone")], ids=str)
def test_a_registrar_enrols_admits_and_names_assessors(looking, house, tmp_path, width):
    browser, address = looking
    context = browser.new_context(base_url=address, locale="fr-FR", viewport={"width": width, "height": 900})
    context.set_default_timeout(10_000)
    sign_in(context, house.story.cast["rose"])
    day = Day(context.new_page(), width)
    who = f"{width}"
    day.nothing_waits()
    day.enrols_one(f"Nils Nouveau{who}", f"nils{who}@nouveau.example")
    day.enrols_by_file(tmp_path, who)
    day.admits(f"Nils Nouveau{who}")
    day.names_an_assessor(f"Fanny Formation{who}", f"Inès Évaluatrice{who}")
    day.proposes_a_correction(f"Nils Nouveau{who}")
    context.close()


@pytest.mark.parametrize("width", [DESK, pytest.param(PHONE, id="on a telephone", marks=pytest.mark.slow)], ids=str)
def test_a_refusal_is_reviewed_corrected_and_reconsidered_and_nobody_is_called_without_livret_2(
    looking, house, width
):
    browser, address = looking
    context = browser.new_context(base_url=address, locale="fr-FR", viewport={"width": width, "height": 900})
    context.set_default_timeout(20_000)
    sign_in(context, house.story.cast["rose"])
    day, who = Day(context.new_page(), width), f"Zélie Refusée{width}"
    day.enrols(who, f"zelie{width}@refusee.example", "VAE", f"1961-01-{width % 28 + 1:02}")
    day.receives(who)
    day.refuses(corrects=True)
    day.receives(who)  # the first file was another person's
    day.refuses(corrects=False)
    day.reconsiders(who)
    session = day.plans_a_jury("VAE", places=1)
    day.sees_who_lacks_livret_2(session, who)
    for name, born in (("Farid Abadie", 1971), ("Flore Zimmermann", 1981)):
        address = f"{name.split()[0].lower()}{width}@forme.example"
        day.enrols(f"{name}{width}", address, "FI", f"{born}-01-{width % 28 + 1:02}")
    day.calls_more_than_there_are_places(day.plans_a_jury("FI", places=1))
    context.close()


class Day:
    """What Rose does, page by page; each page is accessible, and no wider than the window."""

    def __init__(self, page: Page, width: int) -> None:
        self.page, self.width, self.seen = page, width, 0

    def looks(self, name: str) -> None:
        self.page.wait_for_selector("footer")
        assert not barriers(self.page), name
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, name
        self.seen += 1
        picture(self.page, f"registrar-day-{self.width}-{self.seen:02}-{name}")

    def says(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(re.compile(text.replace(" ", r"\s")))

    def nothing_waits(self) -> None:
        self.page.goto("/")
        assert self.page.url.endswith("/todo"), "where the role begins"
        if self.width == DESK:
            self.says("Rien n'attend.")
        self.looks("todo")

    def enrols_one(self, name: str, address: str) -> None:
        self.page.click("main a:has-text('Inscrire un candidat')")
        self.looks("enrol")
        self.page.fill("[name=name]", name)
        self.page.fill("[name=email]", address)
        self.page.fill("[name=born_on]", "1985-05-03")
        self.page.select_option("[name=route]", "VAE")
        self.page.click("main button:has-text('Inscrire')")
        self.says("La personne est enregistrée et sa candidature ouverte.")
        self.page.goto("/enrolment")  # a second time: somebody known resembles them
        self.page.fill("[name=name]", name)
        self.page.fill("[name=email]", address)
        self.page.select_option("[name=route]", "FI")
        self.page.click("main button:has-text('Inscrire')")
        self.says("Peut-être déjà connue")
        assert self.page.input_value("[name=name]") == name, "what was typed stays"
        self.looks("enrol-known")

    def enrols_by_file(self, folder: Path, who: str) -> None:
        chosen = folder / "candidats.csv"
        text = "\n".join(FILE).replace("Nouveau;", f"Nouveau{who};").replace("Formation;", f"Formation{who};")
        chosen.write_text(text.replace("nils@", f"nils{who}@").replace("fanny@", f"fanny{who}@"), "cp1252")
        self.page.click("main a:has-text('Inscrire par fichier')")
        self.looks("file")
        self.page.set_input_files("#file", chosen)
        self.page.click("button:has-text('Essayer ce fichier')")
        self.says("« 31/02/1990 » n'est pas un jour")
        self.says("à trancher")
        self.looks("file-tried")
        self.page.check("fieldset input[type=radio] >> nth=0")  # it is Nils
        self.page.click("button:has-text('Essayer avec ces réponses')")
        self.says("personne connue")
        self.page.click("button:has-text('Inscrire 2 candidats')")
        self.says("2 candidats sont inscrits.")
        self.looks("file-done")

    def finds(self, name: str) -> None:
        self.page.goto("/people")
        self.page.fill("#who", name)
        self.page.click("main search button")
        self.looks("found")
        self.page.click(f"tbody a:has-text('{name}')")
        self.looks("person")

    def admits(self, name: str) -> None:
        self.finds(name)
        self.page.click("a:has-text('Recevabilité')")
        self.says("Aucun dossier n'est déposé")
        self.page.fill("[name=received_on]", "2022-02-20")
        self.page.click("button:has-text('Enregistrer la réception')")
        self.says("Le dossier de faisabilité est enregistré.")
        self.page.goto("/todo")
        self.says("Recevabilité à décider")
        self.says("20 avril 2022")
        self.looks("todo-work")
        self.page.click("a.btn:has-text('Décider')")
        self.looks("queue")
        self.page.click(f"tbody a.btn:has-text('{name}')")
        self.page.click("button:has-text('Relire avant d')")
        self.says("Dites si la candidature est recevable.")
        self.looks("admission")
        self.page.check("[name=admissible][value=true]", force=True)
        self.page.fill("[name=gaps]", "Pas d'expérience de la mesure d'audience.")
        self.page.click("button:has-text('Relire avant d')")
        self.says("Qui est prévenu")
        self.looks("admission-review")
        self.page.click("button:has-text('Enregistrer : recevable')")
        self.says("La décision sur la recevabilité est enregistrée.")
        self.looks("admission-decided")

    def enrols(self, name: str, address: str, route: str, born: str) -> None:
        self.page.goto("/enrolment")
        for field, value in (("name", name), ("email", address), ("born_on", born)):
            self.page.fill(f"[name={field}]", value)
        self.page.select_option("[name=route]", route)
        self.page.click("main button:has-text('Inscrire')")
        expect(self.page.locator("main [role=status]")).to_contain_text("La personne est enregistrée")

    def receives(self, name: str) -> None:
        self.finds(name)
        self.page.click("a:has-text('Recevabilité')")
        self.page.fill("[name=received_on]", "2022-02-20")
        self.page.click("button:has-text('Enregistrer la réception')")
        self.says("Le dossier de faisabilité est enregistré.")

    def reviews(self, admissible: str, gaps: str) -> None:
        self.page.check(f"[name=admissible][value={admissible}]", force=True)
        self.page.fill("[name=gaps]", gaps)
        self.page.click("button:has-text('Relire avant d')")

    def refuses(self, *, corrects: bool) -> None:
        self.reviews("false", "Aucune activité d'analyse.")
        self.says("La candidature s'arrête : ni dossier de validation, ni jury.")
        self.says("Aucune activité d'analyse.")
        self.says("Qui est prévenu")
        self.looks("refusal-reviewed")
        self.page.click("button:has-text('Modifier')")
        assert self.page.input_value("[name=gaps]") == "Aucune activité d'analyse.", "nothing is recorded or lost"
        self.page.click("button:has-text('Relire avant d')")
        self.page.click("button:has-text('Enregistrer : non recevable')")
        self.says("La décision sur la recevabilité est enregistrée.")
        self.says("Pas encore notifiée")
        if corrects:
            self.page.click("summary:has-text('Corriger cette décision')")
            self.page.select_option("[name=error]", "file")
            self.page.fill("[name=reason]", "Le dossier d'une homonyme.")
            self.looks("refusal-to-correct")
            self.page.click("button:has-text('Reprendre la décision')")
            self.says("La décision est reprise")

    def reconsiders(self, name: str) -> None:
        at = self.page.url.partition("?")[0]
        self.page.goto("/candidacies")
        row = self.page.locator("main li", has_text=name)
        expect(row).to_contain_text("Non recevable")
        expect(row).not_to_contain_text("En cours")
        self.page.goto(at)
        self.page.select_option("[name=channel]", "post")
        self.page.click("button:has-text('Enregistrer la notification')")
        self.says("Notifiée le")
        expect(self.page.locator("summary:has-text('Corriger')")).to_have_count(0)
        self.page.click("summary:has-text('Réexaminer ce refus')")
        self.page.fill("[name=asked_on]", TODAY.isoformat())
        self.page.fill("[name=reason]", "Deux contrats de plus.")
        self.looks("refusal-to-reconsider")
        self.page.click("button:has-text('Retirer le refus')")
        self.says("Le refus est retiré")
        self.says("1er mai 2022")  # two months anew
        self.reviews("true", "")
        self.page.click("button:has-text('Enregistrer : recevable')")
        self.says("La décision sur la recevabilité est enregistrée.")

    def plans_a_jury(self, route: str, *, places: int) -> str:
        self.page.goto("/registrar/sessions/new")
        self.page.fill("[name=held_on]", "2022-06-15")
        self.page.fill("[name=places]", str(places))
        self.page.select_option("[name=route]", route)
        where = self.page.locator("[name=where] option:not([value=''])").first.get_attribute("value")
        self.page.select_option("[name=where]", where)
        self.page.click("button:has-text('Planifier la session')")
        self.page.wait_for_selector("#h-candidates")
        return self.page.url.partition("?")[0]

    def sees_who_lacks_livret_2(self, session: str, name: str) -> None:
        self.page.goto(session)
        row = self.page.locator("main tr", has_text=name)
        expect(row).to_contain_text("Dossier de validation (livret 2) non déposé")
        expect(row.locator("[type=checkbox]")).to_have_count(0)
        self.looks("not-ready")

    def calls_more_than_there_are_places(self, session: str) -> None:
        self.page.goto(session)
        self.looks("to-be-called")
        boxes = self.page.locator("[name=candidacy]")
        for box in boxes.all()[:2]:
            box.check()
        self.page.click("button:has-text('Convoquer les candidats cochés')")
        self.says("Personne n'a été convoqué.")
        self.says("Places : 1 ; libres : 1 ; candidats choisis : 2.")
        self.says("0 convoqué")
        self.looks("nobody-called")

    def names_an_assessor(self, candidate: str, assessor: str) -> None:
        self.page.goto("/people")
        self.page.fill("#register-name", assessor)
        self.page.check("label:has-text('Évaluateur') input")
        self.page.click("main button:has-text('Enregistrer')")
        self.says("La personne est enregistrée.")
        self.page.goto("/todo/assessors")
        self.looks("assessors-queue")
        self.page.click(f"tbody a.btn:has-text('{candidate}')")
        self.looks("assessors")
        self.page.select_option("[name=assessor]", label=assessor)
        self.page.click("main button:has-text('Désigner')")
        self.says("Chaque compétence a son évaluateur.")
        self.says("30 compétences")
        self.page.goto("/todo/assessors")
        expect(self.page.locator("main")).not_to_contain_text(candidate)

    def proposes_a_correction(self, name: str) -> None:
        self.finds(name)
        self.page.click("summary:has-text('Changement d')")
        self.page.fill("#propose-name", f"{name} Rectifié")
        self.page.select_option("[name=cause]", "material_error")
        self.page.fill("[name=dated]", "2020-01-01")
        self.page.fill("#propose-reason", "Une lettre manquait.")
        self.page.click("button:has-text('Proposer la correction')")
        self.says("attend une seconde personne")
        approve = self.page.locator("button:has-text('Approuver')")
        assert approve.get_attribute("aria-disabled") == "true", "nobody approves what they proposed"
        self.looks("correction")
