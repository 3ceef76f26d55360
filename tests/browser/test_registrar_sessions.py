"""From a certification published to a title in the register, by the registrar's pages only.

What a candidate, an assessor and the jury do meanwhile, commands do: each has pages, and a test, of their own.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from adapters.database.pool import Database
from adapters.framework_file import shipped
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_minutes import SignMinutes
from domain.framework.definition import Route
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.ports import Actor, CandidacyId, FrameworkId, PersonId, Role, RulebookId, SessionId
from projections.engine.runner import Projector
from tests.given.log.demonstrated import begun
from tests.given.servers.databases import a_database, as_url
from tests.given.webapi.access import barriers
from tests.given.webapi.demonstration_site import SECRET, Place, served, sign_in
from tests.given.webapi.pictures import picture
from webapi.demonstration.cast import CAST, enrol
from webapi.demonstration.jurors import qualify

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2022, 3, 1)
DESK, PHONE = 1280, 390
SHEET, RULEBOOK = shipped("rncp31936.yaml"), shipped("rulebook-imci-demonstration.yaml")
PUBLISH = "/registrar/certifications/publish"


@pytest.fixture(scope="module")
def house(chromium: str, server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A house with its people, in which nothing is published."""
    del chromium
    with a_database(server_url, template) as url:
        data = tmp_path_factory.mktemp("sessions")
        story = begun(Settings(data=data, database_url=as_url(url), secret_key=SECRET), TODAY)
        story.cast = enrol(story.acquis, CAST)
        people = {short: PersonId(player.id) for short, player in story.cast.items()}
        rose = Actor(person=people["rose"], role=Role.REGISTRAR)
        qualify(story.acquis.do, "RNCP31936", people, rose)
        projecting = Database(url, role="acquis_projector")
        yield Place(story.acquis, story, Projector(projecting, LogRecorder(projecting)), story.acquis.settings)
        projecting.close()
        story.acquis.close()


@pytest.fixture(scope="module")
def looking(launched: Browser, house: Place) -> Iterator[tuple[Browser, str]]:
    with served(house) as address:
        yield launched, address


WAYS = [
    pytest.param(("fr-FR", DESK, "alix"), id="at a desk"),
    pytest.param(("fr-FR", PHONE, "basile"), id="on a telephone"),
]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_from_a_published_certification_to_the_register(looking, house, way):
    browser, address = looking
    language, width, candidate = way
    context = browser.new_context(base_url=address, locale=language, viewport={"width": width, "height": 900})
    context.set_default_timeout(10_000)
    sign_in(context, house.story.cast["rose"])
    rose = Registrar(context.new_page(), house, width)
    rose.publishes()
    candidacy = rose.somebody_applies_and_is_assessed(candidate)
    rose.plans()
    rose.makes_the_jury_lawful()
    rose.calls(house.story.cast[candidate].name)
    rose.opens()
    rose.the_jury_grants_the_title(candidacy)
    rose.closes()
    rose.all_have_signed()
    rose.releases()
    rose.enters_the_title(house.story.cast[candidate].name)
    rose.reads_law_and_rights()
    context.close()


class Registrar:
    """What Rose does, page by page; each page is accessible, and no wider than the window."""

    def __init__(self, page: Page, house: Place, width: int) -> None:
        self.page, self.house, self.width, self.seen, self.session = page, house, width, 0, ""

    def looks(self, name: str) -> None:
        self.page.wait_for_selector("footer")
        assert not barriers(self.page), name
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, name
        self.seen += 1
        picture(self.page, f"registrar-sessions-{self.width}-{self.seen:02}-{name}")

    def says(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(re.compile(text.replace(" ", r"\s")))

    def press(self, name: str) -> None:
        self.page.locator("main").get_by_role("button", name=name).first.click()

    def do(self, who: str, role: Role, *commands: Any) -> UUID:
        """Somebody else does something; gives the stream in which the last was recorded."""
        actor = Actor(person=PersonId(self.house.story.cast[who].id), role=role)
        recorded = [self.house.acquis.do(each, actor) for each in commands]
        return next(iter(recorded[-1].versions))

    def person(self, who: str) -> PersonId:
        return PersonId(self.house.story.cast[who].id)

    def publishes(self) -> None:
        self.page.goto("/registrar/certifications")
        self.looks("certifications")
        if self.page.get_by_text("Community manager").count():
            return  # as for whoever came before
        faulty = SHEET.replace("    size: 5", "    size: cinq", 1)
        self._puts_in(faulty)
        self.says("Ligne 353")
        self.looks("faults")
        self._puts_in(SHEET)
        self.says("4 blocs, 30 compétences")
        self.looks("sheet-read")
        self.press("Publier cette version")
        self.says("Version publiée : elle ne change plus.")
        self.looks("sheet")
        self._puts_in(RULEBOOK)
        self.press("Publier cette version")
        self.says("Règles générales")
        self.looks("rulebook")

    def _puts_in(self, text: str) -> None:
        self.page.goto(PUBLISH)
        file: Any = {"name": "fichier.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
        self.page.set_input_files("#publish-file", file)
        self.press("Lire le fichier")

    @property
    def published(self) -> tuple[FrameworkId, RulebookId]:
        self.page.goto("/registrar/certifications")
        found = [
            self.page.locator(f"main a[href^='/registrar/{kind}/']:not([href$=publish])").first.get_attribute("href")
            for kind in ("certifications", "rulebooks")
        ]
        framework, rulebook = (UUID(str(each)[-36:]) for each in found)
        return FrameworkId(framework), RulebookId(rulebook)

    def somebody_applies_and_is_assessed(self, who: str) -> CandidacyId:
        framework, rulebook = self.published
        applies = OpenCandidacy(candidate=self.person(who), framework=framework, rulebook=rulebook, route=Route.FI)
        candidacy = CandidacyId(self.do(who, Role.CANDIDATE, applies))
        numbers = tuple(range(1, 31))
        hugo = self.person("hugo")
        self.do("rose", Role.REGISTRAR, AssignAssessor(candidacy=candidacy, assessor=hugo, competences=numbers))
        marks = [AssessCompetence(candidacy=candidacy, competence=each, mark="acquired") for each in numbers]
        self.do("hugo", Role.ASSESSOR, *marks, FileAssessment(candidacy=candidacy, assessor=hugo))
        return candidacy

    def plans(self) -> None:
        self.page.goto("/registrar/sessions")
        self.looks("sessions")
        self.page.click("main a:has-text('Planifier une session')")
        self.looks("plan")
        self.page.fill("[name=held_on]", TODAY.isoformat())
        self.page.fill("[name=starts_at]", "09:00")
        self.press("Planifier la session")
        self.says("Session planifiée.")
        self.session = self.page.url.partition("?")[0]
        self.looks("session-empty")

    def makes_the_jury_lawful(self) -> None:
        self.says("règles restent à satisfaire")
        self.looks("session-chair-proposed")
        self.page.get_by_role("button", name=re.compile("Nommer ces 5 personnes")).click()
        self.says("Jury conforme, règle par règle.")
        self.changes_a_member()
        self.says("Jury conforme, règle par règle.")
        self.looks("session-lawful")

    def changes_a_member(self) -> None:
        """Somebody is removed by mistake and has the seat again; another one chairs, and the first one again."""
        row = (
            self.page.locator("[aria-labelledby=h-jury] > ul")
            .first.locator("> li")
            .filter(has_text="Nommer à la présidence")
        )
        name = str(row.first.locator("strong").text_content())
        row.first.locator("summary").click()
        self.looks("session-member")
        row.first.get_by_role("textbox", name="Motif du retrait").fill("Elle ne peut pas venir.")
        row.first.get_by_role("button", name="Retirer du jury").click()
        self.says("Membre retiré du jury.")
        self.page.get_by_role("button", name=re.compile(f"^Nommer {re.escape(name)}$")).click()
        self.says("Membre nommé.")
        chair = self.page.locator("[aria-labelledby=h-jury] > ul").first.locator("> li").filter(has_text=name)
        chair.locator("summary").click()
        chair.get_by_role("button", name="Nommer à la présidence").click()
        self.says("Présidence nommée.")

    def calls(self, name: str) -> None:
        self.page.get_by_label(name).check()
        self.press("Convoquer les candidats cochés")
        self.says("1 convoqué")
        self.looks("session-called")

    def opens(self) -> None:
        self.page.click("main a:has-text('Conduire la session')")
        signs = self.page.get_by_role("button", name="A signé la feuille")
        for left in range(signs.count(), 0, -1):
            signs.first.click()
            expect(signs).to_have_count(left - 1)
        self.press("Ouvrir la session")
        self.says("Session ouverte.")
        self.looks("session-open")
        self.page.click("main a:has-text('Noter la présence')")
        self.press("Noter la présence")
        self.says("Présence notée.")
        self.looks("attendance")
        self.page.goto(self.session)
        self.says("Session en cours")
        self.looks("session-under-way")

    def the_jury_grants_the_title(self, candidacy: CandidacyId) -> None:
        session = SessionId(UUID(self.session[-36:]))
        rulings = tuple(Ruling(competence=each, acquired=True) for each in range(1, 31))
        decisions = tuple(BlockDecision(block=each, granted=True) for each in range(1, 5))
        here: Any = {"session": session, "candidacy": candidacy}
        self.do(
            self._chair(),
            Role.JUROR,
            OpenDeliberation(**here),
            RuleCompetences(**here, rulings=rulings),
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, **here, decisions=decisions),
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, **here),
        )

    def _members(self) -> list[str]:
        """The short names of those who sit."""
        self.page.goto(self.session)
        return self._named_in(self.page.locator("section[aria-labelledby=h-jury]").inner_text())

    def _chair(self) -> str:
        """The short name of the member who presides, as the session's page says."""
        self.page.goto(self.session)
        seats = self.page.locator("section[aria-labelledby=h-jury] li")
        (chair,) = self._named_in(seats.filter(has_text="préside ·").inner_text())
        return chair

    def _named_in(self, text: str) -> list[str]:
        return [short for short, player in self.house.story.cast.items() if player.name in text]

    def closes(self) -> None:
        self.page.goto(self.session)
        self.page.click("main a:has-text('Conduire la session')")
        self.press("Clore la session")
        self.says("Session close")
        self.page.goto(self.session)
        self.says("Le procès-verbal attend la signature de :")
        self.page.goto(f"{self.session}/results")
        expect(self.page.get_by_role("button", name="Publier 1 résultat")).to_have_attribute("aria-disabled", "true")
        self.looks("results-to-sign")

    def all_have_signed(self) -> None:
        for member in self._members():
            self.do(member, Role.JUROR, SignMinutes(session=SessionId(UUID(self.session[-36:]))))

    def releases(self) -> None:
        self.page.goto("/registrar/sessions?show=release")
        self.looks("sessions-to-release")
        self.page.goto(f"{self.session}/results")
        self.says("titre prononcé")
        self.press("Publier 1 résultat")
        self.says("Résultats publiés le")
        self.looks("results-released")

    def enters_the_title(self, name: str) -> None:
        self.page.goto("/registrar/register?show=enter")
        self.looks("register-to-enter")
        self.page.get_by_role("link", name=name).click()
        self.press("Inscrire au registre")
        self.says("Titre inscrit au registre.")
        self.press("Délivrer le parchemin")
        self.says("Parchemin délivré.")
        self.looks("holder")
        self.page.goto("/registrar/register")
        self.says(name)
        self.looks("register")
        self.page.goto("/registrar/appeals")
        self.looks("appeals")

    def reads_law_and_rights(self) -> None:
        self.page.goto("/registrar/law")
        self.looks("law")
        self.page.goto("/registrar/rights")
        self.says("Planifier une session")
        self.looks("rights")
