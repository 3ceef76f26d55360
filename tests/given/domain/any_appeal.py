"""State machine of appeals: two panels, two sessions each, one candidate."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.appeal.facts import ComplaintGround
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.confirm_annulment import ConfirmAnnulment
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.reject_annulment import RejectAnnulment
from domain.commands.appeal.request_review import RequestReview
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.register.enter_register import EnterRegister
from domain.fact import RecordedFact
from domain.jury.facts import BlockGranted, DecisionAnnulled, DecisionRestored, DeliberationOpened, TitlePronounced
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.ports import Actor, Command, Role, SessionId
from domain.register.facts import RegisterEntered, TitleReinstated, TitleWithdrawn
from domain.replay.judge import replay
from domain.standing.standing import Standing, standing
from tests.given.domain.people import (
    AS_MARIE,
    AS_RENEE,
    BLOCKS,
    HOUSE,
    JUNE,
    LATER_DAY,
    MARCH,
    MARIE_VAE,
    PANEL,
    RENEWED,
    RENEWED_SEATS,
    RNCP31936,
    RULES,
    SEATS,
    actor,
    known,
    plan,
    planned,
    vae_filed,
)
from tests.given.domain.scenario import COLLEAGUE, Scenario

APRIL, MAY = SessionId(known("april session")), SessionId(known("may session"))
AS_COLLEAGUE = actor(COLLEAGUE, Role.REGISTRAR)
JURIES = {JUNE: PANEL, MARCH: RENEWED, APRIL: PANEL, MAY: RENEWED}
SESSIONS = st.sampled_from(tuple(JURIES))


class AnyAppeal(RuleBasedStateMachine):
    """Two panels without a common member, two sessions each, and one candidate who may be judged repeatedly."""

    @initialize()
    def a_candidate(self) -> None:
        self.scene = Scenario(today=LATER_DAY)
        self.scene.given(HOUSE, vae_filed(MARIE_VAE))
        for session, panel in JURIES.items():
            self.scene.given(planned(session, plan(LATER_DAY), SEATS if panel is PANEL else RENEWED_SEATS))
        self.scene.second_registrar()
        self.start = len(self.scene.store.told)

    def send(self, command: Command, as_juror: SessionId | None = None) -> None:
        self.scene.when(command, by=actor(JURIES[as_juror][0], Role.JUROR) if as_juror else AS_RENEE)

    @rule(session=SESSIONS, won=st.just({1, 2, 3, 4}) | st.sets(st.integers(1, 4), min_size=1), known=st.booleans())
    def sits(self, session: SessionId, won: set[int], known: bool) -> None:
        """Summon the candidate before a jury that grants these blocks, and the title if complete.

        `known`: the results are released.
        """
        self.send(SummonCandidate(session=session, candidacy=MARIE_VAE))
        for member in JURIES[session]:
            self.send(SignMemberIn(session=session, juror=member))
        self.send(OpenSession(session=session))
        self.send(NoteCandidatePresent(session=session, candidacy=MARIE_VAE))
        self.send(OpenDeliberation(session=session, candidacy=MARIE_VAE), session)
        for block in BLOCKS:
            if block.number in won:
                rulings = tuple(Ruling(competence=number, acquired=True) for number in block.competences)
                self.send(RuleCompetences(session=session, candidacy=MARIE_VAE, rulings=rulings), session)
                decision = (BlockDecision(block=block.number, granted=True),)
                self.send(
                    RecordDecision(
                        outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=MARIE_VAE, decisions=decision
                    ),
                    session,
                )
        self.send(
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=session, candidacy=MARIE_VAE), session
        )
        self.send(DeferDecisions(session=session, candidacy=MARIE_VAE, reason="x"), session)
        self.send(CloseSession(session=session))
        self.send(SignMinutes(session=session), session)
        if known:
            self.send(ReleaseResults(session=session))
            self.send(EnterRegister(candidacy=MARIE_VAE))

    @rule(session=SESSIONS)
    def releases(self, session: SessionId) -> None:
        self.send(ReleaseResults(session=session))

    @rule(session=SESSIONS, ground=st.sampled_from(ComplaintGround))
    def complains(self, session: SessionId, ground: ComplaintGround) -> None:
        ask = RequestReview(session=session, candidacy=MARIE_VAE, ground=ground, statement="x")
        self.scene.when(ask, by=AS_MARIE)

    @rule(session=SESSIONS, confirmed=st.booleans(), by=st.sampled_from((AS_RENEE, AS_COLLEAGUE)))
    def is_settled(self, session: SessionId, confirmed: bool, by: Actor = AS_COLLEAGUE) -> None:
        """Confirm or reject a proposed annulment, by one of two registrars."""
        confirm = ConfirmAnnulment(candidacy=MARIE_VAE, about=session)
        reject = RejectAnnulment(candidacy=MARIE_VAE, about=session, reason="x")
        self.scene.when(confirm if confirmed else reject, by=by)

    @rule(session=SESSIONS, accepted=st.booleans())
    def is_answered(self, session: SessionId, accepted: bool) -> None:
        self.send(AnswerReview(session=session, candidacy=MARIE_VAE, accepted=accepted, reason="x"))

    @rule(session=SESSIONS, annuls=st.booleans(), quashes=st.booleans())
    def goes_to_court(self, session: SessionId, annuls: bool, quashes: bool = False) -> None:
        ruling = NoteCourtRuling(
            session=session,
            candidacy=MARIE_VAE,
            court="x",
            ruled_on=LATER_DAY,
            reference="x",
            annuls=annuls,
            quashes=quashes,
        )
        self.send(ruling)

    @rule(which=st.integers(0, 3))
    def wins_in_a_higher_court_what_was_lost(self, which: int) -> None:
        lost = [told.fact.session for told in self.facts if isinstance(told.fact, DecisionAnnulled)]
        if lost:
            self.goes_to_court(lost[which % len(lost)], annuls=False, quashes=True)

    @rule()
    def loses_the_last_decision_in_court(self) -> None:
        heard = [told.fact.session for told in self.facts if isinstance(told.fact, DeliberationOpened)]
        if heard:
            self.goes_to_court(heard[-1], annuls=True)
            self.is_settled(heard[-1], confirmed=True)

    @rule()
    def is_entered(self) -> None:
        self.send(EnterRegister(candidacy=MARIE_VAE))

    @property
    def facts(self) -> list[RecordedFact]:
        return self.scene.store.told

    def annulled(self) -> set[UUID]:
        """Return the decisions that are annulled now and were not restored by a higher court."""
        gone: set[UUID] = set()
        for told in self.facts:
            if isinstance(told.fact, DecisionAnnulled):
                gone.add(told.stamp.stream)
            elif isinstance(told.fact, DecisionRestored):
                gone.discard(told.stamp.stream)
        return gone

    def stands(self, facts: list[RecordedFact]) -> Standing:
        return standing(RNCP31936, RULES, facts)

    def teardown(self) -> None:
        """Check that the replay finds each step lawful; once at the end, as it judges each by what came before."""
        assert [found for found in replay(self.facts) if found.position > self.start] == []

    @invariant()
    def what_was_annulled_counts_for_nothing(self) -> None:
        gone = self.annulled()
        with_it, without = (
            self.stands(self.facts),
            self.stands([told for told in self.facts if told.stamp.stream not in gone]),
        )
        assert with_it == without

    @invariant()
    def a_title_stands_on_all_its_blocks(self) -> None:
        now = self.stands(self.facts)
        if now.outcome == "full":
            assert {line.state for line in now.blocks} == {"granted"}
        gone = self.annulled()
        granted = {
            told.fact.block
            for told in self.facts
            if isinstance(told.fact, BlockGranted) and told.stamp.stream not in gone
        }
        assert {line.number for line in now.blocks if line.state == "granted"} == granted

    @invariant()
    def what_stands_stands_with_its_title_once_all_it_was_pronounced_on_stands(self) -> None:
        gone, granted = self.annulled(), set[int]()
        for told in self.facts:
            match told.fact:
                case BlockGranted(block=block) if told.stamp.stream not in gone:
                    granted.add(block)
                case TitlePronounced() if told.stamp.stream not in gone and granted == {1, 2, 3, 4}:
                    assert self.stands(self.facts).outcome == "full"
                case _:
                    pass

    @invariant()
    def the_register_holds_a_title_only_while_one_stands_and_gives_no_number_twice(self) -> None:
        entered = [told.fact.number for told in self.facts if isinstance(told.fact, RegisterEntered)]
        assert entered == list(range(1, len(entered) + 1))
        holds: list[int] = []
        for told in self.facts:
            match told.fact:
                case RegisterEntered(number=number) | TitleReinstated(number=number):
                    holds.append(number)
                case TitleWithdrawn(number=number):
                    holds.remove(number)
                case _:
                    continue
            assert len(holds) <= 1
        if holds:
            assert self.stands(self.facts).outcome == "full"

    @invariant()
    def nobody_of_an_annulled_jury_deliberates_afterwards(self) -> None:
        fell: list[SessionId] = []
        for told in self.facts:
            gone = {juror for session in fell for juror in JURIES[session]}
            match told.fact:
                case DecisionAnnulled(session=session):
                    fell.append(session)
                case DecisionRestored(session=session):
                    fell.remove(session)
                case DeliberationOpened(panel=panel):
                    assert not gone & set(panel)
                case TitlePronounced(session=session):
                    assert not gone & set(JURIES[session])
                case _:
                    pass
