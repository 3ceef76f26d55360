"""Two jury sessions with twelve candidates each, so that the reporter has figures large enough to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Final

from domain.assessment.assessment import Opinion
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import CandidacyOpened
from domain.commands.assessment.assess_competences import AssessCompetences
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.enrol_candidate import EnrolCandidate
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.register.enter_register import EnterRegister
from domain.commands.register.issue_certificate import IssueCertificate
from domain.deadlines.facts import NotificationChannel
from domain.framework.definition import Route
from domain.framework.jury_rule import Sex
from domain.ports import Actor, CandidacyId, Role
from webapi.demonstration.story import ACCOUNT, PANEL, RECOMMENDED, Story
from webapi.evidence.link_or_statement import statement

ENROLLED: Final = date(2022, 1, 10)
PREPARED: Final = date(2022, 2, 21)
TOLD_AFTER: Final = timedelta(days=9)
SESSIONS: Final = (
    (Route.VAE, date(2022, 3, 22), "Esquisse", (4, 3)),
    (Route.FC, date(2022, 4, 5), "Gabarit", (4, 2)),
)
"""Route, day, surname, and how many of the women and of the men obtain the whole certification."""
FIRST_NAMES: Final = {
    Sex.F: ("Adèle", "Bérénice", "Chantal", "Diane", "Estelle", "Flora", "Gaëlle"),
    Sex.M: ("Achille", "Bruno", "Cédric", "Damien", "Ernest"),
}
YEARS: Final = (1988, 1977)
"""Years of birth, in turns for those who obtain the certification and for the others: one for each age band."""
EVERYTHING: Final = set(range(1, 31))
MISSING_SEVEN: Final = {1, 2, 3, 4, 9} | set(range(10, 31))


@dataclass(frozen=True, kw_only=True)
class CohortMember:
    """A candidate: actor, name, candidacy, and whether they obtain the certification."""

    actor: Actor
    name: str
    candidacy: CandidacyId
    wins: bool


class DemonstrationCohort:
    """The cohort's part of the demonstration, in spring 2022."""

    def __init__(self, story: Story) -> None:
        """Continue the story, with other people."""
        self.story = story
        self.by = story.by
        self.turns = {True: count(), False: count()}

    def play(self) -> None:
        """Enrol, judge and notify all candidates."""
        self.story.clock.set(ENROLLED)
        enrolled = [(route, held_on, self._enrol(route, surname, won)) for route, held_on, surname, won in SESSIONS]
        for route, held_on, judged in enrolled:
            self._judge(route, held_on, judged)

    def _enrol(self, route: Route, surname: str, won: tuple[int, int]) -> list[CohortMember]:
        return [
            self._enrol_one(route, f"{first} {surname}", sex, wins=place < winners)
            for (sex, names), winners in zip(FIRST_NAMES.items(), won, strict=True)
            for place, first in enumerate(names)
        ]

    def _enrol_one(self, route: Route, name: str, sex: Sex, *, wins: bool) -> CohortMember:
        story, year = self.story, YEARS[next(self.turns[wins]) % len(YEARS)]
        command = EnrolCandidate(
            name=name,
            framework=story.framework,
            rulebook=story.rulebook,
            route=route,
            born=f"2 mai {year} à Orléans",
            sex=sex,
        )
        recorded = story.acquis.do(command, story.cast["rose"].actor)
        (opened,) = (each for each in recorded.facts if isinstance(each, CandidacyOpened))
        candidacy = Candidacy.id_of(opened.candidate, opened.framework, opened.route)
        actor = Actor(person=opened.candidate, role=Role.CANDIDATE)
        return CohortMember(actor=actor, name=name, candidacy=candidacy, wins=wins)

    def _judge(self, route: Route, held_on: date, judged: list[CohortMember]) -> None:
        story = self.story
        story.clock.set(PREPARED)
        for each in judged:
            self._prepare(route, each)
        session = story.plan(route, held_on)
        story.sessions.insert(0, story.sessions.pop())  # the story's own session must stay last
        story.summon(session, *(each.candidacy for each in judged))
        story.clock.set(held_on)
        story.open(session, PANEL)
        for each in judged:
            if each.wins:
                story.whole(session, each.candidacy, EVERYTHING)
                continue
            story.deliberate(session, each.candidacy)
            story.rule(session, each.candidacy, acquired=MISSING_SEVEN, among=EVERYTHING)
            story.decide(session, each.candidacy, granted=(2, 3, 4), refused=(1,))
        story.end(session)
        story.clock.set(held_on + TOLD_AFTER)
        for each in judged:
            self.by("rose", NotifyResult(session=session, candidacy=each.candidacy, channel=NotificationChannel.POST))
            if each.wins:
                self.by("rose", EnterRegister(candidacy=each.candidacy))
                self.by("rose", IssueCertificate(candidacy=each.candidacy))

    def _prepare(self, route: Route, each: CohortMember) -> None:
        story, shown = self.story, tuple(sorted(EVERYTHING))
        written = statement(f"{each.name}\n\n{ACCOUNT}")
        if route is Route.VAE:
            admits = DecideAdmissibility(
                candidacy=each.candidacy, admissible=True, file_received_on=ENROLLED, recommendations=RECOMMENDED
            )
            self.by("rose", admits)
        piece = story.give(
            each.candidacy, each.actor, content=written.content, name=each.name, competences=shown, written=written
        )
        if route is Route.VAE:
            story.acquis.do(SubmitValidationFile(candidacy=each.candidacy, evidence=(piece,)), each.actor)
            return
        hugo = story.cast["hugo"].id
        acquired = EVERYTHING if each.wins else MISSING_SEVEN
        marks = tuple(Opinion(competence=n, mark="acquired" if n in acquired else "not_acquired") for n in shown)
        self.by("rose", AssignAssessor(candidacy=each.candidacy, assessor=hugo, competences=shown))
        self.by("hugo", AssessCompetences(candidacy=each.candidacy, marks=marks))
        self.by("hugo", FileAssessment(candidacy=each.candidacy, assessor=hugo))
