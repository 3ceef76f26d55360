"""Blocks won elsewhere that count in a candidacy, what prevents this, and what falls when they fall."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from domain.appeal.facts import CourtRuled
from domain.appeal.rectification import Minuted
from domain.appeal.review import Unreasoned
from domain.candidacy.candidacy import AlreadyDecided, Candidacy, OwnWork
from domain.candidacy.candidacy_life import NotLapsed
from domain.candidacy.credit import Credit, JurySitting, NotCredited, NothingCarriesOver, Won
from domain.candidacy.facts import (
    BlockCarriedOver,
    BlockSatisfied,
    CandidacyLapsed,
    CandidacyOpened,
    CandidateSummoned,
    CountedElsewhere,
    CreditFell,
    CreditRestored,
    Fall,
    RulebookAccepted,
)
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.candidacy.carry_over_blocks import CarryOverBlocks
from domain.commands.candidacy.lapse_candidacy import LapseCandidacy
from domain.commands.candidacy.withdraw_credit import WithdrawCredit
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.rule_competences import RuleCompetences
from domain.deadlines.deadline import Duty
from domain.deadlines.due import deadlines
from domain.fact import Personal
from domain.framework.definition import Route
from domain.framework.facts import CorrespondenceWithdrawn, FrameworkPublished
from domain.fraud.facts import CandidateHeardOnFraud, FraudFound, FraudReported, FraudToldToCandidate
from domain.fraud.fraud import Fraud
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    CandidateListed,
    DecisionAnnulled,
    DecisionRestored,
    DecisionVoted,
    TitleFell,
    TitlePronounced,
)
from domain.jury.granting import BlocksMissing
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.people.facts import RoleGranted
from domain.ports import SYSTEM, Actor, EvidenceId, Request, Role
from domain.refusal import Forbidden
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.journey_rules import JourneyRules
from domain.rulebook.rules import Rules
from domain.standing.standing import standing
from domain.standing.why import why
from tests.given.domain.blocks_elsewhere import AGAIN, NEW, NEXT, OPEN, PARTIAL, SECOND, TABLE
from tests.given.domain.known_facts import SESSIONS, told
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    CLOSED,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    PAUL,
    RNCP31936,
    RULEBOOK,
    RULES,
    SAMIR,
    actor,
    annulled,
    before_the_jury,
    ended,
    granted,
    heard,
    known,
    not_granted,
    opened,
    plan,
    planned,
    pronounced,
    ruled,
    unanimous,
    won,
)
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import NOON, At, Scenario, rebuilt

OPENED = CandidacyOpened(candidate=MARIE, framework=SECOND, rulebook=RULEBOOK, route=Route.FI, opened_on=LATER_DAY)


def carried(block: int) -> BlockCarriedOver:
    return BlockCarriedOver(
        candidacy=AGAIN,
        block=block,
        earlier=MARIE_VAE,
        framework=FRAMEWORK,
        blocks=(3,),
        sessions=(JUNE,),
        granted_on=JURY_DAY,
    )


FELL = date(2023, 5, 2)
SIX_MONTHS = replace(RULES, journeys=JourneyRules(lapses_after_months=6))
COUNTED = CountedElsewhere(candidacy=MARIE_VAE, later=AGAIN)


def unlawful(scenario: Scenario, since: int) -> list[object]:
    return [each for each in replay(scenario.store.told) if each.position > since]


@pytest.mark.parametrize("who", [AS_MARIE, AS_RENEE], ids=["candidate", "registrar"])
def test_blocks_of_a_correspondence_count_when_the_candidacy_opens(scenario: Scenario, who: Actor) -> None:
    """RNCP 31936, A18: carry-over to a successor only by an explicit correspondence."""
    scenario.given(*PARTIAL, ended(), NEW)
    start = len(scenario.store.told)
    scenario.when(OPEN, by=who, on=LATER_DAY)
    scenario.then(OPENED, carried(1), carried(2), COUNTED)
    assert unlawful(scenario, start) == []


def test_blocks_of_a_correspondence_count_for_a_candidate_who_accepts_the_rulebook_when_applying(
    scenario: Scenario,
) -> None:
    scenario.given(*PARTIAL, ended(), NEW)
    start = len(scenario.store.told)
    scenario.when(replace(OPEN, accepts_rulebook=True), by=AS_MARIE, on=LATER_DAY)
    scenario.then_recorded(CandidacyOpened, RulebookAccepted, BlockCarriedOver, BlockCarriedOver, CountedElsewhere)
    assert unlawful(scenario, start) == []


def test_blocks_of_another_version_do_not_count_without_a_correspondence(scenario: Scenario) -> None:
    scenario.given(*PARTIAL, ended(), At(SECOND, (FrameworkPublished(definition=NEXT),)))
    scenario.when(OPEN, by=AS_MARIE, on=LATER_DAY)
    scenario.then(OPENED)


# Withdrawal of a correspondence


def withdrawn(on: date) -> At:
    gone = CorrespondenceWithdrawn(
        earlier=FRAMEWORK, from_blocks=(3,), to_blocks=(1, 2), withdrawn_on=on, reason="x", ground="x"
    )
    return At(SECOND, (gone,))


def test_withdrawn_correspondence_gives_nothing_to_a_candidacy_opened_from_that_day_on(scenario: Scenario) -> None:
    scenario.given(*PARTIAL, ended(), NEW, withdrawn(LATER_DAY))
    scenario.when(OPEN, by=AS_MARIE, on=LATER_DAY)
    scenario.then(OPENED)
    assert verdict(scenario, Credit.id_of(AGAIN), carried(1), AS_RENEE, on=LATER_DAY) == "nothing-carries-over"


def test_withdrawn_correspondence_still_applies_until_the_day_before(scenario: Scenario) -> None:
    scenario.given(*PARTIAL, ended(), NEW, withdrawn(LATER_DAY + timedelta(days=1)))
    scenario.when(OPEN, by=AS_MARIE, on=LATER_DAY)
    scenario.then(OPENED, carried(1), carried(2), COUNTED)
    assert unlawful(scenario, scenario.head) == []


def test_block_carried_over_before_the_withdrawal_is_kept_and_a_title_can_rest_on_it(scenario: Scenario) -> None:
    """The withdrawal does not affect a candidacy under way."""
    scenario.given(*PARTIAL, ended(), NEW)
    scenario.when(OPEN, by=AS_MARIE, on=LATER_DAY)
    scenario.given(withdrawn(LATER_DAY), *again_before_the_jury(), ruled(AGAIN, ENOUGH[11:], session=MARCH))
    scenario.given(granted(AGAIN, 3, 4, session=MARCH))
    start = len(scenario.store.told)
    scenario.when(
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=MARCH, candidacy=AGAIN),
        by=AS_PAUL,
        on=LATER_DAY,
    )
    scenario.then_recorded(DecisionVoted, TitlePronounced)
    assert unlawful(scenario, start) == []


def test_blocks_won_before_the_withdrawal_are_carried_over_even_when_the_registrar_is_late(
    scenario: Scenario,
) -> None:
    """The blocks were won, and the candidacy was opened, while the correspondence applied."""
    scenario.given(*PARTIAL, At(SECOND, (FrameworkPublished(definition=NEXT), TABLE)))
    scenario.when(OPEN, by=AS_MARIE, on=LATER_DAY)
    scenario.given(ended(), withdrawn(LATER_DAY + timedelta(days=1)))
    scenario.when(CarryOverBlocks(candidacy=AGAIN), by=AS_RENEE, on=LATER_DAY + timedelta(days=30))
    scenario.then(carried(1), carried(2), COUNTED)
    assert unlawful(scenario, scenario.head) == []


def test_block_won_from_the_day_of_the_withdrawal_on_is_not_carried_over(scenario: Scenario) -> None:
    early = date(2021, 1, 4)
    scenario.given(At(SECOND, (FrameworkPublished(definition=NEXT), TABLE)))
    scenario.when(OPEN, by=AS_MARIE, on=early)
    scenario.given(*PARTIAL, ended(), withdrawn(JURY_DAY))
    scenario.when(CarryOverBlocks(candidacy=AGAIN), by=AS_RENEE, on=LATER_DAY)
    scenario.then_refused(NothingCarriesOver)


def test_block_granted_by_two_juries_counts_from_the_earlier_of_them(
    scenario: Scenario,
) -> None:
    """June's grant was annulled and restored: March's grant, after the withdrawal, does not replace it."""
    again = At(
        Deliberation.id_of(JUNE, MARIE_VAE),
        (DecisionRestored(session=JUNE, candidacy=MARIE_VAE, restored_on=JURY_DAY),),
    )
    scenario.given(At(SECOND, (FrameworkPublished(definition=NEXT), TABLE)))
    scenario.when(OPEN, by=AS_MARIE, on=date(2021, 1, 4))
    scenario.given(*PARTIAL, ended(), annulled(MARIE_VAE), *before_the_jury(MARIE_VAE, session=MARCH))
    scenario.given(heard(MARIE_VAE, MARCH), ruled(MARIE_VAE, ENOUGH[11:14], session=MARCH))
    scenario.given(granted(MARIE_VAE, 3, session=MARCH), ended(MARCH), again, withdrawn(LATER_DAY))
    scenario.when(CarryOverBlocks(candidacy=AGAIN), by=AS_RENEE, on=LATER_DAY)
    scenario.then(carried(1), carried(2), COUNTED)
    assert unlawful(scenario, scenario.head) == []


def test_block_of_the_same_version_counts_whatever_the_route_by_which_it_was_won(scenario: Scenario) -> None:
    scenario.given(*PARTIAL, ended())
    scenario.when(replace(OPEN, framework=FRAMEWORK), by=AS_MARIE, on=LATER_DAY)
    _, carry, _ = scenario.then_recorded(CandidacyOpened, BlockCarriedOver, CountedElsewhere)
    assert isinstance(carry, BlockCarriedOver)
    assert (carry.block, carry.blocks, carry.framework) == (3, (3,), FRAMEWORK)


@pytest.mark.parametrize(
    "more",
    [(), (At(JUNE, (CLOSED,)),), (ended(released=False),)],
    ids=["sitting", "closed", "not released"],
)
def test_block_does_not_count_before_its_results_are_released(scenario: Scenario, more: tuple[At, ...]) -> None:
    """A block that counts would disclose the result."""
    scenario.given(*PARTIAL, *more, NEW)
    scenario.when(OPEN, by=AS_MARIE, on=LATER_DAY)
    scenario.then(OPENED)


def test_blocks_of_another_person_do_not_count(scenario: Scenario) -> None:
    scenario.given(*PARTIAL, ended(), NEW)
    scenario.when(replace(OPEN, candidate=SAMIR), by=actor(SAMIR, Role.CANDIDATE), on=LATER_DAY)
    scenario.then_recorded(CandidacyOpened)


def test_blocks_granted_or_admitted_since_are_carried_over_once_by_the_registrar(scenario: Scenario) -> None:
    scenario.given(*PARTIAL, At(SECOND, (FrameworkPublished(definition=NEXT),)))
    scenario.when(OPEN, by=AS_MARIE, on=LATER_DAY)
    scenario.when(CarryOverBlocks(candidacy=AGAIN), by=AS_RENEE, on=LATER_DAY)
    scenario.then_refused(NothingCarriesOver)
    scenario.given(ended(), At(SECOND, (TABLE,)))
    scenario.when(CarryOverBlocks(candidacy=AGAIN), by=AS_MARIE, on=LATER_DAY)
    scenario.then_refused(Forbidden)
    scenario.when(CarryOverBlocks(candidacy=AGAIN), by=AS_RENEE, on=LATER_DAY)
    scenario.then(carried(1), carried(2), COUNTED)
    assert unlawful(scenario, len(scenario.store.told) - 3) == []
    scenario.when(CarryOverBlocks(candidacy=AGAIN), by=AS_RENEE, on=LATER_DAY)
    scenario.then_refused(NothingCarriesOver)


def test_registrar_cannot_change_the_credits_of_their_own_candidacy(scenario: Scenario) -> None:
    scenario.given(*PARTIAL, ended(), NEW, At(AGAIN, (OPENED,)), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    for command in (
        CarryOverBlocks(candidacy=AGAIN),
        WithdrawCredit(candidacy=AGAIN, block=1, reason="x"),
    ):
        scenario.when(command, by=actor(MARIE, Role.REGISTRAR))
        scenario.then_refused(OwnWork)


def test_blocks_cannot_be_carried_over_while_a_jury_sits_or_once_the_title_is_pronounced(scenario: Scenario) -> None:
    scenario.given(*PARTIAL, ended(), NEW, At(AGAIN, (OPENED,)))
    scenario.given(*again_before_the_jury())
    scenario.when(CarryOverBlocks(candidacy=AGAIN), by=AS_RENEE, on=LATER_DAY)
    scenario.then_refused(JurySitting, MARCH)
    scenario.given(pronounced(AGAIN, MARCH), ended(MARCH))
    scenario.when(CarryOverBlocks(candidacy=AGAIN), by=AS_RENEE, on=LATER_DAY)
    scenario.then_refused(AlreadyDecided)


def again_before_the_jury() -> tuple[At, ...]:
    """Return the steps that bring the second candidacy before the jury of March, from which no juror is barred."""
    return (
        planned(MARCH, replace(plan(LATER_DAY), framework=SECOND)),
        At(MARCH, (CandidateListed(candidacy=AGAIN, candidate=MARIE),)),
        At(AGAIN, (CandidateSummoned(session=MARCH),)),
        opened(MARCH),
        heard(AGAIN, MARCH),
    )


def test_carried_block_is_not_judged_again_and_the_title_can_rest_on_it(scenario: Scenario) -> None:
    scenario.given(*PARTIAL, ended(), NEW)
    scenario.when(OPEN, by=AS_MARIE, on=LATER_DAY)
    scenario.given(*again_before_the_jury())
    rulings = RuleCompetences(session=MARCH, candidacy=AGAIN, rulings=(Ruling(competence=1, acquired=True),))
    scenario.when(rulings, by=AS_PAUL, on=LATER_DAY)
    scenario.then_refused(AlreadyDecided)
    decide = RecordDecision(
        outcome=VoteOutcome.UNANIMOUS,
        session=MARCH,
        candidacy=AGAIN,
        decisions=(BlockDecision(block=2, granted=True),),
    )
    scenario.when(decide, by=AS_PAUL, on=LATER_DAY)
    scenario.then_refused(AlreadyDecided)
    title = RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=MARCH, candidacy=AGAIN)
    scenario.given(ruled(AGAIN, ENOUGH[11:14], session=MARCH), granted(AGAIN, 3, session=MARCH))
    scenario.when(title, by=AS_PAUL, on=LATER_DAY)
    scenario.then_refused(BlocksMissing, 4)
    scenario.given(ruled(AGAIN, ENOUGH[14:], session=MARCH), granted(AGAIN, 4, session=MARCH))
    start = len(scenario.store.told)
    scenario.when(title, by=AS_PAUL, on=LATER_DAY)
    scenario.then_recorded(DecisionVoted, TitlePronounced)
    assert unlawful(scenario, start) == []


def full_again(scenario: Scenario, rules: Rules = RULES) -> None:
    """Count blocks 1 and 2 from the first candidacy; let the jury of March grant the others and the title."""
    scenario.given(At(RULEBOOK, (RulebookPublished(rules=rules),)), *PARTIAL, ended(), NEW)
    scenario.when(OPEN, by=AS_MARIE, on=LATER_DAY)
    scenario.given(*again_before_the_jury(), ruled(AGAIN, ENOUGH[11:], session=MARCH))
    scenario.given(granted(AGAIN, 3, 4, session=MARCH), pronounced(AGAIN, MARCH), ended(MARCH))


def test_title_cannot_be_won_again_by_another_route(scenario: Scenario) -> None:
    """Otherwise one person would have two numbers in the register, and one award would be declared twice."""
    by_training = Candidacy.id_of(MARIE, FRAMEWORK, Route.FI)
    scenario.given(*won(MARIE_VAE))
    scenario.when(replace(OPEN, framework=FRAMEWORK), by=AS_MARIE, on=LATER_DAY)
    scenario.given(*before_the_jury(by_training, session=MARCH), heard(by_training, MARCH))
    scenario.when(
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=MARCH, candidacy=by_training),
        by=AS_PAUL,
        on=LATER_DAY,
    )
    scenario.then_refused(AlreadyDecided)
    again = unanimous(by_training, MARCH), TitlePronounced(session=MARCH, candidacy=by_training)
    forged = At(Deliberation.id_of(MARCH, by_training), again)
    assert scenario.forged_together(forged, by=AS_PAUL, on=LATER_DAY) == ["already-decided"]
    scenario.given(ended(MARCH))
    minutes = ProposeRectification(
        session=MARCH, candidacy=by_training, minuted=Minuted(rulings={}, title=True), reason="x"
    )
    scenario.when(minutes, by=AS_RENEE, on=LATER_DAY)
    scenario.then_refused(AlreadyDecided)


def test_carried_blocks_and_the_title_on_them_fall_when_the_earlier_decision_is_annulled(
    scenario: Scenario,
) -> None:
    full_again(scenario)
    annulled = NoteCourtRuling(
        session=JUNE, candidacy=MARIE_VAE, court="x", ruled_on=LATER_DAY, reference="x", annuls=True
    )
    scenario.second_registrar()
    start = len(scenario.store.told)
    scenario.when_annulled(annulled, by=AS_RENEE, on=LATER_DAY)
    facts = scenario.then_recorded(CourtRuled, DecisionAnnulled, CreditFell, CreditFell, TitleFell)
    assert facts[1:] == (
        DecisionAnnulled(session=JUNE, candidacy=MARIE_VAE, cause=Cause.COURT, annulled_on=LATER_DAY),
        *(fell(block) for block in (1, 2)),
        TitleFell(session=MARCH, candidacy=AGAIN),
    )
    assert unlawful(scenario, start) == []


def fell(block: int, fall: Fall = Fall.ANNULLED, on: date = LATER_DAY) -> CreditFell:
    return CreditFell(candidacy=AGAIN, block=block, fall=fall, since=JURY_DAY, fell_on=on)


def running_lapse(scenario: Scenario) -> list[date]:
    attempt = scenario.store.attempt(
        Request(actor=SYSTEM, append_id=uuid4(), today=LATER_DAY, hour=NOON), frozenset()
    )
    with attempt as log:
        found = list(deadlines(log.load(Candidacy, AGAIN), log.find))
    return [each.ends_on for each in found if each.clock.duty is Duty.LAPSE]


@pytest.mark.parametrize("annulled", [True, False], ids=["annulled elsewhere", "taken off"])
def test_candidate_who_loses_a_block_without_fault_has_the_rulebooks_time_from_that_day(
    scenario: Scenario, *, annulled: bool
) -> None:
    """Otherwise a candidacy whose title fell two years later would have lapsed before its holder knew."""
    full_again(scenario, SIX_MONTHS)
    court = NoteCourtRuling(session=JUNE, candidacy=MARIE_VAE, court="x", ruled_on=FELL, reference="x", annuls=True)
    take_off = WithdrawCredit(candidacy=AGAIN, block=1, reason="x")
    scenario.when_annulled(court if annulled else take_off, by=AS_RENEE, on=FELL)
    start = len(scenario.store.told)
    assert running_lapse(scenario) == [date(2023, 11, 2)]
    scenario.when(LapseCandidacy(candidacy=AGAIN), by=SYSTEM, on=date(2023, 11, 2))
    scenario.then_refused(NotLapsed)
    scenario.when(LapseCandidacy(candidacy=AGAIN), by=SYSTEM, on=date(2023, 11, 3))
    scenario.then(CandidacyLapsed(since=FELL, last_day=date(2023, 11, 2)))
    assert unlawful(scenario, start) == []


def test_candidate_who_had_the_block_by_fraud_gets_no_new_time(scenario: Scenario) -> None:
    full_again(scenario, SIX_MONTHS)
    case = by_fraud(scenario)
    scenario.second_registrar()
    start = len(scenario.store.told)
    withdraws = DecideFraud(candidacy=MARIE_VAE, case=case, found=True, reason="x", withdraws=(JUNE,))
    scenario.when_annulled(withdraws, by=AS_RENEE, on=FELL)
    recorded = scenario.then_recorded(FraudFound, DecisionAnnulled, CreditFell, CreditFell, TitleFell)
    assert recorded[2:4] == (fell(1, Fall.FRAUD, FELL), fell(2, Fall.FRAUD, FELL))
    assert unlawful(scenario, start) == []
    scenario.when(LapseCandidacy(candidacy=AGAIN), by=SYSTEM, on=FELL)
    scenario.then_recorded(CandidacyLapsed)


def by_fraud(scenario: Scenario) -> UUID:
    """Record a fraud before the jury of June, on which the candidate was heard."""
    case = uuid4()
    report = FraudReported(
        case=case,
        candidacy=MARIE_VAE,
        reported_by=PAUL,
        session=JUNE,
        sitting=None,
        evidence=(),
        competences=(21,),
        statement=Personal("x", MARIE),
    )
    told_of = FraudToldToCandidate(case=case, candidacy=MARIE_VAE, hearing_on=FELL)
    came = CandidateHeardOnFraud(case=case, candidacy=MARIE_VAE, heard_on=FELL, came=False)
    scenario.given(At(Fraud.id_of(MARIE), (report, told_of, came)))
    return case


def titled_no_more() -> At:
    return At(Deliberation.id_of(MARCH, AGAIN), (TitleFell(session=MARCH, candidacy=AGAIN),))


def test_annulment_of_a_decision_on_which_nothing_rests_changes_no_other_candidacy(scenario: Scenario) -> None:
    full_again(scenario)
    annulled = NoteCourtRuling(
        session=MARCH, candidacy=AGAIN, court="x", ruled_on=LATER_DAY, reference="x", annuls=True
    )
    scenario.when_annulled(annulled, by=AS_RENEE, on=LATER_DAY)
    scenario.then_recorded(CourtRuled, DecisionAnnulled)
    assert scenario.store.facts(Credit.id_of(AGAIN)) == [carried(1), carried(2)]


def test_block_counted_by_mistake_is_removed_with_a_reason_and_the_title_falls(scenario: Scenario) -> None:
    full_again(scenario)
    take_off = WithdrawCredit(candidacy=AGAIN, block=1, reason="Erreur de table.")
    scenario.when(replace(take_off, reason=" "), by=AS_RENEE, on=LATER_DAY)
    scenario.then_refused(Unreasoned)
    scenario.when(replace(take_off, block=3), by=AS_RENEE, on=LATER_DAY)
    scenario.then_refused(NotCredited)
    scenario.second_registrar()
    start = len(scenario.store.told)
    scenario.when(take_off, by=AS_RENEE, on=LATER_DAY)
    reason = Personal("Erreur de table.", MARIE)
    scenario.then(
        replace(fell(1, Fall.MISTAKEN), reason=reason),
        TitleFell(session=MARCH, candidacy=AGAIN),
    )
    assert unlawful(scenario, start) == []


def test_carried_block_is_granted_by_no_session_of_the_candidacy_and_decides_no_outcome_alone() -> None:
    again = At(AGAIN, (replace(OPENED, framework=FRAMEWORK),))
    facts = told(again, At(Credit.id_of(AGAIN), (carried(1), carried(2))), *SESSIONS)
    now = standing(RNCP31936, RULES, facts, provisional=False)
    one = now.blocks[0]
    assert (one.state, one.session, one.decided_on, one.positions) == ("granted", None, JURY_DAY, (2,))
    assert (now.outcome, one.missing_mandatory) == ("in_progress", ())
    explained = why(RNCP31936, RULES, facts)
    assert [source.fact for source in explained.sources] == ["BlockCarriedOver"] * 2
    assert explained.title.missing[0].first == (3, 4)
    more = told(
        again,
        At(Credit.id_of(AGAIN), (carried(1),)),
        *SESSIONS,
        not_granted(AGAIN, 3),
    )
    assert standing(RNCP31936, RULES, more).outcome == "partial"
    gone = told(
        again, At(Credit.id_of(AGAIN), (carried(1), fell(1, Fall.MISTAKEN))), *SESSIONS, not_granted(AGAIN, 3)
    )
    assert standing(RNCP31936, RULES, gone).outcome == "none"


def test_restored_credit_is_the_one_that_fell_and_not_a_mistake_counted_in_between() -> None:
    again = At(AGAIN, (replace(OPENED, framework=FRAMEWORK),))
    proof = EvidenceId(known("proof"))
    mistake = BlockSatisfied(candidacy=AGAIN, block=1, equivalence=1, evidence=proof, obtained_on=date(2018, 9, 3))
    taken_off = replace(fell(1, Fall.MISTAKEN), since=mistake.obtained_on)
    back = CreditRestored(candidacy=AGAIN, block=1, since=JURY_DAY)
    facts = (carried(1), fell(1), mistake, taken_off, back)
    one = standing(RNCP31936, RULES, told(again, At(Credit.id_of(AGAIN), facts), *SESSIONS)).blocks[0]
    assert (one.state, one.decided_on, one.positions) == ("granted", JURY_DAY, (2,))
    assert rebuilt(Credit(id=Credit.id_of(AGAIN)), facts).counted == {1: Won(by=carried(1), place=1)}


@pytest.mark.parametrize(
    ("fact", "by", "rule"),
    [
        (carried(1), AS_RENEE, "decided-otherwise"),
        (carried(2), AS_RENEE, "decided-otherwise"),
        (replace(carried(1), granted_on=LATER_DAY), AS_RENEE, "decided-otherwise"),
        (replace(carried(1), sessions=(MARCH,)), AS_RENEE, "decided-otherwise"),
        (carried(1), AS_PAUL, "role-may-not"),
        (
            CreditFell(candidacy=AGAIN, block=1, fall=Fall.ANNULLED, since=JURY_DAY, fell_on=JURY_DAY),
            AS_RENEE,
            "decided-otherwise",
        ),
        (
            CreditFell(
                candidacy=AGAIN,
                block=1,
                fall=Fall.MISTAKEN,
                since=JURY_DAY,
                reason=Personal("x", MARIE),
                fell_on=JURY_DAY,
            ),
            AS_RENEE,
            "not-credited",
        ),
    ],
)
def test_replay_finds_a_wrong_carry_over(
    scenario: Scenario, fact: BlockCarriedOver | CreditFell, by: Actor, rule: str | None
) -> None:
    scenario.given(*PARTIAL, ended(), NEW, At(AGAIN, (OPENED,)))
    assert verdict(scenario, Credit.id_of(AGAIN), fact, by, on=date(2022, 4, 1)) == rule


def test_replay_finds_a_fall_without_an_annulment_and_a_fact_in_the_wrong_stream(scenario: Scenario) -> None:
    scenario.given(*PARTIAL, ended(), NEW, At(AGAIN, (OPENED,)))
    both, theirs = (carried(1), carried(2)), Credit.id_of(MARIE_VAE)
    lawful = (At(Credit.id_of(AGAIN), both), At(theirs, (COUNTED,)))
    assert scenario.forged_together(*lawful, by=AS_RENEE, on=LATER_DAY) == []
    assert scenario.forged_together(*lawful, by=AS_MARIE, on=JURY_DAY) == ["decided-otherwise"]
    for facts in (
        [At(Credit.id_of(AGAIN), both)],
        [At(theirs, (COUNTED,))],
        [At(Credit.id_of(AGAIN), (*both, COUNTED))],
        [At(Credit.id_of(AGAIN), both[:1]), At(theirs, (COUNTED,))],
    ):
        assert scenario.forged_together(*facts, by=AS_RENEE, on=LATER_DAY) != []
    scenario.given(At(Credit.id_of(AGAIN), both))
    falls = CreditFell(candidacy=AGAIN, block=1, fall=Fall.ANNULLED, since=JURY_DAY, fell_on=JURY_DAY)
    assert verdict(scenario, Credit.id_of(AGAIN), falls, AS_RENEE) == "decided-otherwise"
