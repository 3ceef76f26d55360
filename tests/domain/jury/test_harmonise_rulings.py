"""What do commissions rule, and what does the jury that awards make of it? (ambiguity A09 of the sheet)"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.appeal.facts import Ground
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
from domain.jury.vote import Outcome
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
    outcome=Outcome.UNANIMOUS, session=JUNE, candidacy=MARIE_VAE, decisions=(BlockDecision(block=1, granted=True),)
)


def commission(session: SessionId = MAY) -> tuple[At, ...]:
    return (
        planned(session, replace(plan(), reports_to=JUNE), COMMISSION_SEATS),
        At(JUNE, (CommissionNamed(commission=session),)),
    )


def called(scenario: Scenario) -> None:
    """A jury and its commission; Marie is on both lists."""
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *commission())
    scenario.given(*summoned(MAY, MARIE_VAE), *summoned(JUNE, MARIE_VAE))


def did(scenario: Scenario, *commands: tuple[Command, Any]) -> None:
    for command, by in commands:
        scenario.when(command, by=by)
        assert not isinstance(scenario.outcome, Exception), f"{command}: {scenario.outcome!r}"


def taken_up(scenario: Scenario) -> None:
    """The commission sits, and has taken her up."""
    called(scenario)
    did(
        scenario,
        *((SignMemberIn(session=MAY, juror=each), AS_RENEE) for each in MEMBERS),
        (OpenSession(session=MAY), AS_RENEE),
        (NoteCandidatePresent(session=MAY, candidacy=MARIE_VAE), AS_RENEE),
        (OpenDeliberation(session=MAY, candidacy=MARIE_VAE), AS_MARC),
    )


def examined(scenario: Scenario) -> None:
    """The commission has examined her, and its minutes are signed."""
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
    """Whether the replay would have let every command be recorded."""
    sent = {told.stamp.position for told in scenario.store.told if told.stamp.by is not None}
    return not [found for found in replay(scenario.store.told) if found.position in sent]


# Calling a commission


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


def test_a_commission_reports_to_a_jury_and_the_fact_says_so(scenario: Scenario) -> None:
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
def test_not_to_any_jury(scenario: Scenario, changes: dict[str, RulebookId]) -> None:
    scenario.given(planned(JUNE), *commission())
    scenario.when(plan_of(**changes), by=AS_RENEE)
    scenario.then_refused(WrongAwardingJury)


def test_a_jury_that_has_opened_gets_no_more_commissions(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), At(JUNE, (SessionOpened(present=PANEL, opened_on=JURY_DAY),)))
    scenario.when(plan_of(), by=AS_RENEE)
    scenario.then_refused(WrongAwardingJury)


def test_a_jury_is_called_off_after_its_commissions(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), *commission())
    scenario.when(CancelSession(session=JUNE, reason="x"), by=AS_RENEE)
    scenario.then_refused(CommissionsStand, MAY)
    did(scenario, (CancelSession(session=MAY, reason="x"), AS_RENEE))
    scenario.when(CancelSession(session=JUNE, reason="x"), by=AS_RENEE)
    scenario.then_recorded(SessionCancelled)


# Who is called before which


def test_a_candidate_is_called_before_a_commission_and_its_jury(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *commission())
    for session in (JUNE, MAY):
        scenario.when(SummonCandidate(session=session, candidacy=MARIE_VAE), by=AS_RENEE)
        scenario.then_recorded(CandidateListed, CandidateSummoned)
    assert lawful(scenario)


@pytest.mark.parametrize("other", [APRIL, MARCH], ids=["another commission of it", "another jury"])
def test_two_sessions_do_not_decide_the_same_candidacy_at_once(scenario: Scenario, other: SessionId) -> None:
    called(scenario)
    scenario.given(*(commission(APRIL) if other == APRIL else (planned(MARCH),)))
    scenario.when(SummonCandidate(session=other, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(AlreadySummoned)


def test_nor_does_another_jury_once_the_commission_is_done(scenario: Scenario) -> None:
    examined(scenario)
    scenario.given(planned(MARCH))
    scenario.when(SummonCandidate(session=MARCH, candidacy=MARIE_VAE), by=AS_RENEE)
    scenario.then_refused(AlreadySummoned)


# What a commission does


def test_its_composition_is_the_certifier_s_and_its_ties_count(scenario: Scenario) -> None:
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


def test_one_member_alone_is_no_commission(scenario: Scenario) -> None:
    called(scenario)
    did(
        scenario,
        *((SignMemberIn(session=MAY, juror=each), AS_RENEE) for each in (MARC,)),
        (OpenSession(session=MAY), AS_RENEE),
    )
    scenario.when(OpenDeliberation(session=MAY, candidacy=MARIE_VAE), by=AS_MARC)
    scenario.then_refused(QuorumNotMet)


def test_what_it_rules_is_provisional(scenario: Scenario) -> None:
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
        RecordDecision(outcome=Outcome.UNANIMOUS, title=True, session=MAY, candidacy=MARIE_VAE),
    ],
    ids=lambda each: type(each).__name__,
)
def test_it_grants_and_pronounces_nothing(scenario: Scenario, command: Command) -> None:
    taken_up(scenario)
    did(scenario, (PROPOSE, AS_MARC))
    scenario.when(command, by=AS_MARC)
    scenario.then_refused(CommissionProposes)


def test_a_member_who_steps_out_late_has_it_rule_anew(scenario: Scenario) -> None:
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


def test_its_rulings_are_released_with_its_jury_s_and_never_alone(scenario: Scenario) -> None:
    examined(scenario)
    scenario.when(ReleaseResults(session=MAY), by=AS_RENEE)
    scenario.then_refused(CommissionReports)


# What the awarding jury does


def test_a_jury_opens_once_its_commissions_have_signed(scenario: Scenario) -> None:
    called(scenario)
    scenario.given(signed_in(JUNE))
    opening = OpenSession(session=JUNE)
    scenario.when(opening, by=AS_RENEE)
    scenario.then_refused(CommissionsNotReady, MAY)
    did(scenario, (CancelSession(session=MAY, reason="x"), AS_RENEE))
    scenario.when(opening, by=AS_RENEE)
    scenario.then_recorded(SessionOpened)


def test_and_forgets_none_of_their_candidates(scenario: Scenario) -> None:
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


def test_who_was_not_heard_or_has_withdrawn_is_not_waited_for(scenario: Scenario) -> None:
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


# Whom it lets go


FREE = FreeCandidate(session=MAY, candidacy=MARIE_VAE, reason="Le jury n'a plus de place.")
TRAVELS = replace(RULES, sessions=SessionRules(commission_work_travels=True))


def let_go(scenario: Scenario, rules: Rules, *, opens: bool = True) -> None:
    """Examined by her commission, and let go before the jury of March, which takes her up, if it opens."""
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


def test_before_it_opens_they_leave_its_list_and_do_not_come_back(scenario: Scenario) -> None:
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
def test_work_that_a_jury_decided_on_travels_no_further_when_that_is_annulled(
    attendance: Attendance, travels: bool
) -> None:
    """Its members stand behind the annulled decision; behind an absence that is annulled stands nobody."""
    commission = JurySession(id=MAY, freed={MARIE_VAE: True})
    came = Deliberation(id=Deliberation.id_of(JUNE, MARIE_VAE), attendance=attendance)
    said = rebuilt(came, annulled(MARIE_VAE).facts)
    before = (Deliberation(id=Deliberation.id_of(MAY, MARIE_VAE)), said)
    found = inherited((commission, JurySession(id=JUNE)), before, MARIE_VAE)
    assert found == (frozenset({MAY}) if travels else frozenset())


def test_what_it_ruled_counts_nowhere_and_they_are_examined_again(scenario: Scenario) -> None:
    let_go(scenario, RULES)
    scenario.when(replace(HARMONISE, session=MARCH), by=AS_PAUL)
    scenario.then_refused(NothingProposed)
    now = standing(RNCP31936, RULES, scenario.store.told)
    assert {line.state for line in now.competences[:9]} == {"no_evidence", "evidenced"}
    assert CompetenceProposed not in shown(scenario, AS_PAUL)
    assert lawful(scenario)


def test_the_others_on_its_list_stay_on_it_and_who_was_examined_stays_in_its_minutes() -> None:
    """Nobody is looked for elsewhere: who was let go without having been examined is on its list no more."""
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


def test_unless_the_rulebook_lets_its_work_travel(scenario: Scenario) -> None:
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


def test_the_replay_finds_who_was_let_go_wrongly_or_with_work_that_does_not_travel(scenario: Scenario) -> None:
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


def test_it_rules_as_the_commission_did_but_where_it_harmonises_with_a_reason(scenario: Scenario) -> None:
    before_the_awarding_jury(scenario)
    scenario.when(replace(HARMONISE, changed=(replace(SEVEN, reason=" "),)), by=AS_PAUL)
    scenario.then_refused(ReasonRequired, 7)
    scenario.when(HARMONISE, by=AS_PAUL)
    ruled = scenario.then_recorded(*[CompetenceRuled] * 9)
    said = {fact.competence: (fact.acquired, fact.harmonises) for fact in ruled if isinstance(fact, CompetenceRuled)}
    assert said == {n: (n in {1, 2, 3, 4, 7, 9}, MAY if n == 7 else None) for n in range(1, 10)}
    assert lawful(scenario)


def test_the_reasons_of_the_commission_stand_where_it_is_followed(scenario: Scenario) -> None:
    """A competence not acquired needs a reason: the commission gave it."""
    before_the_awarding_jury(scenario)
    one = RuleCompetences(session=JUNE, candidacy=MARIE_VAE, rulings=(Ruling(competence=5, acquired=False),))
    scenario.when(one, by=AS_PAUL)
    scenario.then_recorded(CompetenceRuled)


def test_a_block_is_granted_on_the_jury_s_rulings_not_the_commission_s(scenario: Scenario) -> None:
    before_the_awarding_jury(scenario)
    scenario.when(GRANT, by=AS_PAUL)
    scenario.then_refused(BlockNotAssessed)
    did(scenario, (replace(HARMONISE, changed=()), AS_PAUL))
    scenario.when(GRANT, by=AS_PAUL)
    scenario.then_refused(BlockRuleNotMet)
    did(scenario, (HARMONISE, AS_PAUL))
    scenario.when(GRANT, by=AS_PAUL)
    scenario.then(unanimous(MARIE_VAE, JUNE), BlockGranted(session=JUNE, candidacy=MARIE_VAE, block=1))


def test_there_is_nothing_to_harmonise_where_no_commission_ruled(scenario: Scenario) -> None:
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


def test_the_commission_s_results_come_out_with_the_jury_s(scenario: Scenario) -> None:
    awarded(scenario)
    scenario.when(ReleaseResults(session=JUNE), by=AS_RENEE)
    released = ResultsReleased(released_on=JURY_DAY)
    scenario.then(released, released)
    assert lawful(scenario)
    decision = Deliberation.id_of(MAY, MARIE_VAE)
    assert scenario.store.facts(decision)
    review = RequestReview(session=MAY, candidacy=MARIE_VAE, ground=Ground.PROCEDURAL, statement="x")
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


# Who sees what


def proposals_seen(scenario: Scenario, reader: Any) -> int:
    try:
        facts = disclosed(as_reader(reader), scenario.store.told)
    except NotFound:
        return -1
    return sum(isinstance(told.fact, CompetenceProposed) for told in facts)


def test_a_commission_sees_its_own_the_jury_all_of_them_once_it_is_open_and_the_candidate_nothing(
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


def test_all_is_the_candidate_s_to_see_once_released(scenario: Scenario) -> None:
    awarded(scenario)
    assert proposals_seen(scenario, AS_MARIE) == 0
    did(scenario, (ReleaseResults(session=JUNE), AS_RENEE))
    assert proposals_seen(scenario, AS_MARIE) == 9
    assert standing_for(as_reader(AS_MARIE), RNCP31936, RULES, scenario.store.told).blocks[0].state == "granted"


def test_a_tally_says_how_each_commission_ruled() -> None:
    ayes = Deliberation(id=MAY, proposed={7: Proposal(commission=MAY, acquired=True)})
    noes = Deliberation(id=MAY, proposed={7: Proposal(commission=MAY, acquired=False)})
    assert tally([ayes, noes, noes]) == (Tally(competence=7, acquired=1, ruled=3),)


# Bad input


def test_a_commission_rules_on_no_block_that_the_candidate_never_sought(scenario: Scenario) -> None:
    taken_up(scenario)
    scenario.given(At(MARIE_VAE, (BlocksSought(blocks=(1,), sought_on=JURY_DAY),)))
    ten = RuleCompetences(session=MAY, candidacy=MARIE_VAE, rulings=(Ruling(competence=10, acquired=True),))
    scenario.when(ten, by=AS_MARC)
    scenario.then_refused(BlockNotSought, 2)


def test_one_candidacy_called_before_two_sessions_at_the_same_moment_is_called_before_one(scenario: Scenario) -> None:
    """Two registrars at once: the second is run again on what the first has recorded, and refused."""
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), planned(MARCH))
    first = SummonCandidate(session=JUNE, candidacy=MARIE_VAE)
    second = SummonCandidate(session=MARCH, candidacy=MARIE_VAE)
    request = Request(actor=AS_RENEE, append_id=uuid4(), today=JURY_DAY, hour=NOON)
    during = Meanwhile(second, lambda: execute(first, scenario.store, request))
    scenario.when(during, by=AS_RENEE)
    assert isinstance(scenario.outcome, AlreadySummoned)
    called_before = [told.stamp.stream for told in scenario.store.told if isinstance(told.fact, CandidateListed)]
    assert called_before == [JUNE]


def test_what_a_commission_ruled_is_not_rectified_its_jury_rules_otherwise(scenario: Scenario) -> None:
    examined(scenario)
    minuted = Minuted(rulings={7: True})
    wrong = ProposeRectification(session=MAY, candidacy=MARIE_VAE, minuted=minuted, reason="x")
    scenario.when(wrong, by=AS_RENEE)
    scenario.then_refused(NotReady)


def test_no_time_runs_from_a_commission(scenario: Scenario) -> None:
    """A candidate is told within the law's days of what the jury decided; a commission decides nothing."""
    examined(scenario)
    candidacy = scenario.log.find(Candidacy, MARIE_VAE)
    commission, jury = times_of_sessions(candidacy, scenario.log.find)
    assert (commission.session, jury.session) == (MAY, JUNE)
    assert commission.opened_on
    assert (commission.decided, commission.met, commission.titled) == (False, False, False)


def test_a_competence_whose_marks_a_sanction_took_away_is_not_harmonised_into_acquired(scenario: Scenario) -> None:
    before_the_awarding_jury(scenario)
    scenario.given(voided(1, 7))
    scenario.when(HARMONISE, by=AS_PAUL)
    scenario.then_refused(MarksVoid)
    taken = (Ruling(competence=1, acquired=False, reason="x"), replace(SEVEN, acquired=False))
    scenario.when(replace(HARMONISE, changed=taken), by=AS_PAUL)
    assert not isinstance(scenario.outcome, Exception), scenario.outcome


def voided(*competences: int) -> At:
    """A sanction took away the marks of these competences of Marie's."""
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


def test_nor_does_its_commission_propose_it_and_the_replay_finds_one_that_did(scenario: Scenario) -> None:
    taken_up(scenario)
    scenario.given(voided(1))
    scenario.when(PROPOSE, by=AS_MARC)
    scenario.then_refused(MarksVoid, 1)
    said = CompetenceProposed(session=MAY, candidacy=MARIE_VAE, competence=1, acquired=True, attempt=1)
    here = Deliberation.id_of(MAY, MARIE_VAE)
    assert scenario.forged(here, said, by=AS_MARC) == ["marks-void"]
    assert scenario.forged(here, replace(said, competence=2), by=AS_MARC) == []


# What a commission ruled with a member who may not decide

REOPEN = ReopenDeliberation(session=MAY, candidacy=MARIE_VAE, reason="Un lien a été découvert.")


def test_it_is_undone_where_its_jury_was_called_off(scenario: Scenario) -> None:
    examined(scenario)
    scenario.given(tied(NINA, CANDIDATE))
    did(scenario, (CancelSession(session=JUNE, reason="x"), AS_RENEE))
    scenario.when(REOPEN, by=AS_RENEE)
    scenario.then_recorded(SessionReopened, JurorRecused)


def test_but_not_once_a_jury_has_opened_that_rules_on_it(scenario: Scenario) -> None:
    """Its own, or one that inherits its work."""
    let_go(scenario, TRAVELS)
    scenario.given(tied(NINA, CANDIDATE))
    scenario.when(REOPEN, by=AS_RENEE)
    scenario.then_refused(SessionNotPlanned, MARCH)
    here = Deliberation.id_of(MAY, MARIE_VAE)
    out = JurorRecused(session=MAY, candidacy=MARIE_VAE, juror=NINA, reason=Personal("x", NINA))
    undone = At(MAY, (SessionReopened(candidacy=MARIE_VAE),)), At(here, (out,))
    assert scenario.forged_together(*undone, by=AS_RENEE) == ["session-not-open"]  # nor can anybody step out


def let_go_and_undone(scenario: Scenario) -> None:
    """Let go before the jury of March, and her commission, whose own jury sits without her, sits again on her."""
    let_go(scenario, TRAVELS, opens=False)
    scenario.given(tied(NINA, CANDIDATE))
    did(
        scenario,
        *((SignMemberIn(session=JUNE, juror=each), AS_RENEE) for each in PANEL),
        (OpenSession(session=JUNE), AS_RENEE),
        (REOPEN, AS_RENEE),
    )


def test_nor_does_a_jury_open_that_inherits_what_is_being_ruled_anew(scenario: Scenario) -> None:
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


def test_nor_does_its_own_jury_make_known_what_its_commission_still_rules_on(scenario: Scenario) -> None:
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
