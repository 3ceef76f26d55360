"""Shared steps of the stories about juries: law, jury, summons, decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from domain.candidacy.candidacy import Candidacy
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_minutes import SignMinutes
from domain.fact import Fact
from domain.framework.definition import Definition, Route
from domain.framework.facts import FrameworkPublished
from domain.framework.jury_rule import Quality
from domain.jury.facts import JurorAppointed
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.ports import Actor, CandidacyId, Command, PersonId, Role, RulebookId, SessionId
from domain.refusal import Refused
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules
from tests.given.domain.law import THE_LAW
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    BLOCKS,
    EDITH,
    KEMAL,
    MARC,
    MARIE,
    PAUL,
    PROFESSIONALS,
    RNCP31936,
    RULES,
    SEATS,
    VAE_OPENED,
    actor,
    recognised,
)
from tests.given.domain.scenario import At
from tests.given.stories.acts import Stage, appointing, framework_id

F = TypeVar("F", bound=Fact)
CERTIFICATION = replace(
    RNCP31936, version=2, registration=replace(RNCP31936.registration, ends_on=date(2028, 12, 18))
)
"""The same sheet with a longer registration, so that a parcours can begin under either law."""
FRAMEWORK = framework_id(CERTIFICATION)
UNDER_R335 = (date(2021, 2, 1), date(2021, 6, 15))
UNDER_D6412 = (date(2024, 5, 2), date(2024, 9, 17))
"""The day on which Marie's parcours begins, and the day of her jury."""
EVERYTHING = tuple(Ruling(competence=number, acquired=True) for number in range(1, 31))


class Jury(Stage):
    """Marie by VAE before a jury, with the law on juries published and a rulebook of the story's own."""

    def __init__(self, today: date, rules: Rules = RULES, sheet: Definition = CERTIFICATION) -> None:
        super().__init__(today)
        self.rules = replace(rules, version=3)
        self.rulebook = RulebookId(Rulebook.id_of("IMCI", 3))
        self.scene.given(
            THE_LAW,
            At(self.rulebook, (RulebookPublished(rules=self.rules),)),
            At(FRAMEWORK, (FrameworkPublished(definition=sheet), VAE_OPENED)),
            PROFESSIONALS,
            (recognised(who, Quality.PROFESSION) for who in (EDITH, KEMAL)),
            (recognised(who, Quality.QUALIFIED, "RNCP31936") for who in (PAUL, MARC)),
        )
        self._start = len(self.facts)

    def marie(self, day: date) -> CandidacyId:
        """Let Marie apply by VAE, be found admissible and file her validation file."""
        candidacy = Candidacy.id_of(MARIE, FRAMEWORK, Route.VAE)
        apply = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=self.rulebook, route=Route.VAE)
        self.on(day, apply, AS_MARIE)
        self.on(day, DecideAdmissibility(candidacy=candidacy, admissible=True, file_received_on=day))
        piece = self.puts_in(day, candidacy)
        self.on(day, SubmitValidationFile(candidacy=candidacy, evidence=(piece,)), AS_MARIE)
        return candidacy

    def called(self, day: date, held_on: date, seats: Iterable[JurorAppointed] = SEATS) -> SessionId:
        """Plan a jury for a day, and appoint its members."""
        plan = PlanSession(
            framework=FRAMEWORK, rulebook=self.rulebook, route=Route.VAE, held_on=held_on, place="Paris", places=10
        )
        self.on(day, plan)
        session = SessionId(self.facts[-1].stamp.stream)
        for seat in seats:
            self.on(day, appointing(session, seat))
        return session

    def refused(self, refusal: type[Refused], day: date, command: Command, by: Actor = AS_RENEE) -> list[str]:
        """Send a command that breaks exactly this rule; return the broken rules inside it."""
        self.scene.when(command, by=by, on=day)
        return [each.rule for each in self.scene.then_refused(refusal).violations]

    def grants_everything(
        self, day: date, session: SessionId, candidacy: CandidacyId, chair: Actor = AS_PAUL
    ) -> None:
        """Let the jury rule all competences acquired, grant each block and pronounce the title."""
        self.on(day, RuleCompetences(session=session, candidacy=candidacy, rulings=EVERYTHING), chair)
        decisions = tuple(BlockDecision(block=block.number, granted=True) for block in BLOCKS)
        self.on(
            day,
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=candidacy, decisions=decisions),
            chair,
        )
        self.on(
            day,
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=session, candidacy=candidacy),
            chair,
        )

    def ends(self, day: date, session: SessionId, chair: PersonId = PAUL) -> None:
        """Close the session, sign its minutes, release its results."""
        self.on(day, CloseSession(session=session))
        self.on(day, SignMinutes(session=session), actor(chair, Role.JUROR))
        self.on(day, ReleaseResults(session=session))

    def says(self, kind: type[F]) -> list[F]:
        """Return the facts of one kind, in order."""
        return [told.fact for told in self.facts if isinstance(told.fact, kind)]
