"""State machine of corrections after a jury's decision."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.appeal.annulment import Annulments
from domain.appeal.facts import ComplaintGround
from domain.appeal.rectification import Minuted
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.confirm_annulment import ConfirmAnnulment
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.appeal.reject_annulment import RejectAnnulment
from domain.commands.appeal.reject_rectification import RejectRectification
from domain.commands.appeal.request_review import RequestReview
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.fraud.hear_on_fraud import HearOnFraud
from domain.commands.fraud.report_fraud import ReportFraud
from domain.commands.fraud.tell_of_fraud import TellOfFraud
from domain.commands.jury.close_session import CloseSession
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
from domain.commands.register.issue_certificate import IssueCertificate
from domain.deadlines.facts import NotificationChannel
from domain.fact import RecordedFact
from domain.fraud.facts import FraudReported
from domain.fraud.fraud import Fraud, Matter
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DeliberationOpened
from domain.jury.ruling import Ruling
from domain.jury.session import JurySession
from domain.jury.vote import VoteOutcome
from domain.ports import Actor, Command, Role, SessionId
from domain.register.facts import CertificateIssued, RegisterEntered, TitleReinstated, TitleWithdrawn
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
    MARIE,
    MARIE_VAE,
    PANEL,
    RENEWED,
    RENEWED_SEATS,
    RNCP31936,
    RULES,
    SEATS,
    actor,
    as_reader,
    known,
    person,
    plan,
    planned,
    registered,
    standing_for,
    vae_filed,
)
from tests.given.domain.scenario import S, Scenario

APRIL = SessionId(known("april session"))
JURIES = {JUNE: PANEL, MARCH: RENEWED, APRIL: PANEL}
SESSIONS = st.sampled_from(tuple(JURIES))
MANDATORY = st.sampled_from((4, 10, 21, 27))
WHICH = st.integers(0, 5)
ENDS = st.sampled_from(("approved", "approved", "approved", "rejected", "left"))
ZELDA = person("zelda")
AS_ZELDA = actor(ZELDA, Role.REGISTRAR)


class AnyCorrection(RuleBasedStateMachine):
    """One candidate before up to three juries, two registrars, and everything that may follow a decision."""

    @initialize(lacking=st.sets(MANDATORY, max_size=2), known=st.booleans())
    def a_candidate(self, lacking: set[int], known: bool) -> None:
        self.scene = Scenario(today=LATER_DAY)
        self.scene.given(HOUSE, registered(ZELDA, Role.REGISTRAR), vae_filed(MARIE_VAE))
        for session, panel in JURIES.items():
            self.scene.given(planned(session, plan(LATER_DAY), SEATS if panel is PANEL else RENEWED_SEATS))
        self.start = len(self.facts)
        self.sits(session=JUNE, lacking=lacking, known=known)

    def send(self, command: Command, by: Actor = AS_RENEE) -> None:
        self.scene.when(command, by=by)

    @rule(session=SESSIONS, lacking=st.sets(MANDATORY, max_size=2), known=st.booleans())
    def sits(self, session: SessionId, lacking: set[int], known: bool) -> None:
        """Let a jury rule all but a few competences acquired, decide by its rules, sign, and release or not."""
        chair = actor(JURIES[session][0], Role.JUROR)
        self.send(SummonCandidate(session=session, candidacy=MARIE_VAE))
        for member in JURIES[session]:
            self.send(SignMemberIn(session=session, juror=member))
        self.send(OpenSession(session=session))
        self.send(NoteCandidatePresent(session=session, candidacy=MARIE_VAE))
        self.send(OpenDeliberation(session=session, candidacy=MARIE_VAE), chair)
        for block in BLOCKS:
            rulings = tuple(Ruling(competence=n, acquired=n not in lacking, reason="x") for n in block.competences)
            self.send(RuleCompetences(session=session, candidacy=MARIE_VAE, rulings=rulings), chair)
            decision = BlockDecision(block=block.number, granted=not lacking & set(block.competences), reason="x")
            self.send(
                RecordDecision(
                    outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=MARIE_VAE, decisions=(decision,)
                ),
                chair,
            )
        self.send(
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=session, candidacy=MARIE_VAE), chair
        )
        self.send(CloseSession(session=session))
        self.send(SignMinutes(session=session), chair)
        if known:
            self.releases(session)
            self.is_entered()

    @rule(session=SESSIONS)
    def releases(self, session: SessionId) -> None:
        self.send(ReleaseResults(session=session))

    @rule()
    def is_entered(self) -> None:
        self.send(EnterRegister(candidacy=MARIE_VAE))

    @rule()
    def is_certified(self) -> None:
        self.send(IssueCertificate(candidacy=MARIE_VAE))

    @rule(session=SESSIONS)
    def is_notified(self, session: SessionId) -> None:
        self.send(NotifyResult(session=session, candidacy=MARIE_VAE, channel=NotificationChannel.POST))

    def decided(self, which: int) -> tuple[SessionId, Deliberation]:
        """Return one of the juries that heard the candidate, each as likely."""
        heard = [told.fact.session for told in self.facts if isinstance(told.fact, DeliberationOpened)]
        session = heard[which % len(heard)]
        jury = self.load(Deliberation, Deliberation.id_of(session, MARIE_VAE))
        return session, jury

    @rule(which=WHICH, number=MANDATORY, title=st.sampled_from((None, None, True, False)), ends=ENDS)
    def is_rectified(self, which: int, number: int, title: bool | None, ends: str) -> None:
        session, jury = self.decided(which)
        minuted = Minuted(rulings={number: not jury.rulings.get(number)}, title=title)
        self.send(ProposeRectification(session=session, candidacy=MARIE_VAE, minuted=minuted, reason="x"))
        if ends == "rejected":
            self.send(RejectRectification(session=session, candidacy=MARIE_VAE, reason="x"))
        if ends == "approved":
            approve = ApproveRectification(session=session, candidacy=MARIE_VAE, reason="x")
            self.send(approve, actor(JURIES[session][0], Role.JUROR))

    @rule(which=WHICH, accepted=st.booleans())
    def is_reviewed(self, which: int, accepted: bool) -> None:
        session, _ = self.decided(which)
        ask = RequestReview(session=session, candidacy=MARIE_VAE, ground=ComplaintGround.PROCEDURAL, statement="x")
        self.send(ask, AS_MARIE)
        self.send(AnswerReview(session=session, candidacy=MARIE_VAE, accepted=accepted, reason="x"))

    @rule(which=st.integers(0, 3), confirmed=st.booleans(), by=st.sampled_from((AS_RENEE, AS_ZELDA)))
    def is_settled(self, which: int, confirmed: bool, by: Actor) -> None:
        """Confirm or reject a proposed annulment, by one of two registrars."""
        waiting = sorted(self.load(Annulments, Annulments.id_of(MARIE_VAE)).waiting)
        if waiting:
            about = waiting[which % len(waiting)]
            confirm = ConfirmAnnulment(candidacy=MARIE_VAE, about=about)
            self.send(confirm if confirmed else RejectAnnulment(candidacy=MARIE_VAE, about=about, reason="x"), by)

    @rule(which=WHICH)
    def loses_in_court(self, which: int) -> None:
        session, _ = self.decided(which)
        ruling = NoteCourtRuling(
            session=session, candidacy=MARIE_VAE, court="x", ruled_on=LATER_DAY, reference="x", annuls=True
        )
        self.send(ruling)

    @rule()
    def is_reported(self) -> None:
        self.send(ReportFraud(candidacy=MARIE_VAE, matter=Matter(competences=(21,)), statement="x"))

    @rule(found=st.booleans(), withdraws=st.sets(SESSIONS, max_size=2))
    def is_judged(self, found: bool, withdraws: set[SessionId]) -> None:
        cases = [told.fact.case for told in self.facts if isinstance(told.fact, FraudReported)]
        if not cases:
            return
        case = cases[-1]
        self.send(TellOfFraud(candidacy=MARIE_VAE, case=case, hearing_on=LATER_DAY))
        self.send(HearOnFraud(candidacy=MARIE_VAE, case=case, statement="x"))
        decide = DecideFraud(
            candidacy=MARIE_VAE, case=case, found=found, reason="x", withdraws=tuple(sorted(withdraws))
        )
        self.send(decide, AS_ZELDA)
        self.send(replace(decide, withdraws=()), AS_ZELDA)

    @property
    def facts(self) -> list[RecordedFact]:
        return self.scene.store.told

    def load(self, kind: type[S], stream: UUID) -> S:
        return self.scene.log.find(kind, stream)

    def stands(self, *, provisional: bool = True) -> Standing:
        return standing(RNCP31936, RULES, self.facts, provisional=provisional)

    def teardown(self) -> None:
        """Check that the replay finds each step lawful; once at the end, as it judges each by what came before."""
        assert [found for found in replay(self.facts) if found.position > self.start] == []

    @invariant()
    def the_standing_is_what_the_juries_streams_say(self) -> None:
        juries = [self.load(Deliberation, Deliberation.id_of(session, MARIE_VAE)) for session in JURIES]
        granted = {block for jury in juries for block in jury.granted}
        now = self.stands()
        assert {line.number for line in now.blocks if line.state == "granted"} == granted
        assert (now.outcome == "full") == any(jury.title for jury in juries)

    @invariant()
    def each_granted_block_is_met_by_the_rulings_of_a_jury_and_a_title_has_its_blocks(self) -> None:
        for session in JURIES:
            jury = self.load(Deliberation, Deliberation.id_of(session, MARIE_VAE))
            acquired = frozenset(number for number, said in jury.rulings.items() if said)
            for block in BLOCKS:
                if block.number in jury.granted:
                    assert block.rule.met_by(acquired, block.competences)
                if block.number in jury.refused:
                    assert not block.rule.met_by(acquired, block.competences)
        now = self.stands()
        if now.outcome == "full":
            assert {line.state for line in now.blocks} == {"granted"}

    @invariant()
    def the_register_has_no_gap_and_holds_no_title_without_its_blocks(self) -> None:
        entered = [told.fact.number for told in self.facts if isinstance(told.fact, RegisterEntered)]
        withdrawn = [told.fact.number for told in self.facts if isinstance(told.fact, TitleWithdrawn)]
        certified = [told.fact.number for told in self.facts if isinstance(told.fact, CertificateIssued)]
        assert entered == list(range(1, len(entered) + 1))
        reinstated = [told.fact.number for told in self.facts if isinstance(told.fact, TitleReinstated)]
        gone = sorted((Counter(withdrawn) - Counter(reinstated)).elements())
        assert gone in (entered, entered[:-1]), "a title that was rectified away and back has its own number"
        assert len(set(certified)) == len(certified)
        assert set(certified) <= set(entered)
        if len(entered) > len(gone):
            assert self.stands(provisional=False).outcome == "full"

    @invariant()
    def what_waits_for_a_procedure_is_shown_to_nobody_but_who_runs_it(self) -> None:
        fraud = self.load(Fraud, Fraud.id_of(MARIE))
        for session in JURIES:
            sat = self.load(JurySession, session)
            if sat.withheld:
                assert fraud.under_way(MARIE_VAE)
        shown = standing_for(as_reader(AS_MARIE), RNCP31936, RULES, self.facts)
        assert shown == self.stands(provisional=False)
        hidden = {
            line.session
            for line in shown.blocks
            if line.session and not self.load(JurySession, line.session).released_to(MARIE_VAE)
        }
        assert hidden == set()
