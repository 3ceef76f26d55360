"""Recusal of a juror for one candidate, and its effect on rulings and decisions."""

from __future__ import annotations

from dataclasses import replace

from domain.candidacy.candidacy import AlreadyDecided
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.note_member_left import NoteMemberLeft
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.take_back_decision import TakeBackDecision
from domain.fact import Personal
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    BlockGranted,
    DecisionDeferred,
    DecisionVoted,
    DeliberationReopened,
    JurorRecused,
    RecusalDeclared,
)
from domain.jury.granting import BlockNotAssessed
from domain.jury.lawful_panel import QuorumNotMet
from domain.jury.minutes import minutes
from domain.jury.session import JurySession, NotOnThePanel
from domain.jury.vote import VoteOutcome
from domain.ports import PersonId
from domain.refusal import NotFound
from tests.given.domain.people import (
    AS_MARC,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    ELSA,
    EMMA,
    ENOUGH,
    JUNE,
    KARIM,
    MARC,
    MARIE,
    MARIE_VAE,
    NADIA,
    PAUL,
    before_the_jury,
    heard,
    recused,
    ruled,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario, rebuilt


def step_out(juror: PersonId) -> RecuseJuror:
    return RecuseJuror(session=JUNE, candidacy=MARIE_VAE, juror=juror, reason="ancien collègue")


HEARD = (*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
GRANT_FOUR = RecordDecision(
    outcome=VoteOutcome.UNANIMOUS,
    session=JUNE,
    candidacy=MARIE_VAE,
    decisions=(BlockDecision(block=4, granted=True),),
)


def test_juror_steps_out_for_one_candidate(scenario: Scenario) -> None:
    scenario.given(*HEARD)
    scenario.when(step_out(PAUL), by=AS_PAUL)
    scenario.then_recorded(JurorRecused)


def test_juror_cannot_be_recused_by_another_member_but_by_the_registrar(scenario: Scenario) -> None:
    scenario.given(*HEARD)
    scenario.when(step_out(PAUL), by=AS_NADIA)
    scenario.then_refused(NotFound)
    scenario.when(step_out(PAUL), by=AS_RENEE)
    scenario.then_recorded(JurorRecused)


def test_recusal_of_a_juror_without_a_seat_is_not_found_by_them_and_refused_to_the_registrar(
    scenario: Scenario,
) -> None:
    scenario.given(*HEARD)
    scenario.when(step_out(MARC), by=AS_MARC)
    scenario.then_refused(NotFound, JUNE)
    scenario.when(step_out(MARC), by=AS_RENEE)
    scenario.then_refused(NotOnThePanel, MARC)


def test_deferral_made_before_a_recusal_is_undone(scenario: Scenario) -> None:
    stream = Deliberation.id_of(JUNE, MARIE_VAE)
    puts_off = DecisionDeferred(
        session=JUNE, candidacy=MARIE_VAE, blocks=(3,), title=True, reason=Personal("x", MARIE)
    )
    for before in ((), (puts_off,)):
        scenario.given(*HEARD, At(stream, before), recused(MARIE_VAE, KARIM))
        said = rebuilt(Deliberation(id=stream), scenario.store.facts(stream))
        assert (said.deferred, said.title_deferred) == (frozenset(), False)


def test_competences_ruled_before_a_recusal_must_be_ruled_again(scenario: Scenario) -> None:
    scenario.given(*HEARD, ruled(MARIE_VAE, ENOUGH), recused(MARIE_VAE, KARIM))
    scenario.when(GRANT_FOUR, by=AS_PAUL)
    scenario.then_refused(BlockNotAssessed)
    scenario.given(ruled(MARIE_VAE, ENOUGH))
    scenario.when(GRANT_FOUR, by=AS_PAUL)
    scenario.then_recorded(DecisionVoted, BlockGranted)


def test_quorum_is_counted_again_after_a_recusal(scenario: Scenario) -> None:
    scenario.given(*HEARD, recused(MARIE_VAE, KARIM), recused(MARIE_VAE, EMMA), ruled(MARIE_VAE, ENOUGH))
    scenario.when(GRANT_FOUR, by=AS_PAUL)
    scenario.then_refused(QuorumNotMet)


def test_recused_juror_cannot_record_a_decision(scenario: Scenario) -> None:
    scenario.given(*HEARD, recused(MARIE_VAE, NADIA), ruled(MARIE_VAE, ENOUGH))
    scenario.when(GRANT_FOUR, by=AS_NADIA)
    scenario.then_refused(NotOnThePanel)


def test_juror_cannot_be_recused_twice(scenario: Scenario) -> None:
    scenario.given(*HEARD, recused(MARIE_VAE, KARIM))
    scenario.when(step_out(KARIM), by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)


def test_juror_who_is_not_present_cannot_be_recused(scenario: Scenario) -> None:
    scenario.given(*HEARD)
    scenario.when(step_out(ELSA), by=AS_RENEE)
    scenario.then_refused(NotOnThePanel)


# Effect on rulings, deferrals and votes


WHOLE = (*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE, sought=(1, 2, 3, 4)))
PUTS_OFF = DeferDecisions(session=JUNE, candidacy=MARIE_VAE, reason="Une pièce manque.")


def said(scenario: Scenario) -> Deliberation:
    return scenario.log.find(Deliberation, Deliberation.id_of(JUNE, MARIE_VAE))


def test_deferral_made_with_a_juror_falls_only_once_their_recusal_is_confirmed(scenario: Scenario) -> None:
    scenario.given(*WHOLE, ruled(MARIE_VAE, ENOUGH))
    scenario.when(PUTS_OFF, by=AS_PAUL)
    scenario.when(step_out(NADIA), by=AS_NADIA)
    scenario.then_recorded(RecusalDeclared)
    assert said(scenario).deferred
    scenario.when(step_out(NADIA), by=AS_PAUL)
    scenario.then_recorded(JurorRecused, DeliberationReopened)
    assert not said(scenario).deferred
    (undone,) = said(scenario).undone
    assert (set(undone.rulings), bool(undone.deferred)) == (set(ENOUGH), True), "kept on record"
    assert NADIA not in said(scenario).took_part
    assert scenario.refused_again() == []


def test_rulings_undone_by_a_recusal_stay_in_the_minutes(scenario: Scenario) -> None:
    scenario.given(*WHOLE, ruled(MARIE_VAE, ENOUGH))
    scenario.when(step_out(NADIA), by=AS_NADIA)
    scenario.then_recorded(JurorRecused)
    assert said(scenario).rulings == {}
    (candidate,) = minutes(scenario.log.load(JurySession, JUNE), {MARIE_VAE: said(scenario)})["candidates"]
    (lost,) = candidate["rulings_lost"]
    assert lost == {"juror": str(NADIA), "rulings": {str(number): True for number in sorted(ENOUGH)}}


def test_member_who_left_the_deliberation_cannot_step_out_and_the_rulings_are_kept(scenario: Scenario) -> None:
    scenario.given(*WHOLE, ruled(MARIE_VAE, ENOUGH))
    scenario.when(NoteMemberLeft(session=JUNE, juror=NADIA), by=AS_NADIA)
    for by in (AS_NADIA, AS_RENEE):
        scenario.when(step_out(NADIA), by=by)
        scenario.then_refused(NotOnThePanel, NADIA)
    assert said(scenario).rulings.keys() == set(ENOUGH)


def test_vote_on_a_decided_block_is_kept_when_a_member_leaves(scenario: Scenario) -> None:
    scenario.given(*WHOLE, ruled(MARIE_VAE, ENOUGH))
    scenario.when(GRANT_FOUR, by=AS_PAUL)
    scenario.when(NoteMemberLeft(session=JUNE, juror=NADIA), by=AS_NADIA)
    others = tuple(BlockDecision(block=block, granted=True) for block in (1, 2, 3))
    rest = replace(GRANT_FOUR, outcome=VoteOutcome.MAJORITY, decisions=others, title=True)
    assert (said(scenario).vote_outcome, said(scenario).votes) == (None, {4: VoteOutcome.UNANIMOUS})
    scenario.when(rest, by=AS_PAUL)
    (candidate,) = minutes(scenario.log.load(JurySession, JUNE), {MARIE_VAE: said(scenario)})["candidates"]
    assert candidate["votes"] == {"1": "majority", "2": "majority", "3": "majority", "4": "unanimous"}
    assert candidate["title_vote"] == "majority"
    scenario.when(TakeBackDecision(session=JUNE, candidacy=MARIE_VAE, reason="x", blocks=(4,)), by=AS_PAUL)
    assert (said(scenario).title_vote, 4 in said(scenario).votes) == (None, False)
