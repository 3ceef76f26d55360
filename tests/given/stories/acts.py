"""Acts of the people of a story, by real commands: applying, summoning, judging."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar
from uuid import NAMESPACE_DNS, uuid5

from domain.candidacy.candidacy import Candidacy
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.evidence.evidence import ReceivedFile
from domain.fact import RecordedFact
from domain.framework.definition import Definition, Route
from domain.framework.framework import Framework
from domain.jury.deliberation import Deliberation
from domain.jury.facts import JurorAppointed
from domain.jury.ruling import Ruling
from domain.jury.session import JurySession
from domain.jury.vote import VoteOutcome
from domain.ports import Actor, CandidacyId, Command, EvidenceId, FrameworkId, PersonId, Role, SessionId
from domain.replay.judge import Unlawful
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    CAREERS,
    FRAMEWORK,
    HOUSE,
    MARIE,
    PANEL,
    RULEBOOK,
    SEATS,
    actor,
)
from tests.given.domain.scenario import Scenario

C = TypeVar("C", bound=Command)


class Stage:
    """Marie's certifier, day by day: each command must succeed."""

    def __init__(self, today: date) -> None:
        self.scene = Scenario(today=today)
        self.scene.given(HOUSE)
        self.scene.given(CAREERS)
        self._start = len(self.facts)

    @property
    def facts(self) -> list[RecordedFact]:
        return self.scene.store.told

    @property
    def unlawful(self) -> list[Unlawful]:
        """Return what the replay of the rules finds wrong in the story."""
        return self.scene.refused_again()

    def on(self, day: date, command: Command, by: Actor = AS_RENEE) -> None:
        """Execute a command on a day; a second registrar confirms an annulment."""
        self.scene.when_annulled(command, by=by, on=day)
        assert not isinstance(self.scene.outcome, Exception), f"{command!r} refused: {self.scene.outcome!r}"

    def opens_with(self, day: date, session: SessionId, present: tuple[PersonId, ...] = PANEL) -> None:
        """Let those present sign in, and the registrar open the session."""
        self.sign_in(day, session, present)
        self.on(day, OpenSession(session=session))

    def sign_in(self, day: date, session: SessionId, present: Iterable[PersonId]) -> None:
        """Record as the registrar that these members signed the attendance sheet."""
        for member in present:
            self.on(day, SignMemberIn(session=session, juror=member))

    def comes(self, day: date, session: SessionId, candidacy: CandidacyId) -> None:
        """Record as the registrar that a candidate is present, unless recorded already."""
        said = self.scene.log.find(Deliberation, Deliberation.id_of(session, candidacy))
        if not said.coming.arrived:
            self.on(day, NoteCandidatePresent(session=session, candidacy=candidacy))

    def takes_up(self, day: date, session: SessionId, candidacy: CandidacyId, by: Actor = AS_RENEE) -> None:
        """Record that a candidate came, and open the deliberation."""
        self.comes(day, session, candidacy)
        self.on(day, OpenDeliberation(session=session, candidacy=candidacy), by)

    def on_both(self, day: date, command: Command, by: Actor = AS_RENEE) -> None:
        """Execute, with two people, a command that needs two."""
        self.scene.when_both(command, by=by, on=day)
        assert not isinstance(self.scene.outcome, Exception), f"{command!r} refused: {self.scene.outcome!r}"

    def applies(self, day: date, framework: FrameworkId = FRAMEWORK) -> CandidacyId:
        """Let Marie apply by VAE, be found admissible, submit a piece and file it."""
        candidacy = Candidacy.id_of(MARIE, framework, Route.VAE)
        apply = OpenCandidacy(candidate=MARIE, framework=framework, rulebook=RULEBOOK, route=Route.VAE)
        self.on(day, apply, AS_MARIE)
        self.on(day, DecideAdmissibility(candidacy=candidacy, admissible=True, file_received_on=day))
        piece = self.puts_in(day, candidacy)
        self.on(day, SubmitValidationFile(candidacy=candidacy, evidence=(piece,)), AS_MARIE)
        return candidacy

    def puts_in(self, day: date, candidacy: CandidacyId) -> EvidenceId:
        """Let Marie submit a piece of evidence."""
        piece = EvidenceId(uuid5(NAMESPACE_DNS, f"{len(self.facts)}.piece.example"))
        file = ReceivedFile(media_type="application/pdf", size=1, digest="00", name="x.pdf")
        put = SubmitEvidence(evidence=piece, candidacy=candidacy, competences=(1,), file=file)
        self.on(day, put, AS_MARIE)
        return piece

    def jury(
        self,
        planned: date,
        held_on: date,
        seats: Iterable[JurorAppointed] = SEATS,
        framework: FrameworkId = FRAMEWORK,
    ) -> SessionId:
        """Plan a jury for a day, and appoint its members."""
        plan = PlanSession(
            framework=framework, rulebook=RULEBOOK, route=Route.VAE, held_on=held_on, place="Paris", places=10
        )
        self.on(planned, plan)
        session = SessionId(self.facts[-1].stamp.stream)
        for seat in seats:
            self.on(planned, appointing(session, seat))
        return session

    def decides(
        self,
        day: date,
        session: SessionId,
        candidacy: CandidacyId,
        definition: Definition,
        acquired: Iterable[int],
        *,
        title: bool = False,
        present: tuple[PersonId, ...] = PANEL,
        released: date | None = None,
    ) -> None:
        """Let the jury hear Marie, rule on all of each block that it touches, decide the blocks, and release."""
        won, chair = frozenset(acquired), actor(present[0], Role.JUROR)
        self.on(day, SummonCandidate(session=session, candidacy=candidacy))
        self.opens_with(day, session, present)
        self.takes_up(day, session, candidacy, chair)
        for block in definition.blocks:
            if not won & set(block.competences):
                continue
            rulings = tuple(
                Ruling(competence=number, acquired=number in won, reason=None if number in won else "x")
                for number in block.competences
            )
            self.on(day, RuleCompetences(session=session, candidacy=candidacy, rulings=rulings), chair)
            met = block.rule.met_by(won, block.competences)
            decision = BlockDecision(block=block.number, granted=met, reason=None if met else "x")
            self.on(
                day,
                RecordDecision(
                    outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=candidacy, decisions=(decision,)
                ),
                chair,
            )
        if title:
            self.on(
                day,
                RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=session, candidacy=candidacy),
                chair,
            )
        self.puts_off(day, session, candidacy, chair)
        self.on(day, CloseSession(session=session))
        self.on(day, SignMinutes(session=session), AS_PAUL if PANEL[0] in present else chair)
        self.on(released or day, ReleaseResults(session=session))

    def puts_off(self, day: date, session: SessionId, candidacy: CandidacyId, chair: Actor = AS_PAUL) -> None:
        """Let the jury defer the blocks, and the earned title, that it has not decided, if any."""
        said = self.scene.log.find(Deliberation, Deliberation.id_of(session, candidacy))
        framework = self.scene.log.load(JurySession, session).planned.framework
        if said.open_blocks or said.title_due(self.scene.log.load(Framework, framework).content):
            self.on(day, DeferDecisions(session=session, candidacy=candidacy, reason="Faute de temps."), chair)

    def dossier(self, candidacy: CandidacyId, *sessions: SessionId) -> list[RecordedFact]:
        """Return the facts of a candidacy and of its sessions."""
        streams = {candidacy, *sessions}
        return [
            told
            for told in self.facts
            if told.stamp.stream in streams or getattr(told.fact, "candidacy", None) == candidacy
        ]


def appointing(session: SessionId, seat: JurorAppointed) -> AppointJuror:
    """Return the appointment of a test's seat; what its member counts for follows from `CAREERS`."""
    return AppointJuror(session=session, juror=seat.juror, sex=seat.sex, substitute=seat.substitute, chair=seat.chair)


def framework_id(definition: Definition) -> FrameworkId:
    return FrameworkId(Framework.id_of(definition.code, definition.version))
