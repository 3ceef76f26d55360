"""From an empty installation to results made known, by pages only: each of the cast in a browser of their own.

Nothing is prepared: the first administrator is made at the command line, as an installation makes theirs; all that
follows is done on pages. What the house does by itself (it sends letters, it checks pieces) it is told to do at once.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from adapters.database.pool import Database
from adapters.framework_file import LAWS, shipped
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from domain.ports import PersonId
from projections.engine.runner import Projector
from tests.browser.test_joining import CHOSEN, link
from tests.given.log.demonstrated import begun
from tests.given.servers.databases import a_database, as_url
from tests.given.slow import slow_case
from tests.given.webapi.access import barriers
from tests.given.webapi.demonstration_site import SECRET, Place, served
from tests.given.webapi.pictures import picture
from tests.given.webapi.telephones import code_of, keep_secret
from webapi.demonstration.paper import pdf
from webapi.evidence.worker import work_off
from webapi.words.catalogue import words

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY: Final = date(2022, 10, 11)
SHEETS: Final = Path(__file__).parents[1] / "given" / "sheets"
DESK, PHONE = 1280, 390
BUSY: Final = 20_000
"""Milliseconds within which a page shows what it is asked for, on a machine that does much else."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody who sits on the jury: who, where they work or hold a mandate, and what is recognised to them."""

    name: str
    sex: str
    house: int
    qualities: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Certification:
    """What a certifier publishes, who sits for it, and what the assessor finds of the candidate who is assessed."""

    code: str
    sheet: str
    rulebook: str
    openings: str
    houses: tuple[str, ...]
    members: tuple[Member, ...]
    route: str
    blocks: tuple[int, ...]
    lacks: int
    refused: int
    option: str = ""
    chair_alone_signs: bool = False
    signs_in: bool = False
    accepts: bool = False


COMMUNITY_MANAGER: Final = Certification(
    code="RNCP31936",
    sheet=shipped("rncp31936.yaml"),
    rulebook=shipped("rulebook-imci-demonstration.yaml"),
    openings=shipped("openings-rncp31936-demonstration.yaml").replace("2019-01-07", TODAY.isoformat()),
    houses=("IMCI", "Atelier Fictif", "Syndicat Imaginaire"),
    members=(
        Member(name="Jules Président", sex="m", house=0),
        Member(name="Katia Jurée", sex="f", house=0),
        Member(name="Lucien Juré", sex="m", house=0),
        Member(name="Maud Employeuse", sex="f", house=1, qualities=("employers", "profession")),
        Member(name="Noé Salarié", sex="m", house=2, qualities=("employees", "profession")),
    ),
    route="FI",
    blocks=(1, 2, 3, 4),
    lacks=7,
    refused=1,
)
BTS: Final = Certification(
    code="RNCP35340",
    sheet=(SHEETS / "rncp35340.yaml").read_text("utf-8"),
    rulebook=(SHEETS / "rulebook-bts.yaml").read_text("utf-8"),
    openings="",
    houses=("Académie Exemple", "Réseaux Fictifs", "Syndicat Imaginaire"),
    members=(
        Member(name="Agnès Professeure", sex="f", house=0),
        Member(name="Benoît Professeur", sex="m", house=0),
        Member(name="Carole Employeuse", sex="f", house=1, qualities=("employers", "profession")),
        Member(name="Driss Salarié", sex="m", house=2, qualities=("employees", "profession")),
    ),
    route="CL",
    blocks=(1, 2, 3),
    lacks=14,
    refused=3,
    option="A",
    chair_alone_signs=True,
    signs_in=True,
    accepts=True,
)


@dataclass(frozen=True, kw_only=True)
class Way:
    """On which sheet, on which screen, in which language; `judged`: each page is also looked at for access."""

    of: Certification
    width: int = DESK
    language: str = "fr"
    dark: bool = False
    judged: bool = False

    def __str__(self) -> str:
        return f"{self.of.code}-{self.width}-{self.language}{'-dark' if self.dark else ''}"


SLOW = [
    Way(of=COMMUNITY_MANAGER, width=PHONE, judged=True),
    Way(of=BTS, judged=True),
    Way(of=BTS, width=PHONE, language="en", judged=True),
    Way(of=COMMUNITY_MANAGER, language="en", dark=True, judged=True),
]
WAYS = [
    Way(of=COMMUNITY_MANAGER),
    *map(slow_case, SLOW),
]


@pytest.fixture
def house(chromium: str, server_url: str, template: str, tmp_path: Path) -> Iterator[Place]:
    """An installation in which nothing is: no person, no certification, no text of law."""
    del chromium
    with a_database(server_url, template) as url:
        settings = Settings(data=tmp_path, database_url=as_url(url), secret_key=SECRET, sign_up=True)
        story = begun(settings, TODAY)
        projecting = Database(url, role="acquis_projector")
        yield Place(story.acquis, story, Projector(projecting, LogRecorder(projecting)), settings)
        projecting.close()
        story.acquis.close()


@pytest.mark.timeout(1200)  # with each page judged, some minutes on a busy machine
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_from_an_empty_installation_to_results_by_pages_only(launched: Browser, house: Place, way: Way) -> None:
    with served(house) as site:
        day = Day(launched, site, house, way)
        try:
            day.play()
        finally:
            day.over()


MOMENT: Final = 20
"""Milliseconds between two looks at whether a page still asks for something."""


class Somebody:
    """One of the cast in a browser of their own: their page, and their words."""

    def __init__(self, day: Day, name: str) -> None:
        self.day, self.name = day, name
        self.email = re.sub(r"[^a-z]", "", name.lower()) + "@exemple.example"
        self.t = words(day.way.language)
        context = day.browser.new_context(
            base_url=day.site,
            locale={"fr": "fr-FR", "en": "en-GB"}[day.way.language],
            viewport={"width": day.way.width, "height": 900},
            color_scheme="dark" if day.way.dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(BUSY)
        self.page: Page = context.new_page()
        self.password = ""
        self.person: PersonId
        self.asked = 0
        self.page.on("request", lambda _: self.counts(1))
        for over in ("requestfinished", "requestfailed"):
            self.page.on(over, lambda _: self.counts(-1))

    def counts(self, more: int) -> None:
        """So many more requests are under way."""
        self.asked += more

    def comes_to_rest(self) -> None:
        """Wait until the page is there, with all that it asked for at two looks one after the other."""
        self.page.wait_for_load_state()
        at_rest = 0
        for _ in range(BUSY // MOMENT):
            at_rest = 0 if self.asked else at_rest + 1
            if at_rest == 2:
                return
            self.page.wait_for_timeout(MOMENT)
        pytest.fail(f"{self.page.url} asks and asks")

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def go(self, path: str) -> None:
        self.day.house.projector.catch_up()
        self.page.goto(path)

    def rail(self, entry: str) -> None:
        """Follow a line of the role's navigation."""
        self.day.house.projector.catch_up()
        self.page.locator(".rail").get_by_role("link", name=self.t(entry)).first.click()

    def says(self, said: str, **values: Any) -> None:
        expect(self.main).to_contain_text(self.t(said, **values), timeout=BUSY)

    def press(self, name: str, within: Locator | None = None, **values: Any) -> None:
        said = self.t(name, **values)
        (within or self.main).get_by_role("button", name=said, exact=True).first.click()

    def press_one_of(self, one: str, several: str, n: int, within: Locator | None = None) -> None:
        (within or self.main).get_by_role("button", name=self.t.count(one, several, n)).first.click()

    def follow(self, name: str, **values: Any) -> None:
        self.main.get_by_role("link", name=self.t(name, **values)).first.click()

    def work(self, queue: str) -> None:
        """Take up a queue of what is due."""
        self.main.locator(f'a.btn[href$="/todo/{queue}"]').click()

    def open(self, summary: str) -> None:
        self.main.locator("summary").filter(has_text=self.t(summary)).first.click()

    def named(self, name: str) -> None:
        """Follow the link that bears somebody's name."""
        self.main.get_by_role("link", name=name).first.click()

    def tick(self, name: str, value: str) -> None:
        self.main.locator(f'input[name="{name}"][value="{value}"]').first.check()

    def looks(self, name: str) -> None:
        """No page is wider than the screen; of a way that is judged, each may be read by everybody."""
        self.comes_to_rest()
        self.page.wait_for_selector("footer")
        if self.day.way.judged:
            assert not barriers(self.page), name
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.day.way.width, name
        self.day.seen += 1
        picture(self.page, f"empty-{self.day.way}-{self.day.seen:02}-{name}")

    def joins(self) -> None:
        """Follow the letter's link, choose a password, sign in; whoever swears to secrecy does."""
        self.page.goto(link(self.day.house, self.email))
        for field in ("#new", "#twice"):
            self.page.fill(field, CHOSEN)
        self.main.locator("form button").first.click()
        expect(self.page.locator(".notice.good")).to_be_visible(timeout=BUSY)
        self.signs_in(CHOSEN)

    def signs_in(self, password: str) -> None:
        self.password = password
        self.page.goto("/sign-in")
        self.page.fill("#login", self.email)
        self.page.fill("#password", password)
        self.main.locator('form[action="/sign-in"] button').click()
        expect(self.page.locator("header")).to_contain_text(self.name.split()[0], timeout=BUSY)
        if "/account/secrecy" in self.page.url:
            self.main.locator("form button").click()

    def sets_up_a_telephone(self, person: PersonId) -> None:
        """Set up the second factor, which an administrator is led to at the first sign-in."""
        self.person = person
        self.looks("second-factor")
        self.page.fill("#password", self.password)
        self.press("Mettre en place")
        keep_secret(self.day.house.acquis, person, self.page.locator("#key").inner_text().replace(" ", ""))
        self.page.fill("#code", code_of(self.day.house.acquis, person))
        self.press("Activer")
        self.looks("second-factor-codes")
        self.go("/")


class Day:
    """The day, act by act."""

    def __init__(self, browser: Browser, site: str, house: Place, way: Way) -> None:
        self.browser, self.site, self.house, self.way, self.of = browser, site, house, way, way.of
        self.seen = 0
        self.cast: list[Somebody] = []

    def over(self) -> None:
        for each in self.cast:
            each.page.context.close()

    def somebody(self, name: str) -> Somebody:
        self.cast.append(Somebody(self, name))
        return self.cast[-1]

    def play(self) -> None:
        ulysse = self.the_first_administrator()
        rose = self.invited(ulysse, "Rose Gestionnaire", "registrar")
        self.publishes(rose)
        self.names_the_certifier(rose)
        jury = [self.registered(rose, each.name, "juror", each) for each in self.of.members]
        hugo = self.registered(rose, "Hugo Évaluateur", "assessor")
        camille = self.applies("Camille Nouvelle")
        basile = self.enrolled(rose, "Basile Inscrit")
        self.admits(rose, camille)
        self.files(camille)
        self.writes(basile)
        self.is_assessed(rose, hugo, basile)
        session = self.session(rose, camille, basile)
        self.deliberates(rose, jury, session, camille, basile)
        self.releases(rose, session)
        self.issues(rose, camille)
        self.reads_the_title(camille)
        self.reads_and_questions(basile)
        self.answers(rose, basile)
        if self.way.judged:
            self.is_looked_at(ulysse)

    def the_first_administrator(self) -> Somebody:
        ulysse = self.somebody("Ulysse Administrateur")
        ulysse.go("/sign-in")
        ulysse.looks("sign-in")
        added = subprocess.run(
            [sys.executable, "-m", "webapi.cli.main", "person", "add", "--name", ulysse.name, "--email", ulysse.email,
             "--role", "admin", "--json"],
            env=os.environ
            | {
                "ACQUIS_DATA": str(self.house.settings.data),
                "ACQUIS_DATABASE_URL": str(self.house.settings.database_url),
                "ACQUIS_SECRET_KEY": SECRET,
                "ACQUIS_CLOCK": TODAY.isoformat(),
            },
            capture_output=True,
            text=True,
            check=True,
        )  # fmt: skip
        self.house.projector.catch_up()
        ulysse.signs_in(json.loads(added.stdout)["password"])
        ulysse.sets_up_a_telephone(PersonId(UUID(json.loads(added.stdout)["id"])))
        ulysse.looks("installation")
        return ulysse

    def invited(self, ulysse: Somebody, name: str, role: str) -> Somebody:
        somebody = self.somebody(name)
        ulysse.rail("Invitations")
        ulysse.page.fill("[name=name]", name)
        ulysse.page.fill("[name=email]", somebody.email)
        ulysse.tick("roles", role)
        ulysse.page.fill("#send-code", code_of(self.house.acquis, ulysse.person))
        ulysse.press("Inviter")
        ulysse.says("L'invitation part : cette page dit quand un serveur de courrier l'a prise.")
        if role == "registrar":
            self.confirms_alone(ulysse)
        somebody.joins()
        somebody.looks(f"{role}-first-page")
        return somebody

    def confirms_alone(self, ulysse: Somebody) -> None:
        """The certifier has one registrar only: the administrator declares it and gives the role alone."""
        ulysse.go("/admin")
        ulysse.open("Déclarer que le certificateur n'a qu'un gestionnaire")
        ulysse.page.fill("details[open] [name=reason]", "Une petite équipe")
        ulysse.page.fill("details[open] [name=code]", code_of(self.house.acquis, ulysse.person))
        ulysse.press("Déclarer")
        ulysse.says("Gestionnaire unique déclaré.")
        ulysse.looks("sole-registrar")
        ulysse.follow("Relire")
        ulysse.open("Confirmer seul : un seul gestionnaire est déclaré")
        ulysse.page.locator("details[open] [name=code]").fill(code_of(self.house.acquis, ulysse.person))
        ulysse.looks("role-confirmed-alone")
        ulysse.press("Confirmer seul : {act}", act=ulysse.t("accorder ce rôle"))
        ulysse.says("Rôle accordé.")

    def publishes(self, rose: Somebody) -> None:
        """Sheet, rulebook, law, and the routes of which the sheet does not say how one is assessed."""
        rose.says("Pour commencer")
        rose.rail("Certifications")
        rose.looks("certifications-empty")
        for text, name in ((self.of.sheet, "sheet"), (self.of.rulebook, "rulebook")):
            rose.rail("Certifications")
            rose.follow("Publier une version")
            rose.page.set_input_files("#publish-file", _file(text))
            rose.press("Lire le fichier")
            rose.looks(f"{name}-read")
            rose.press("Publier cette version")
            rose.says("Version publiée : elle ne change plus.")
            rose.looks(name)
        rose.rail("Certifications")
        rose.follow("Droit en vigueur")
        rose.looks("law-empty")
        for _ in LAWS if self.way.judged else LAWS[:1]:
            rose.main.locator("li").filter(has=rose.page.locator("input[name=shipped]")).first.locator(
                "button"
            ).click()
            rose.press("Publier ces textes")
            rose.says("Textes publiés.")
        rose.looks("law")
        if self.of.openings:
            rose.rail("Certifications")
            rose.main.locator("th a").first.click()
            rose.open("Ouvrir une voie")
            rose.follow("par un fichier")
            rose.page.set_input_files("#publish-file", _file(self.of.openings))
            rose.press("Lire le fichier")
            rose.looks("openings-read")
            rose.press("Ouvrir ces voies")
            rose.says("Voie ouverte.")
            rose.looks("routes-opened")

    def names_the_certifier(self, rose: Somebody) -> None:
        for name in self.of.houses:
            rose.rail("Organismes")
            rose.page.fill("[name=legal_name]", name)
            rose.press("Enregistrer")
            rose.says("L'organisme est enregistré.")
            if name == self.of.houses[0]:
                rose.open("Nommer certificateur")
                rose.tick("keeps_register", "true")
                rose.press("Nommer")
                rose.looks("certifier")

    def registered(self, rose: Somebody, name: str, role: str, member: Member | None = None) -> Somebody:
        """Registered by the registrar with what is known of them, invited, and in."""
        somebody = self.somebody(name)
        rose.rail("Personnes")
        rose.page.fill("[name=name]", name)
        rose.page.fill("[name=email]", somebody.email)
        rose.tick("given", role)
        rose.press("Enregistrer")
        rose.says("La personne est enregistrée.")
        if member:
            rose.open("Déclarer un emploi ou un mandat")
            rose.page.select_option("[name=organisation]", label=self.of.houses[member.house])
            rose.page.fill("#affiliate-since", "2012-09-03")
            rose.press("Déclarer", rose.main.locator('form[action$="/affiliation"]'))
            rose.says("L'emploi ou le mandat est enregistré.")
            for quality in member.qualities:
                rose.open("Reconnaître une qualité")
                rose.page.select_option("[name=quality]", quality)
                rose.page.fill("#recognise-since", "2012-09-03")
                rose.page.fill("[name=ground]", "Attestation au dossier.")
                rose.press("Reconnaître")
                rose.says("La qualité est reconnue.")
        self.invites(rose, somebody)
        return somebody

    def invites(self, rose: Somebody, somebody: Somebody) -> None:
        """On the page of the person, where the registrar is."""
        rose.press("Envoyer une invitation")
        rose.says("L'invitation part : cette page dit quand un serveur de courrier l'a prise.")
        rose.looks("person-invited")
        somebody.joins()
        somebody.looks("first-page")

    def applies(self, name: str) -> Somebody:
        """Sign up, choose the certification, apply by VAE, submit the feasibility file."""
        camille = self.somebody(name)
        camille.go("/")
        camille.looks("home")
        camille.go("/sign-up")
        camille.page.fill("#name", name)
        camille.page.fill("#email", camille.email)
        camille.main.locator("form button").click()
        expect(camille.page.locator(".notice.good")).to_be_visible(timeout=BUSY)
        camille.joins()
        camille.looks("candidate-empty")
        camille.follow("Candidater")
        camille.looks("choose")
        camille.main.locator('a[href^="/apply/"]').first.click()
        camille.looks("apply")
        camille.tick("route", "VAE")
        if self.of.option:
            camille.page.select_option("[name=option]", self.of.option)
        camille.tick("accepts_rulebook", "true")
        camille.press("Ouvrir ma candidature")
        camille.looks("course")
        camille.follow("Déposer mon dossier de faisabilité")
        camille.press("Déposer mon dossier de faisabilité")
        camille.looks("submitted")
        return camille

    def enrolled(self, rose: Somebody, name: str) -> Somebody:
        basile = self.somebody(name)
        rose.rail("Inscriptions")
        rose.page.fill("[name=name]", name)
        rose.page.fill("[name=email]", basile.email)
        rose.page.fill("[name=born_on]", "1985-05-03")
        rose.page.select_option("[name=route]", self.of.route)
        if self.of.option:
            rose.open("Blocs visés, option, début du parcours")
            rose.page.select_option("[name=option]", self.of.option)
        rose.press("Inscrire")
        rose.says("La personne est enregistrée et sa candidature ouverte.")
        rose.looks("enrolled")
        rose.follow("Sa fiche")
        self.invites(rose, basile)
        return basile

    def admits(self, rose: Somebody, camille: Somebody) -> None:
        rose.rail("À traiter")
        expect(rose.main).not_to_contain_text(rose.t("Pour commencer"))
        rose.looks("todo")
        rose.work("admissibility")
        rose.named(camille.name)
        rose.looks("admission")
        rose.main.locator("[name=admissible][value=true]").check(force=True)
        rose.press("Relire avant d'enregistrer")
        rose.press("Enregistrer : {verdict}", verdict=rose.t("recevable"))
        rose.says("La décision sur la recevabilité est enregistrée.")

    def files(self, camille: Somebody) -> None:
        """Put in one piece that shows every competence, read it again, and file."""
        camille.go("/candidacies")
        camille.says("À vous : terminez et déposez votre dossier de validation")
        for box in camille.main.locator("[data-competences] > details").all():
            box.locator("summary").click()
            for each in box.locator("input[type=checkbox]").all():
                each.check()
        camille.page.set_input_files("#file", _file("", pdf("Mes projets")))
        camille.press("Ajouter cette pièce")
        expect(camille.page.locator(".pieces li")).to_have_count(1, timeout=BUSY)
        work_off(self.house.acquis)
        camille.go("/candidacies")
        camille.looks("evidence")
        camille.follow("Relire avant de déposer")
        for box in camille.main.locator("form .tick input").all():
            box.check()
        camille.looks("filing")
        camille.press_one_of("Déposer définitivement {n} pièce", "Déposer définitivement {n} pièces", 1)
        expect(camille.page.locator(".paper").first).to_contain_text(camille.name, timeout=BUSY)
        camille.looks("receipt")

    def writes(self, basile: Somebody) -> None:
        """Accept the rulebook where that is asked, and write of one's work."""
        basile.go("/candidacies")
        if self.of.accepts:
            basile.looks("rulebook-to-accept")
            basile.press("J'ai lu le règlement et je l'accepte")
        first = basile.main.locator("[data-competences] > details").first
        first.locator("summary").click()
        first.locator("input[type=checkbox]").first.check()
        basile.open("Ou écrire un texte")
        basile.page.fill("#statement-title", "Ce que j'ai fait")
        basile.page.fill("#statement", "Deux ans de travail en équipe.")
        basile.press("Ajouter ce texte")
        expect(basile.page.locator(".pieces li")).to_have_count(1, timeout=BUSY)
        work_off(self.house.acquis)
        basile.looks("written")

    def is_assessed(self, rose: Somebody, hugo: Somebody, basile: Somebody) -> None:
        rose.rail("À traiter")
        rose.work("assessors")
        rose.named(basile.name)
        rose.page.select_option("[name=assessor]", label=hugo.name)
        rose.press("Désigner")
        rose.says("Chaque compétence a son évaluateur.")
        rose.looks("assessor-named")
        hugo.go("/assessments")
        hugo.looks("queue")
        hugo.main.locator("td a.btn").first.click()
        for block in self.of.blocks:
            hugo.main.locator(f'nav button[name=block][value="{block}"]').click()
            hugo.page.wait_for_selector(f"#block-{block}")
            for line in hugo.main.locator("[data-line]").all():
                number = str(line.get_attribute("id"))[1:]
                line.locator(".seg label").nth(-1 if int(number) == self.of.lacks else 0).click()
        hugo.looks("grid")
        hugo.press("Relire et rendre")
        hugo.looks("handing-in")
        hugo.main.locator("form.stick button").click()
        expect(hugo.page.locator(".note.good")).to_be_visible(timeout=BUSY)

    def session(self, rose: Somebody, camille: Somebody, basile: Somebody) -> str:
        rose.rail("Sessions")
        rose.looks("sessions-empty")
        rose.follow("Planifier une session")
        rose.page.fill("[name=held_on]", TODAY.isoformat())
        rose.page.fill("[name=starts_at]", "09:00")
        if rose.main.locator("[name=elsewhere]").count():
            rose.page.fill("[name=elsewhere]", "Lycée Exemple, salle 3")
        rose.looks("plan")
        rose.press("Planifier la session")
        rose.says("Session planifiée. Composez maintenant son jury.")
        session = rose.page.url.partition("?")[0].rpartition("/")[2]
        rose.looks("session-empty")
        together = rose.main.locator('form[action$="/jurors/together"]')
        for member in self.of.members:
            together.locator("label").filter(has_text=member.name).locator("select").select_option(member.sex)
        together.locator("#chair").select_option(label=self.of.members[0].name)
        rose.press_one_of("Nommer cette personne", "Nommer ces {n} personnes", len(self.of.members))
        rose.says("Membres nommés.")
        rose.says("Jury conforme, règle par règle.")
        rose.looks("jury")
        for each in (camille, basile):
            rose.main.get_by_label(each.name).check()
        rose.press("Convoquer les candidats cochés")
        rose.says("Candidats convoqués.")
        rose.looks("summoned")
        return session

    def deliberates(
        self, rose: Somebody, jury: list[Somebody], session: str, camille: Somebody, basile: Somebody
    ) -> None:
        """The registrar opens and closes the session, its chair speaks for the jury; who has to sign signs."""
        chair = jury[0]
        chair.go("/jury")
        chair.looks("agenda")
        chair.follow("Entrer dans la session")
        chair.looks("board")
        rose.follow("Tableau de la session")
        for each in jury:
            each.go(f"/jury/{session}")
            each.press("Émarger")
        rose.page.reload()
        rose.press("Ouvrir la session")
        rose.says("Session ouverte.")
        rose.looks("session-open")
        self.takes_up(chair, session, camille)
        for block in self.of.blocks:
            part = chair.main.locator("section").filter(has=chair.page.locator(f"#block-{block}"))
            with chair.page.expect_navigation():  # what follows reads the page that answers
                part.locator(".after button.line.small").first.click()
        self.records(chair)
        chair.says("prononcé")
        chair.looks("title")
        self.takes_up(chair, session, basile)
        for block in self.of.blocks:
            part = chair.main.locator("section").filter(has=chair.page.locator(f"#block-{block}"))
            with chair.page.expect_navigation():  # what follows reads the page that answers
                part.locator(".after button.line.small").first.click()
        part = chair.main.locator("section").filter(has=chair.page.locator(f"#block-{self.of.refused}"))
        part.locator("a.fold, table.opinions").first.wait_for()
        if part.locator("a.fold").count():
            part.locator("a.fold").click()
            part.locator("table.opinions").wait_for()
        reason = part.locator(f'[name="reason-{self.of.lacks}"]')
        if part.locator(f'[name="ruling-{self.of.lacks}"][value=not_acquired]:checked').count() == 0:
            part.locator(f'[name="ruling-{self.of.lacks}"][value=not_acquired]').check(force=True)
            reason.fill("Rien ne le montre.")
            chair.press("Enregistrer les appréciations du bloc {n}", n=self.of.refused)
        chair.looks("decision")
        self.records(chair, refused=self.of.refused)
        chair.looks("decided")
        rose.page.reload()
        rose.press("Clore la session")
        rose.says("Session close : le procès-verbal est à signer.")
        for each in jury[:1] if self.of.chair_alone_signs else jury:
            each.go("/jury")
            each.follow("Lire et signer")
            if each is chair:
                each.looks("minutes")
            each.page.locator("input[name=password]").fill(CHOSEN)
            each.press("Signer")
            each.says("Procès-verbal signé.")
        chair.looks("minutes-signed")

    def takes_up(self, chair: Somebody, session: str, candidate: Somebody) -> None:
        chair.go(f"/jury/{session}")
        chair.named(candidate.name)
        chair.looks("coming")
        if self.of.signs_in:
            chair.main.locator('select[name="document"]').select_option("identity_card")
            chair.tick("signed", "true")
        chair.press("Noter la présence")
        chair.press("Ouvrir la délibération")
        chair.page.wait_for_selector("#decision")

    def records(self, chair: Somebody, refused: int | None = None) -> None:
        """Review what the jury ruled, say why a block is refused, and record it as decided by a majority."""
        chair.follow("Relire et enregistrer la décision")
        if refused is not None:
            chair.main.locator(f"#reason-{refused}").fill("La compétence n'est pas montrée.")
            chair.main.locator(f"#advice-{refused}").fill("La travailler sur un cas réel.")
        chair.looks("review")
        chair.main.locator('input[name="outcome"][value="majority"]').check()
        chair.press("Enregistrer la décision du jury")

    def releases(self, rose: Somebody, session: str) -> None:
        rose.rail("À traiter")
        rose.looks("todo-release")
        rose.work("release")
        rose.main.locator(f'a[href*="{session}"]').first.click()
        rose.looks("results")
        rose.press_one_of("Publier {n} résultat", "Publier {n} résultats", 2)
        rose.says("Résultats publiés.")
        rose.looks("released")
        for box in rose.main.locator('input[name="candidacy"]').all():
            box.check()
        rose.press("Enregistrer la notification")
        rose.says("Notification enregistrée : les délais de recours courent.")

    def issues(self, rose: Somebody, camille: Somebody) -> None:
        rose.rail("À traiter")
        rose.looks("todo-register")
        rose.work("register")
        rose.named(camille.name)
        rose.press("Inscrire au registre")
        rose.says("Titre inscrit au registre.")
        rose.press("Délivrer le parchemin")
        rose.says("Parchemin délivré.")
        rose.looks("holder")

    def reads_the_title(self, camille: Somebody) -> None:
        camille.go("/candidacies")
        camille.looks("won")
        camille.main.locator('a[href$="/result"]').first.click()
        camille.says("Certification obtenue")
        camille.looks("result-full")
        camille.main.locator('a[href*="/papers/"]').first.click()
        expect(camille.page.locator(".parchemin")).to_contain_text(camille.name, timeout=BUSY)
        camille.looks("certificate")

    def reads_and_questions(self, basile: Somebody) -> None:
        basile.go("/candidacies")
        basile.looks("partly-won")
        basile.main.locator('a[href$="/result"]').first.click()
        expect(basile.main.locator(f"#block-{self.of.refused}")).to_contain_text(
            "La compétence n'est pas montrée.", timeout=BUSY
        )
        basile.looks("result-partial")
        basile.open("Demander un réexamen")
        basile.main.locator("[name=ground]").last.check()
        basile.page.fill("#request_review-statement", "Le jury n'a pas lu mon texte.")
        basile.press("Demander un réexamen")
        basile.says("Réponse attendue du certificateur")
        basile.looks("review-asked")

    def answers(self, rose: Somebody, basile: Somebody) -> None:
        rose.rail("À traiter")
        rose.looks("todo-review")
        rose.work("reviews")
        rose.named(basile.name)
        rose.looks("review")
        rose.main.locator("[name=accepted][value=false]").check(force=True)
        rose.page.fill("#answer-reason", "Le procès-verbal dit que le texte a été lu.")
        rose.press("Répondre")
        rose.says("Réponse enregistrée.")
        basile.page.reload()
        basile.looks("review-answered")

    def is_looked_at(self, ulysse: Somebody) -> None:
        """Who reads what was done, and does nothing to it: each has a day of their own, in a test of theirs."""
        for name, role, told in (
            ("Sacha Auditeur", "auditor", "Basile Inscrit"),
            ("Tess Rapporteuse", "reporter", self.of.code),
        ):
            reader = self.invited(ulysse, name, role)
            expect(reader.main).to_contain_text(told, timeout=BUSY)


def _file(text: str, content: bytes = b"") -> Any:
    if content:
        return {"name": "projets.pdf", "mimeType": "application/pdf", "buffer": content}
    return {"name": "fichier.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
