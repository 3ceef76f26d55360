"""Rulings of commissions, and their harmonisation by the awarding jury (ambiguity A09 of the sheet)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.appeal.facts import ComplaintGround
from domain.appeal.rectification import Minuted
from domain.candidacy.candidacy import AlreadySummoned, Candidacy
from domain.candidacy.candidacy_life import BlockNotSought
from domain.candidacy.facts import BlocksSought, CandidateSummoned
from domain.candidacy.ties import ConflictOfInterest
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.appeal.request_review import RequestReview
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.jury.cancel_session import CancelSession
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.free_candidate import FreeCandidate
from domain.commands.jury.harmonise_rulings import HarmoniseRulings
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.postponement import NotToBeFreed
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.deadlines.due import times_of_sessions
from domain.execute import execute
from domain.fact import Personal
from domain.framework.definition import Route
from domain.framework.jury_rule import Sex
from domain.fraud.facts import FraudReported, SanctionPronounced
from domain.fraud.fraud import Fraud
from domain.jury.annulled_decision import DecisionNotReleased
from domain.jury.commission import (
    CommissionsNotReady,
    CommissionsStand,
    NothingProposed,
    Tally,
    WrongAwardingJury,
    inherited,
    tally,
)
from domain.jury.decision_context import Proposal
from domain.jury.deliberation import CommissionProposes, Deliberation, NotAllDecided
from domain.jury.facts import (
    Attendance,
    BlockGranted,
    CandidateFreed,
    CandidateListed,
    CommissionNamed,
    CompetenceProposed,
    CompetenceRuled,
    DeliberationOpened,
    JurorRecused,
    ResultsReleased,
    SessionCancelled,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    SessionReopened,
)
from domain.jury.granting import BlockNotAssessed, BlockRuleNotMet
from domain.jury.lawful_panel import QuorumNotMet
from domain.jury.ruling import MarksVoid, NotReady, ReasonRequired, Ruling
from domain.jury.session import CommissionReports, JurySession, MinutesNotSigned, SessionNotPlanned
from domain.jury.vote import VoteOutcome
from domain.ports import Actor, Command, Request, Role, RulebookId, SessionId
from domain.refusal import NotFound
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.fraud_rules import SanctionKind
from domain.rulebook.rules import Rules
from domain.rulebook.session_rules import SessionRules
from domain.standing.disclosure import disclosed
from domain.standing.standing import standing
from tests.given.domain.people import (
    AS_MARC,
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    AS_SAMIR,
    CLOSED,
    FRAMEWORK,
    GENTLE_RULEBOOK,
    JUNE,
    JURY_DAY,
    LEO,
    MARC,
    MARCH,
    MARIE_VAE,
    NINA,
    PANEL,
    PAUL,
    RENEE,
    RENEWED_SEATS,
    RNCP31936,
    RULEBOOK,
    RULES,
    SAMIR_VAE,
    actor,
    annulled,
    as_reader,
    heard,
    known,
    plan,
    planned,
    seat,
    session_of,
    signed_in,
    standing_for,
    summoned,
    tied,
    unanimous,
    vae_filed,
)
from tests.given.domain.people import MARIE as CANDIDATE
from tests.given.domain.scenario import NOON, At, Meanwhile, Scenario, rebuilt

MAY, APRIL = SessionId(known("may commission")), SessionId(known("april commission"))
MEMBERS = (MARC, NINA, LEO)
COMMISSION_SEATS = (seat(MARC, Sex.M, chair=True), seat(NINA, Sex.F), seat(LEO, Sex.M))
PROPOSED = tuple(Ruling(competence=n, acquired=n in {1, 2, 3, 4, 9}, reason="x") for n in range(1, 10))
"""Five of nine, but not the seventh, which is mandatory: block 1 is not won by this."""
PROPOSE = RuleCompetences(session=MAY, candidacy=MARIE_VAE, rulings=PROPOSED)
SEVEN = Ruling(competence=7, acquired=True, reason="Harmonisation entre les deux commissions.")
HARMONISE = HarmoniseRulings(session=JUNE, candidacy=MARIE_VAE, changed=(SEVEN,))
GRANT = RecordDecision(
    outcome=VoteOutcome.UNANIMOUS,
    session=JUNE,
    candidacy=MARIE_VAE,
    decisions=(BlockDecision(block=1, granted=True),),
)


def commission(session: SessionId = MAY) -> tuple[At, ...]:
    return (
        planned(session, replace(plan(), reports_to=JUNE), COMMISSION_SEATS),
        At(JUNE, (CommissionNamed(commission=session),)),
    )


def called(scenario: Scenario) -> None:
    """Plan a jury and its commission; call Marie before both."""
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *commission())
    scenario.given(*summoned(MAY, MARIE_VAE), *summoned(JUNE, MARIE_VAE))


def did(scenario: Scenario, *commands: tuple[Command, Any]) -> None:
    for command, by in commands:
        scenario.when(command, by=by)
        assert not isinstance(scenario.outcome, Exception), f"{command}: {scenario.outcome!r}"


def taken_up(scenario: Scenario) -> None:
    """Open the commission and its deliberation on Marie."""
    called(scenario)
    did(
        scenario,
        *((SignMemberIn(session=MAY, juror=each), AS_RENEE) for each in MEMBERS),
        (OpenSession(session=MAY), AS_RENEE),
        (NoteCandidatePresent(session=MAY, candidacy=MARIE_VAE), AS_RENEE),
        (OpenDeliberation(session=MAY, candidacy=MARIE_VAE), AS_MARC),
    )


def examined(scenario: Scenario) -> None:
    """Let the commission examine Marie and sign its minutes."""
    taken_up(scenario)
    did(
        scenario,
        (PROPOSE, AS_MARC),
        (CloseSession(session=MAY), AS_RENEE),
        (SignMinutes(session=MAY), AS_MARC),
    )


def before_the_awarding_jury(scenario: Scenario) -> None:
    examined(scenario)
    did(
        scenario,
        *((SignMemberIn(session=JUNE, juror=each), AS_RENEE) for each in PANEL),
        (OpenSession(session=JUNE), AS_RENEE),
        (NoteCandidatePresent(session=JUNE, candidacy=MARIE_VAE), AS_RENEE),
        (OpenDeliberation(session=JUNE, candidacy=MARIE_VAE), AS_PAUL),
    )


def lawful(scenario: Scenario) -> bool:
    """Return whether the replay finds every recorded command lawful."""
    sent = {told.stamp.position for told in scenario.store.told if told.stamp.by is not None}
    return not [found for found in replay(scenario.store.told) if found.position in sent]


# Planning a commission


def plan_of(**changes: Any) -> PlanSession:
    given: dict[str, Any] = {
        "framework": FRAMEWORK,
        "rulebook": RULEBOOK,
        "route": Route.VAE,
        "held_on": JURY_DAY,
        "place": "Paris",
        "places": 20,
        "reports_to": JUNE,
    }
    return PlanSession(**given | changes)


def test_commission_is_planned_with_the_jury_that_it_reports_to(scenario: Scenario) -> None:
    scenario.given(planned(JUNE))
    scenario.when(plan_of(), by=AS_RENEE)
    first, second = scenario.then_recorded(SessionPlanned, CommissionNamed)
    assert isinstance(first, SessionPlanned)
    assert first.reports_to == JUNE
    assert isinstance(second, CommissionNamed)
    assert lawful(scenario)


@pytest.mark.parametrize(
    "changes",
    [{"rulebook": GENTLE_RULEBOOK}, {"held_on": JURY_DAY + timedelta(days=1)}, {"reports_to": MAY}],
    ids=["other rules", "after its jury", "a commission of a commission"],
)
def test_commission_cannot_report_to_an_unsuitable_jury(scenario: Scenario, changes: dict[str, RulebookId]) -> None:
    scenario.given(planned(JUNE), *commission())
    scenario.when(plan_of(**changes), by=AS_RENEE)
    scenario.then_refused(WrongAwardingJury)


def test_commission_cannot_be_planned_for_a_jury_that_has_opened(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), At(JUNE, (SessionOpened(present=PANEL, opened_on=JURY_DAY),)))
    scenario.when(plan_of(), by=AS_RENEE)
    scenario.then_refused(WrongAwardingJury)


def test_jury_cannot_be_cancelled_before_its_commissions(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), *commission())
    scenario.when(CancelSession(session=JUNE, reason="x"), by=AS_RENEE)
    scenario.then_refused(CommissionsStand, MAY)
    did(scenario, (CancelSession(session=MAY, reason="x"), AS_RENEE))
    scenario.when(CancelSession(session=JUNE, reason="x"), by=AS_RENEE)
    scenario.then_recorded(SessionCancelled)


# Who is called before which


def test_candidate_is_called_before_a_commission_and_its_jury(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *commission())
    for session in (JUNE, MAY):
        scenario.when(SummonCandidate(session=session, candidacy=MARIE_VAE), by=AS_RENEE)
        scenario.then_recorded(CandidateListed, CandidateSummoned)
    assert lawful(scenario)


@pytest.mark.parametrize("other", [APRIL, MARCH], ids=["another commission of it", "another jury"])
def test_candidate_cannot_be_called_before_another_commission_or_another_jury(
    scenario: Scenario, other: SessionId
) -> None:
    called(scenario)
    scenario.given(*(commission(APRIL) if other == APRIL else (planned(MARCH),)))
    scenario.when(SummonCandidate(session=other, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(AlreadySummoned)


def test_candidate_cannot_be_called_before_another_jury_once_their_commission_has_signed(scenario: Scenario) -> None:
    examined(scenario)
    scenario.given(planned(MARCH))
    scenario.when(SummonCandidate(session=MARCH, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(AlreadySummoned)


# What a commission does


def test_commission_needs_no_lawful_composition_but_excludes_tied_members(scenario: Scenario) -> None:
    called(scenario)
    scenario.given(tied(MARC, CANDIDATE))
    did(
        scenario,
        *((SignMemberIn(session=MAY, juror=each), AS_RENEE) for each in MEMBERS),
        (OpenSession(session=MAY), AS_RENEE),
    )
    did(scenario, (NoteCandidatePresent(session=MAY, candidacy=MARIE_VAE), AS_RENEE))
    take_up = OpenDeliberation(session=MAY, candidacy=MARIE_VAE)
    scenario.when(take_up, by=AS_MARC)
    scenario.then_refused(ConflictOfInterest, MARC)
    did(scenario, (RecuseJuror(session=MAY, candidacy=MARIE_VAE, juror=MARC, reason="x"), AS_RENEE))
    scenario.when(take_up, by=actor(NINA, Role.JUROR))
    scenario.then_recorded(DeliberationOpened)


def test_commission_of_one_member_does_not_meet_the_quorum(scenario: Scenario) -> None:
    called(scenario)
    did(
        scenario,
        *((SignMemberIn(session=MAY, juror=each), AS_RENEE) for each in (MARC,)),
        (OpenSession(session=MAY), AS_RENEE),
    )
    scenario.when(OpenDeliberation(session=MAY, candidacy=MARIE_VAE), by=AS_MARC)
    scenario.then_refused(QuorumNotMet)


def test_rulings_of_a_commission_are_provisional(scenario: Scenario) -> None:
    taken_up(scenario)
    scenario.when(PROPOSE, by=AS_MARC)
    said = [
        fact for fact in scenario.then_recorded(*[CompetenceProposed] * 9) if isinstance(fact, CompetenceProposed)
    ]
    assert scenario.log.find(Deliberation, Deliberation.id_of(MAY, MARIE_VAE)).proposed == {
        each.competence: Proposal(commission=MAY, acquired=each.acquired, mark=each.mark) for each in said
    }
    now = standing(RNCP31936, RULES, scenario.store.told)
    assert {(line.state, line.acquired) for line in now.competences[:9]} == {("assessed", True), ("assessed", False)}
    assert {line.state for line in now.blocks} == {"not_decided"}
    assert lawful(scenario)


@pytest.mark.parametrize(
    "command",
    [
        replace(GRANT, session=MAY),
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=MAY, candidacy=MARIE_VAE),
    ],
    ids=lambda each: type(each).__name__,
)
def test_commission_cannot_grant_a_block_or_pronounce_a_title(scenario: Scenario, command: Command) -> None:
    taken_up(scenario)
    did(scenario, (PROPOSE, AS_MARC))
    scenario.when(command, by=AS_MARC)
    scenario.then_refused(CommissionProposes)


def test_commission_must_rule_again_when_a_member_steps_out_after_its_rulings(scenario: Scenario) -> None:
    taken_up(scenario)
    did(
        scenario,
        (PROPOSE, AS_MARC),
        (RecuseJuror(session=MAY, candidacy=MARIE_VAE, juror=LEO, reason="x"), AS_RENEE),
    )
    scenario.when(CloseSession(session=MAY), by=AS_RENEE)
    scenario.then_refused(NotAllDecided)
    now = standing(RNCP31936, RULES, scenario.store.told)
    assert {line.state for line in now.competences[:9]} == {"no_evidence", "evidenced"}
    did(scenario, (PROPOSE, AS_MARC))
    scenario.when(CloseSession(session=MAY), by=AS_RENEE)
    scenario.then_recorded(SessionClosed)


def test_results_of_a_commission_cannot_be_released_without_its_jury(scenario: Scenario) -> None:
    examined(scenario)
    scenario.when(ReleaseResults(session=MAY), by=AS_RENEE)
    scenario.then_refused(CommissionReports)


# What the awarding jury does


def test_jury_cannot_open_before_its_commissions_have_signed_or_been_cancelled(scenario: Scenario) -> None:
    called(scenario)
    scenario.given(signed_in(JUNE))
    opening = OpenSession(session=JUNE)
    scenario.when(opening, by=AS_RENEE)
    scenario.then_refused(CommissionsNotReady, MAY)
    did(scenario, (CancelSession(session=MAY, reason="x"), AS_RENEE))
    scenario.when(opening, by=AS_RENEE)
    scenario.then_recorded(SessionOpened)


def test_jury_cannot_open_while_a_candidate_of_its_commission_is_not_on_its_list(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *commission(), *summoned(MAY, MARIE_VAE))
    scenario.given(At(MAY, (SessionOpened(present=MEMBERS, opened_on=JURY_DAY),)), heard(MARIE_VAE, MAY, MEMBERS))
    scenario.given(At(MAY, (CLOSED,)))
    did(scenario, (SignMinutes(session=MAY), AS_MARC))
    scenario.given(signed_in(JUNE))
    opening = OpenSession(session=JUNE)
    scenario.when(opening, by=AS_RENEE)
    scenario.then_refused(CommissionsNotReady, MARIE_VAE)
    opened = SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY, at=NOON)
    assert scenario.forged(JUNE, opened, by=AS_RENEE) == ["commissions-not-ready"]
    did(scenario, (FreeCandidate(session=MAY, candidacy=MARIE_VAE, reason="x"), AS_RENEE))
    scenario.when(opening, by=AS_RENEE)
    scenario.then_recorded(SessionOpened)


def test_jury_opens_without_candidates_who_were_absent_or_withdrew_at_its_commission(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE), planned(JUNE), *commission())
    scenario.given(*summoned(MAY, MARIE_VAE, SAMIR_VAE))
    did(
        scenario,
        (WithdrawCandidacy(candidacy=SAMIR_VAE, reason="x"), AS_SAMIR),
        *((SignMemberIn(session=MAY, juror=each), AS_RENEE) for each in MEMBERS),
        (OpenSession(session=MAY), AS_RENEE),
        (NoteAbsence(session=MAY, candidacy=MARIE_VAE), AS_RENEE),
        (NoteAbsence(session=MAY, candidacy=SAMIR_VAE), AS_RENEE),
        (CloseSession(session=MAY), AS_RENEE),
        (SignMinutes(session=MAY), AS_MARC),
    )
    scenario.given(planned(MARCH, seats=RENEWED_SEATS))
    did(
        scenario,
        *((SignMemberIn(session=JUNE, juror=each), AS_RENEE) for each in PANEL),
        (OpenSession(session=JUNE), AS_RENEE),
    )
    did(scenario, (SummonCandidate(session=MARCH, candidacy=MARIE_VAE), AS_RENEE))
    assert lawful(scenario)


# Candidates freed from a commission


FREE = FreeCandidate(session=MAY, candidacy=MARIE_VAE, reason="Le jury n'a plus de place.")
TRAVELS = replace(RULES, sessions=SessionRules(commission_work_travels=True))


def let_go(scenario: Scenario, rules: Rules, *, opens: bool = True) -> None:
    """Examine Marie in her commission, free her, and call her before the jury of March, which takes her up if it
    opens."""
    scenario.given(At(RULEBOOK, (RulebookPublished(rules=rules),)))
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *commission(), *summoned(MAY, MARIE_VAE))
    did(
        scenario,
        *((SignMemberIn(session=MAY, juror=each), AS_RENEE) for each in MEMBERS),
        (OpenSession(session=MAY), AS_RENEE),
        (NoteCandidatePresent(session=MAY, candidacy=MARIE_VAE), AS_RENEE),
        (OpenDeliberation(session=MAY, candidacy=MARIE_VAE), AS_MARC),
        (PROPOSE, AS_MARC),
        (CloseSession(session=MAY), AS_RENEE),
        (SignMinutes(session=MAY), AS_MARC),
        (FREE, AS_RENEE),
    )
    scenario.given(planned(MARCH, plan()))
    did(scenario, (SummonCandidate(session=MARCH, candidacy=MARIE_VAE), AS_RENEE))
    if opens:
        did(
            scenario,
            *((SignMemberIn(session=MARCH, juror=each), AS_RENEE) for each in PANEL),
            (OpenSession(session=MARCH), AS_RENEE),
            (NoteCandidatePresent(session=MARCH, candidacy=MARIE_VAE), AS_RENEE),
            (OpenDeliberation(session=MARCH, candidacy=MARIE_VAE), AS_PAUL),
        )


def shown(scenario: Scenario, reader: Actor) -> set[type]:
    return {type(told.fact) for told in disclosed(as_reader(reader), scenario.store.told)}


def test_candidate_freed_before_a_commission_opens_leaves_its_list_for_good(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *commission(), *summoned(MAY, MARIE_VAE))
    did(scenario, (FREE, AS_RENEE))
    assert not scenario.log.load(JurySession, MAY).listed
    scenario.when(SummonCandidate(session=MAY, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(AlreadySummoned)
    did(
        scenario,
        (SummonCandidate(session=JUNE, candidacy=MARIE_VAE), AS_RENEE),
        *((SignMemberIn(session=MAY, juror=each), AS_RENEE) for each in MEMBERS),
        (OpenSession(session=MAY), AS_RENEE),
        (CloseSession(session=MAY), AS_RENEE),
    )
    assert lawful(scenario)


@pytest.mark.parametrize(("attendance", "travels"), [(Attendance.PRESENT, False), (Attendance.ABSENT, True)])
def test_commission_work_that_a_jury_decided_on_is_not_inherited_when_the_decision_is_annulled(
    attendance: Attendance, travels: bool
) -> None:
    """The members stand behind an annulled decision, but not behind an annulled absence."""
    commission = JurySession(id=MAY, freed={MARIE_VAE: True})
    came = Deliberation(id=Deliberation.id_of(JUNE, MARIE_VAE), attendance=attendance)
    said = rebuilt(came, annulled(MARIE_VAE).facts)
    before = (Deliberation(id=Deliberation.id_of(MAY, MARIE_VAE)), said)
    found = inherited((commission, JurySession(id=JUNE)), before, MARIE_VAE)
    assert found == (frozenset({MAY}) if travels else frozenset())


def test_rulings_of_a_commission_do_not_count_for_a_freed_candidate_who_is_examined_again(scenario: Scenario) -> None:
    let_go(scenario, RULES)
    scenario.when(replace(HARMONISE, session=MARCH), by=AS_PAUL)
    scenario.then_refused(NothingProposed)
    now = standing(RNCP31936, RULES, scenario.store.told)
    assert {line.state for line in now.competences[:9]} == {"no_evidence", "evidenced"}
    assert CompetenceProposed not in shown(scenario, AS_PAUL)
    assert lawful(scenario)


def test_freed_candidate_stays_in_the_minutes_only_when_the_commission_had_examined_them() -> None:
    """The other candidates stay on the list; a candidate freed before being examined leaves it."""
    listed = [each for at in summoned(MAY, MARIE_VAE, SAMIR_VAE) if at.stream == MAY for each in at.facts]
    gone = CandidateFreed(candidacy=MARIE_VAE, work_travels=False, reason=Personal("x", CANDIDATE))
    called = session_of([plan(), *listed], MAY)
    before = called.evolve(gone)
    assert before.listed == {SAMIR_VAE}
    assert [each.candidacy for each in before.listings] == [SAMIR_VAE]
    in_session = called.evolve(SessionOpened(present=MEMBERS, opened_on=JURY_DAY))
    assert in_session.evolve(gone).listed == {SAMIR_VAE}
    after = in_session.evolve(SessionClosed()).evolve(gone)
    assert after.listed == {MARIE_VAE, SAMIR_VAE}
    assert [each.candidacy for each in after.listings] == [MARIE_VAE, SAMIR_VAE]


def test_rulings_of_a_commission_follow_a_freed_candidate_when_the_rulebook_allows_it(scenario: Scenario) -> None:
    let_go(scenario, TRAVELS)
    assert [
        told
        for told in disclosed(as_reader(AS_PAUL), scenario.store.told)
        if isinstance(told.fact, CompetenceProposed)
    ]
    assert not [
        told
        for told in disclosed(as_reader(AS_MARIE), scenario.store.told)
        if isinstance(told.fact, CompetenceProposed)
    ]
    did(scenario, (replace(HARMONISE, session=MARCH), AS_PAUL), (replace(GRANT, session=MARCH), AS_PAUL))
    did(
        scenario,
        (DeferDecisions(session=MARCH, candidacy=MARIE_VAE, reason="x"), AS_PAUL),
        (CloseSession(session=MARCH), AS_RENEE),
        (SignMinutes(session=MARCH), AS_PAUL),
        (ReleaseResults(session=MARCH), AS_RENEE),
    )
    assert [
        told
        for told in disclosed(as_reader(AS_MARIE), scenario.store.told)
        if isinstance(told.fact, CompetenceProposed)
    ]
    assert lawful(scenario)


def test_replay_finds_a_candidate_freed_wrongly_or_with_work_that_may_not_follow_them(scenario: Scenario) -> None:
    examined(scenario)
    gone = CandidateFreed(candidacy=MARIE_VAE, work_travels=False, reason=Personal("x", CANDIDATE))
    scenario.when(FREE, by=AS_RENEE)
    scenario.then_refused(NotToBeFreed, MARIE_VAE)
    assert scenario.forged(MAY, gone, by=AS_RENEE) == ["not-to-be-freed"]
    assert scenario.forged(JUNE, replace(gone, work_travels=True), by=AS_RENEE) == ["decided-otherwise"]
    did(scenario, (CancelSession(session=JUNE, reason="x"), AS_RENEE))
    assert scenario.forged(MAY, gone, by=AS_RENEE) == []
    assert scenario.forged(MAY, replace(gone, work_travels=True), by=AS_RENEE) == ["decided-otherwise"]
    did(scenario, (FREE, AS_RENEE))
    scenario.given(planned(MARCH, plan()))
    listed = CandidateListed(candidacy=MARIE_VAE, candidate=CANDIDATE, inherits=(MAY,))
    called = At(MARIE_VAE, (CandidateSummoned(session=MARCH),))
    assert scenario.forged_together(At(MARCH, (listed,)), called, by=AS_RENEE) == ["decided-otherwise"]
    assert scenario.forged_together(At(MARCH, (replace(listed, inherits=()),)), called, by=AS_RENEE) == []


def test_awarding_jury_adopts_the_commissions_rulings_except_those_it_harmonises_with_a_reason(
    scenario: Scenario,
) -> None:
    before_the_awarding_jury(scenario)
    scenario.when(replace(HARMONISE, changed=(replace(SEVEN, reason=" "),)), by=AS_PAUL)
    scenario.then_refused(ReasonRequired, 7)
    scenario.when(HARMONISE, by=AS_PAUL)
    ruled = scenario.then_recorded(*[CompetenceRuled] * 9)
    said = {fact.competence: (fact.acquired, fact.harmonises) for fact in ruled if isinstance(fact, CompetenceRuled)}
    assert said == {n: (n in {1, 2, 3, 4, 7, 9}, MAY if n == 7 else None) for n in range(1, 10)}
    assert lawful(scenario)


def test_awarding_jury_needs_no_reason_of_its_own_when_it_follows_the_commission(scenario: Scenario) -> None:
    """A competence not acquired needs a reason, and the commission gave one."""
    before_the_awarding_jury(scenario)
    one = RuleCompetences(session=JUNE, candidacy=MARIE_VAE, rulings=(Ruling(competence=5, acquired=False),))
    scenario.when(one, by=AS_PAUL)
    scenario.then_recorded(CompetenceRuled)


def test_block_is_granted_on_the_rulings_of_the_jury_and_not_of_its_commission(scenario: Scenario) -> None:
    before_the_awarding_jury(scenario)
    scenario.when(GRANT, by=AS_PAUL)
    scenario.then_refused(BlockNotAssessed)
    did(scenario, (replace(HARMONISE, changed=()), AS_PAUL))
    scenario.when(GRANT, by=AS_PAUL)
    scenario.then_refused(BlockRuleNotMet)
    did(scenario, (HARMONISE, AS_PAUL))
    scenario.when(GRANT, by=AS_PAUL)
    scenario.then(unanimous(MARIE_VAE, JUNE), BlockGranted(session=JUNE, candidacy=MARIE_VAE, block=1))


def test_jury_cannot_harmonise_when_no_commission_ruled(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *summoned(JUNE, MARIE_VAE))
    did(
        scenario,
        *((SignMemberIn(session=JUNE, juror=each), AS_RENEE) for each in PANEL),
        (OpenSession(session=JUNE), AS_RENEE),
        (NoteCandidatePresent(session=JUNE, candidacy=MARIE_VAE), AS_RENEE),
        (OpenDeliberation(session=JUNE, candidacy=MARIE_VAE), AS_PAUL),
    )
    scenario.when(HARMONISE, by=AS_PAUL)
    scenario.then_refused(NothingProposed)


def test_results_of_a_commission_are_released_with_those_of_its_jury(scenario: Scenario) -> None:
    awarded(scenario)
    scenario.when(ReleaseResults(session=JUNE), by=AS_RENEE)
    released = ResultsReleased(released_on=JURY_DAY)
    scenario.then(released, released)
    assert lawful(scenario)
    decision = Deliberation.id_of(MAY, MARIE_VAE)
    assert scenario.store.facts(decision)
    review = RequestReview(session=MAY, candidacy=MARIE_VAE, ground=ComplaintGround.PROCEDURAL, statement="x")
    scenario.when(review, by=AS_MARIE)
    scenario.then_refused(DecisionNotReleased)


def awarded(scenario: Scenario) -> None:
    before_the_awarding_jury(scenario)
    did(
        scenario,
        (HARMONISE, AS_PAUL),
        (GRANT, AS_PAUL),
        (DeferDecisions(session=JUNE, candidacy=MARIE_VAE, reason="x"), AS_PAUL),
        (CloseSession(session=JUNE), AS_RENEE),
        (SignMinutes(session=JUNE), AS_PAUL),
    )


# Who may read the proposals


def proposals_seen(scenario: Scenario, reader: Any) -> int:
    try:
        facts = disclosed(as_reader(reader), scenario.store.told)
    except NotFound:
        return -1
    return sum(isinstance(told.fact, CompetenceProposed) for told in facts)


def test_proposals_are_visible_to_the_commission_and_to_its_open_jury_but_not_to_the_candidate(
    scenario: Scenario,
) -> None:
    examined(scenario)
    assert proposals_seen(scenario, AS_MARC) == 9
    assert proposals_seen(scenario, AS_PAUL) == 0
    assert proposals_seen(scenario, AS_MARIE) == 0
    did(
        scenario,
        *((SignMemberIn(session=JUNE, juror=each), AS_RENEE) for each in PANEL),
        (OpenSession(session=JUNE), AS_RENEE),
        (NoteCandidatePresent(session=JUNE, candidacy=MARIE_VAE), AS_RENEE),
        (OpenDeliberation(session=JUNE, candidacy=MARIE_VAE), AS_PAUL),
        (HARMONISE, AS_PAUL),
        (GRANT, AS_PAUL),
    )
    assert proposals_seen(scenario, AS_PAUL) == 9
    assert not [t for t in disclosed(as_reader(AS_MARC), scenario.store.told) if isinstance(t.fact, CompetenceRuled)]
    assert standing_for(as_reader(AS_MARC), RNCP31936, RULES, scenario.store.told).blocks[0].state == "not_decided"
    assert standing_for(as_reader(AS_MARIE), RNCP31936, RULES, scenario.store.told).blocks[0].state == "not_decided"


def test_proposals_and_decisions_are_visible_to_the_candidate_once_released(scenario: Scenario) -> None:
    awarded(scenario)
    assert proposals_seen(scenario, AS_MARIE) == 0
    did(scenario, (ReleaseResults(session=JUNE), AS_RENEE))
    assert proposals_seen(scenario, AS_MARIE) == 9
    assert standing_for(as_reader(AS_MARIE), RNCP31936, RULES, scenario.store.told).blocks[0].state == "granted"


def test_tally_counts_how_each_commission_ruled_on_a_competence() -> None:
    ayes = Deliberation(id=MAY, proposed={7: Proposal(commission=MAY, acquired=True)})
    noes = Deliberation(id=MAY, proposed={7: Proposal(commission=MAY, acquired=False)})
    assert tally([ayes, noes, noes]) == (Tally(competence=7, acquired=1, ruled=3),)


# Refusals


def test_commission_cannot_rule_on_a_block_that_the_candidate_does_not_seek(scenario: Scenario) -> None:
    taken_up(scenario)
    scenario.given(At(MARIE_VAE, (BlocksSought(blocks=(1,), sought_on=JURY_DAY),)))
    ten = RuleCompetences(session=MAY, candidacy=MARIE_VAE, rulings=(Ruling(competence=10, acquired=True),))
    scenario.when(ten, by=AS_MARC)
    scenario.then_refused(BlockNotSought, 2)


def test_candidacy_called_before_two_sessions_at_the_same_moment_is_called_before_one(scenario: Scenario) -> None:
    """When two registrars call it together, the second command runs again on the new state and is refused."""
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), planned(MARCH))
    first = SummonCandidate(session=JUNE, candidacy=MARIE_VAE)
    second = SummonCandidate(session=MARCH, candidacy=MARIE_VAE)
    request = Request(actor=AS_RENEE, append_id=uuid4(), today=JURY_DAY, hour=NOON)
    during = Meanwhile(second, lambda: execute(first, scenario.store, request))
    scenario.when(during, by=AS_RENEE)
    assert isinstance(scenario.outcome, AlreadySummoned)
    called_before = [told.stamp.stream for told in scenario.store.told if isinstance(told.fact, CandidateListed)]
    assert called_before == [JUNE]


def test_rulings_of_a_commission_cannot_be_rectified(scenario: Scenario) -> None:
    examined(scenario)
    minuted = Minuted(rulings={7: True})
    wrong = ProposeRectification(session=MAY, candidacy=MARIE_VAE, minuted=minuted, reason="x")
    scenario.when(wrong, by=AS_RENEE)
    scenario.then_refused(NotReady)


def test_no_deadline_runs_from_a_commission(scenario: Scenario) -> None:
    """The law's days run from the decision of a jury; a commission decides nothing."""
    examined(scenario)
    candidacy = scenario.log.find(Candidacy, MARIE_VAE)
    commission, jury = times_of_sessions(candidacy, scenario.log.find)
    assert (commission.session, jury.session) == (MAY, JUNE)
    assert commission.opened_on
    assert (commission.decided, commission.met, commission.titled) == (False, False, False)


def test_competence_whose_marks_a_sanction_voided_cannot_be_harmonised_into_acquired(scenario: Scenario) -> None:
    before_the_awarding_jury(scenario)
    scenario.given(voided(1, 7))
    scenario.when(HARMONISE, by=AS_PAUL)
    scenario.then_refused(MarksVoid)
    taken = (Ruling(competence=1, acquired=False, reason="x"), replace(SEVEN, acquired=False))
    scenario.when(replace(HARMONISE, changed=taken), by=AS_PAUL)
    assert not isinstance(scenario.outcome, Exception), scenario.outcome


def voided(*competences: int) -> At:
    """Void the marks of these competences of Marie's by a sanction."""
    reason = Personal("x", CANDIDATE)
    said = FraudReported(
        case=uuid4(),
        candidacy=MARIE_VAE,
        reported_by=PAUL,
        session=JUNE,
        sitting=None,
        evidence=(),
        competences=competences,
        statement=reason,
    )
    void = SanctionPronounced(
        case=said.case,
        candidacy=MARIE_VAE,
        sanction="N",
        kind=SanctionKind.MARKS_VOID,
        competences=competences,
        until=None,
        reason=reason,
        juries=(MAY, JUNE),
        pronounced_by=RENEE,
    )
    return At(Fraud.id_of(CANDIDATE), (said, void))


def test_commission_cannot_propose_as_acquired_a_competence_whose_marks_a_sanction_voided(scenario: Scenario) -> None:
    taken_up(scenario)
    scenario.given(voided(1))
    scenario.when(PROPOSE, by=AS_MARC)
    scenario.then_refused(MarksVoid, 1)
    said = CompetenceProposed(session=MAY, candidacy=MARIE_VAE, competence=1, acquired=True, attempt=1)
    here = Deliberation.id_of(MAY, MARIE_VAE)
    assert scenario.forged(here, said, by=AS_MARC) == ["marks-void"]
    assert scenario.forged(here, replace(said, competence=2), by=AS_MARC) == []


# Rulings of a commission with a member who may not decide

REOPEN = ReopenDeliberation(session=MAY, candidacy=MARIE_VAE, reason="Un lien a été découvert.")


def test_deliberation_of_a_commission_is_reopened_when_its_jury_was_cancelled(scenario: Scenario) -> None:
    examined(scenario)
    scenario.given(tied(NINA, CANDIDATE))
    did(scenario, (CancelSession(session=JUNE, reason="x"), AS_RENEE))
    scenario.when(REOPEN, by=AS_RENEE)
    scenario.then_recorded(SessionReopened, JurorRecused)


def test_deliberation_of_a_commission_cannot_be_reopened_once_a_jury_that_uses_it_has_opened(
    scenario: Scenario,
) -> None:
    """That jury is its own, or one that inherits its work."""
    let_go(scenario, TRAVELS)
    scenario.given(tied(NINA, CANDIDATE))
    scenario.when(REOPEN, by=AS_RENEE)
    scenario.then_refused(SessionNotPlanned, MARCH)
    here = Deliberation.id_of(MAY, MARIE_VAE)
    out = JurorRecused(session=MAY, candidacy=MARIE_VAE, juror=NINA, reason=Personal("x", NINA))
    undone = At(MAY, (SessionReopened(candidacy=MARIE_VAE),)), At(here, (out,))
    assert scenario.forged_together(*undone, by=AS_RENEE) == ["session-not-open"]  # the session is closed to recusals


def let_go_and_undone(scenario: Scenario) -> None:
    """Free Marie, call her before the jury of March, and reopen her commission while its own jury sits without
    her."""
    let_go(scenario, TRAVELS, opens=False)
    scenario.given(tied(NINA, CANDIDATE))
    did(
        scenario,
        *((SignMemberIn(session=JUNE, juror=each), AS_RENEE) for each in PANEL),
        (OpenSession(session=JUNE), AS_RENEE),
        (REOPEN, AS_RENEE),
    )


def test_jury_cannot_open_while_a_commission_whose_work_it_inherits_rules_again(scenario: Scenario) -> None:
    let_go_and_undone(scenario)
    scenario.given(signed_in(MARCH, PANEL))
    scenario.when(OpenSession(session=MARCH), by=AS_RENEE)
    scenario.then_refused(CommissionsNotReady, MAY)
    did(
        scenario,
        (PROPOSE, AS_MARC),
        (CloseSession(session=MAY), AS_RENEE),
        (SignMinutes(session=MAY), AS_MARC),
        (OpenSession(session=MARCH), AS_RENEE),
    )


def test_jury_cannot_release_results_while_its_commission_rules_again(scenario: Scenario) -> None:
    let_go_and_undone(scenario)
    did(scenario, (CloseSession(session=JUNE), AS_RENEE), (SignMinutes(session=JUNE), AS_PAUL))
    scenario.when(ReleaseResults(session=JUNE), by=AS_RENEE)
    scenario.then_refused(MinutesNotSigned, MAY)
    did(
        scenario,
        (PROPOSE, AS_MARC),
        (CloseSession(session=MAY), AS_RENEE),
        (SignMinutes(session=MAY), AS_MARC),
    )
    scenario.when(ReleaseResults(session=JUNE), by=AS_RENEE)
    scenario.then_recorded(ResultsReleased, ResultsReleased)
