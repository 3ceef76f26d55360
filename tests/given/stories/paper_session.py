"""A jury session held on paper and entered later."""

from __future__ import annotations

from datetime import date

from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.jury.transcribe_minutes import TranscribeMinutes
from domain.evidence.evidence import ReceivedFile
from domain.framework.definition import Route
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, EvidenceId, SessionId
from tests.given.domain.people import FRAMEWORK, PANEL, RULEBOOK, SEATS, known
from tests.given.stories.acts import Stage, appointing

MARCH, JUNE, JULY, SEPTEMBER = date(2021, 3, 1), date(2021, 6, 15), date(2021, 7, 1), date(2021, 9, 6)
SCAN = EvidenceId(known("scan of the minutes"))
FILE = ReceivedFile(media_type="application/pdf", size=1, digest="00", name="pv-juin.pdf")


class OnPaper(Stage):
    """Marie's file, and the session of June that is planned in September."""

    def __init__(self) -> None:
        super().__init__(MARCH)
        self.marie: CandidacyId = self.applies(MARCH)
        self.session = self.called(JUNE)
        self.on(SEPTEMBER, SummonCandidate(session=self.session, candidacy=self.marie))

    def called(self, held_on: date) -> SessionId:
        """Plan a session that was held on that day, with its members, in September."""
        plan = PlanSession(
            framework=FRAMEWORK,
            rulebook=RULEBOOK,
            route=Route.VAE,
            held_on=held_on,
            place="Paris",
            places=1,
            on_paper=True,
        )
        self.on(SEPTEMBER, plan)
        session = SessionId(self.facts[-1].stamp.stream)
        for seat in SEATS:
            self.on(SEPTEMBER, appointing(session, seat))
        return session

    def transcribed(self) -> None:
        scan = TranscribeMinutes(session=self.session, scan=SCAN, file=FILE)
        self.on(SEPTEMBER, scan)
        self.opens_with(SEPTEMBER, self.session, PANEL)
        self.takes_up(SEPTEMBER, self.session, self.marie)

    def grant(self, *blocks: int) -> RecordDecision:
        decisions = tuple(BlockDecision(block=block, granted=True) for block in blocks)
        return RecordDecision(
            outcome=VoteOutcome.UNANIMOUS, session=self.session, candidacy=self.marie, decisions=decisions
        )

    def rulings(self, *numbers: int) -> RuleCompetences:
        rulings = tuple(Ruling(competence=number, acquired=True) for number in numbers)
        return RuleCompetences(session=self.session, candidacy=self.marie, rulings=rulings)
