"""Steps of the stories about épreuves, by real commands: enrolling, marking, judging."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.jury.transcribe_minutes import TranscribeMinutes
from domain.evidence.evidence import ReceivedFile
from domain.framework.definition import Route
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, EvidenceId, PersonId, Role, SessionId
from domain.rulebook.rules import Rules
from domain.standing.standing import Standing, standing
from tests.given.domain.marks import EXAM, EXAM_RULEBOOK, acquis
from tests.given.domain.people import AS_MARIE, AS_PAUL, FRAMEWORK, MARIE, PANEL, RNCP31936, SEATS, actor, known
from tests.given.stories.acts import Stage, appointing

MARKED = tuple(range(1, 31))


class Exams(Stage):
    """Marie's certifier with a rulebook of its own, in initial training."""

    def __init__(self, today: date, rules: Rules = EXAM) -> None:
        super().__init__(today)
        self.rules = rules
        self.scene.given(acquis(rules))
        self._start = len(self.facts)

    def enrols(self, day: date) -> CandidacyId:
        apply = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=EXAM_RULEBOOK, route=Route.FI)
        self.on(day, apply, AS_MARIE)
        return Candidacy.id_of(MARIE, FRAMEWORK, Route.FI)

    def named(
        self, day: date, candidacy: CandidacyId, assessor: PersonId, competences: Iterable[int] = MARKED
    ) -> None:
        self.on(day, AssignAssessor(candidacy=candidacy, assessor=assessor, competences=tuple(competences)))

    def marks(self, day: date, candidacy: CandidacyId, assessor: PersonId, marks: Mapping[int, str]) -> None:
        """Let the assessor give these marks and file them."""
        by = actor(assessor, Role.ASSESSOR)
        for competence, mark in marks.items():
            self.on(day, AssessCompetence(candidacy=candidacy, competence=competence, mark=mark), by)
        self.on(day, FileAssessment(candidacy=candidacy, assessor=assessor), by)

    def before(self, planned: date, held_on: date, candidacy: CandidacyId) -> SessionId:
        """Plan and appoint a jury and summon Marie; on its day, open it and her deliberation."""
        session = self._called(planned, held_on, candidacy)
        self.opens_with(held_on, session, PANEL)
        self.takes_up(held_on, session, candidacy, AS_PAUL)
        return session

    def _called(self, planned: date, held_on: date, candidacy: CandidacyId, *, on_paper: bool = False) -> SessionId:
        plan = PlanSession(
            framework=FRAMEWORK,
            rulebook=EXAM_RULEBOOK,
            route=Route.FI,
            held_on=held_on,
            place="Paris",
            places=10,
            on_paper=on_paper,
        )
        self.on(planned, plan)
        session = SessionId(self.facts[-1].stamp.stream)
        for seat in SEATS:
            self.on(planned, appointing(session, seat))
        self.on(planned, SummonCandidate(session=session, candidacy=candidacy))
        return session

    def on_paper(self, held_on: date, keyed: date, candidacy: CandidacyId) -> SessionId:
        """Enter a session held on paper: plan it later, submit its minutes, and open her deliberation."""
        session = self._called(keyed, held_on, candidacy, on_paper=True)
        file = ReceivedFile(media_type="application/pdf", size=1, digest="00", name="pv.pdf")
        self.on(keyed, TranscribeMinutes(session=session, scan=EvidenceId(known("scan")), file=file))
        self.opens_with(keyed, session, PANEL)
        self.takes_up(keyed, session, candidacy)
        return session

    def rules_on(
        self, day: date, session: SessionId, candidacy: CandidacyId, said: Mapping[int, bool], reason: str = "x"
    ) -> None:
        rulings = tuple(
            Ruling(competence=number, acquired=acquired, reason=reason) for number, acquired in said.items()
        )
        self.on(day, RuleCompetences(session=session, candidacy=candidacy, rulings=rulings), AS_PAUL)

    def decides_blocks(self, day: date, session: SessionId, candidacy: CandidacyId, said: Mapping[int, bool]) -> None:
        decisions = tuple(
            BlockDecision(block=number, granted=granted, reason=None if granted else "x")
            for number, granted in said.items()
        )
        self.on(
            day,
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=candidacy, decisions=decisions),
            AS_PAUL,
        )

    def ends(self, day: date, session: SessionId, candidacy: CandidacyId, *, title: bool = False) -> None:
        """Pronounce the title or not, close the session, sign its minutes, release its results."""
        if title:
            self.on(
                day,
                RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=session, candidacy=candidacy),
                AS_PAUL,
            )
        self.puts_off(day, session, candidacy)
        self.on(day, CloseSession(session=session))
        self.on(day, SignMinutes(session=session), AS_PAUL)
        self.on(day, ReleaseResults(session=session))

    def standing(self, *, provisional: bool = True) -> Standing:
        return standing(RNCP31936, self.rules, self.facts, provisional=provisional)
