"""Rulings under a block rule that is a weighted mean of marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from domain.appeal.facts import RectificationApproved, RectificationProposed
from domain.appeal.rectification import Minuted, NothingToRectify
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.rule_competences import RuleCompetences
from domain.framework.block_rule import BlockRule, mean_of
from domain.framework.definition import Definition, Route
from domain.framework.facts import FrameworkPublished
from domain.framework.framework import Framework
from domain.framework.weighted_mean import Raise
from domain.jury.facts import BlockGranted, BlockNotGranted, CompetenceRuled, DecisionRectified, DecisionVoted
from domain.jury.granting import BlockRuleNotMet
from domain.jury.rectified_decision import Corrected
from domain.jury.ruling import MarkAgainstRuling, MarkRequired, ReasonRequired, Ruling
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, FrameworkId, RulebookId
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rules import ScaleWithoutPoints, UnknownMark
from domain.standing.standing import BlockState, standing
from domain.standing.what_if import Supposed, what_if
from domain.standing.why import why
from tests.given.domain.marks import EXAM, EXAM_RULEBOOK, acquis
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    ASTRID,
    BLOCKS,
    FRAMEWORK,
    JUNE,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    OSCAR,
    RNCP31936,
    RULEBOOK,
    applied,
    assigned,
    before_the_jury,
    ended,
    heard,
    marked,
    plan,
    unanimous,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario

FIVE = range(21, 26)
MEAN = mean_of(1000, 2000, dict.fromkeys(FIVE, 1) | {25: 4}, mandatory=(21,))
BLOCK_3 = replace(BLOCKS[2], rule=BlockRule.of_tree(MEAN, "moyenne de 10, dont la 21"))
AVERAGED: Definition = replace(RNCP31936, code="RNCP99999", blocks=(*BLOCKS[:2], BLOCK_3, BLOCKS[3]))
"""RNCP 31936 with a mean of marks for block 3: 25 counts four times, 21 must be acquired."""


def averaged(scenario: Scenario) -> None:
    """Replace the definition published under the framework's id with the one that asks for a mean."""
    for told in list(scenario.store.told):
        if told.stamp.stream == FRAMEWORK and isinstance(told.fact, FrameworkPublished):
            changed = FrameworkPublished(definition=replace(AVERAGED, code=RNCP31936.code))
            scenario.store._streams[FRAMEWORK][0] = changed  # noqa: SLF001
            scenario.store.told[told.stamp.position - 1] = replace(told, fact=changed)


def before(marks: Mapping[int, str] | None = None) -> tuple[At, ...]:
    """Call Marie before the jury of June, each competence of block 3 given the same mark by two assessors."""
    given = marks or {21: "12", 22: "9", 23: "11", 24: "8", 25: "10"}
    return (
        *acquis(),
        applied(MARIE_FI, EXAM_RULEBOOK),
        *(assigned(MARIE_FI, who, FIVE) for who in (ASTRID, OSCAR)),
        *(marked(MARIE_FI, who, *given.items()) for who in (ASTRID, OSCAR)),
        *before_the_jury(MARIE_FI, plan=plan(rulebook=EXAM_RULEBOOK)),
        heard(MARIE_FI),
    )


def rule(*rulings: Ruling, candidacy: CandidacyId = MARIE_FI) -> RuleCompetences:
    return RuleCompetences(session=JUNE, candidacy=candidacy, rulings=rulings)


def yes(number: int, mark: str | None = None, reason: str | None = None) -> Ruling:
    return Ruling(competence=number, acquired=True, mark=mark, reason=reason)


def no(number: int, mark: str | None = None, reason: str | None = "x") -> Ruling:
    return Ruling(competence=number, acquired=False, mark=mark, reason=reason)


AS_MARKED = (yes(21), no(22), yes(23), no(24), yes(25))
GRANT = RecordDecision(
    outcome=VoteOutcome.UNANIMOUS, session=JUNE, candidacy=MARIE_FI, decisions=(BlockDecision(block=3, granted=True),)
)


def test_agreed_mark_counts_when_the_jury_gives_none(scenario: Scenario) -> None:
    averaged(scenario)
    scenario.given(*before())
    scenario.when(rule(*AS_MARKED), by=AS_PAUL)
    facts = scenario.then_recorded(*[CompetenceRuled] * 5)
    said = [(fact.mark, fact.worth, fact.departs_from) for fact in facts if isinstance(fact, CompetenceRuled)]
    assert said == [(mark, int(mark) * 100, None) for mark in ("12", "9", "11", "8", "10")]
    scenario.when(GRANT, by=AS_PAUL)
    scenario.then(unanimous(MARIE_FI, JUNE), BlockGranted(session=JUNE, candidacy=MARIE_FI, block=3))
    decided = len(scenario.store.told) - 6
    assert [found for found in replay(scenario.store.told) if found.position > decided] == []


def test_mark_given_by_the_jury_counts_and_needs_a_reason_to_depart_from_the_agreed_one(scenario: Scenario) -> None:
    averaged(scenario)
    scenario.given(*before())
    scenario.when(rule(*AS_MARKED[:4], yes(25, "10.5")), by=AS_PAUL)
    scenario.then_refused(ReasonRequired, 25)
    scenario.when(rule(*AS_MARKED[:4], no(25, "9.5", "dossier relu")), by=AS_PAUL)
    (*_, last) = scenario.then_recorded(*[CompetenceRuled] * 5)
    assert isinstance(last, CompetenceRuled)
    assert (last.mark, last.worth, last.departs_from) == ("9.5", 950, "10")
    scenario.when(GRANT, by=AS_PAUL)
    scenario.then_refused(BlockRuleNotMet)


def test_mandatory_competence_is_required_whatever_the_mean(scenario: Scenario) -> None:
    averaged(scenario)
    scenario.given(*before(dict.fromkeys(range(22, 26), "20") | {21: "9.5"}))
    scenario.when(rule(no(21), *(yes(number) for number in range(22, 26))), by=AS_PAUL)
    scenario.then_recorded(*[CompetenceRuled] * 5)
    scenario.when(GRANT, by=AS_PAUL)
    scenario.then_refused(BlockRuleNotMet)


def test_ruling_that_departs_from_a_mark_must_give_another_when_a_mean_counts_it(scenario: Scenario) -> None:
    averaged(scenario)
    scenario.given(*before())
    scenario.when(rule(yes(22, reason="dossier relu")), by=AS_PAUL)
    scenario.then_refused(MarkRequired, 22)
    scenario.when(rule(yes(22, "10", "dossier relu")), by=AS_PAUL)
    scenario.then_recorded(CompetenceRuled)


def test_jury_must_give_the_mark_in_vae_when_a_mean_counts_it(scenario: Scenario) -> None:
    averaged(scenario)
    scenario.given(*acquis(), *vae_filed(MARIE_VAE, EXAM_RULEBOOK))
    scenario.given(*before_the_jury(MARIE_VAE, plan=plan(rulebook=EXAM_RULEBOOK)), heard(MARIE_VAE))
    scenario.when(rule(yes(21), candidacy=MARIE_VAE), by=AS_PAUL)
    scenario.then_refused(MarkRequired, 21)
    scenario.when(rule(yes(21, "14"), yes(1), candidacy=MARIE_VAE), by=AS_PAUL)
    first, second = scenario.then_recorded(CompetenceRuled, CompetenceRuled)
    assert isinstance(first, CompetenceRuled)
    assert isinstance(second, CompetenceRuled)
    assert (first.worth, second.mark) == (1400, None), "no mean counts competence 1"


@pytest.mark.parametrize("acquired", [True, False])
def test_mark_that_contradicts_its_ruling_is_refused(scenario: Scenario, *, acquired: bool) -> None:
    averaged(scenario)
    scenario.given(*before())
    scenario.when(rule(Ruling(competence=22, acquired=acquired, mark="9" if acquired else "11")), by=AS_PAUL)
    scenario.then_refused(MarkAgainstRuling, 22)


def test_mark_outside_the_scale_is_refused_with_its_position(scenario: Scenario) -> None:
    averaged(scenario)
    scenario.given(*before())
    scenario.when(rule(yes(21), yes(23, "20.5")), by=AS_PAUL)
    refused = scenario.then_refused(UnknownMark)
    assert [each.rule for each in refused.violations] == ["rulings[1].mark"]


def test_mark_keyed_wrongly_is_rectified_together_with_its_block(scenario: Scenario) -> None:
    averaged(scenario)
    scenario.given(*before({21: "12", 22: "9", 23: "11", 24: "8", 25: "9.5"}))
    scenario.when(rule(yes(21), no(22), yes(23), no(24), no(25)), by=AS_PAUL)
    refuse = BlockDecision(block=3, granted=False, reason="x")
    scenario.when(
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=JUNE, candidacy=MARIE_FI, decisions=(refuse,)),
        by=AS_PAUL,
    )
    scenario.then_recorded(DecisionVoted, BlockNotGranted)
    scenario.given(ended())
    propose = ProposeRectification(
        session=JUNE, candidacy=MARIE_FI, minuted=Minuted(rulings={25: True}), reason="saisie de 25"
    )
    scenario.when(propose, by=AS_RENEE)
    scenario.then_refused(MarkRequired, 25)
    for mark, refusal in (("9.5", MarkAgainstRuling), ("21", UnknownMark)):
        scenario.when(replace(propose, minuted=Minuted(rulings={25: True}, marks={25: mark})), by=AS_RENEE)
        scenario.then_refused(refusal)
    scenario.when(replace(propose, minuted=Minuted(rulings={21: True}, marks={21: "12"})), by=AS_RENEE)
    scenario.then_refused(NothingToRectify)
    scenario.when(replace(propose, minuted=Minuted(rulings={25: True}, marks={25: "10.5"})), by=AS_RENEE)
    scenario.then_recorded(RectificationProposed)
    scenario.when(ApproveRectification(session=JUNE, candidacy=MARIE_FI, reason="lu au procès-verbal"), by=AS_PAUL)
    _, fact = scenario.then_recorded(RectificationApproved, DecisionRectified)
    assert isinstance(fact, DecisionRectified)
    corrected = Corrected(competence=25, keyed=False, minuted=True, mark="10.5", worth=1050)
    assert (fact.rulings, fact.granted) == ((corrected,), (3,))
    block = why(AVERAGED, EXAM, scenario.store.told).blocks[2]
    assert (block.state, block.met) == (BlockState.GRANTED, True)
    last = len(scenario.store.told) - 3
    assert [found for found in replay(scenario.store.told) if found.position > last] == []


def test_candidacy_for_a_framework_with_a_mean_needs_a_rulebook_with_points(scenario: Scenario) -> None:
    framework = FrameworkId(Framework.id_of("RNCP99999", 1))
    scenario.given(At(framework, (FrameworkPublished(definition=AVERAGED),)))
    for rulebook, rules in ((RULEBOOK, None), (EXAM_RULEBOOK, EXAM)):
        if rules:
            scenario.given(*acquis(rules))
        apply = OpenCandidacy(candidate=MARIE, framework=framework, rulebook=RulebookId(rulebook), route=Route.FI)
        scenario.when(apply, by=AS_MARIE)
        if not rules:
            scenario.then_refused(ScaleWithoutPoints)
    assert not isinstance(scenario.outcome, Exception)


def test_candidacy_for_a_framework_with_a_mean_is_refused_when_the_points_end_elsewhere(scenario: Scenario) -> None:
    assert EXAM.points
    hundred = replace(EXAM, points=replace(EXAM.points, most=10000))
    framework = FrameworkId(Framework.id_of("RNCP99999", 1))
    scenario.given(At(framework, (FrameworkPublished(definition=AVERAGED),)))
    scenario.given(At(EXAM_RULEBOOK, (RulebookPublished(rules=hundred),)))
    apply = OpenCandidacy(candidate=MARIE, framework=framework, rulebook=EXAM_RULEBOOK, route=Route.FI)
    scenario.when(apply, by=AS_MARIE)
    scenario.then_refused(ScaleWithoutPoints)


def test_why_gives_the_mean_and_the_smallest_raise_that_reaches_it(scenario: Scenario) -> None:
    averaged(scenario)
    scenario.given(*before({21: "12", 22: "9", 23: "11", 24: "8", 25: "9.5"}))
    scenario.when(rule(yes(21), no(22), yes(23), no(24), no(25)), by=AS_PAUL)
    block = why(AVERAGED, EXAM, scenario.store.told).blocks[2]
    (mean,) = block.rule.branches
    assert mean.mean
    assert (block.met, mean.met, mean.mean.now, mean.mean.least) == (False, False, 975, 1000)
    assert [gap.raises for gap in block.missing] == [(Raise(number=25, worth=950, to=1000),)]
    line = standing(AVERAGED, EXAM, scenario.store.told).blocks[2]
    assert (line.missing_mandatory, line.others_needed) == ((), 1)


def test_supposed_ruling_keeps_the_mark_of_its_competence_in_what_if(scenario: Scenario) -> None:
    averaged(scenario)
    scenario.given(*before())
    scenario.when(rule(*AS_MARKED), by=AS_PAUL)
    answer = what_if(AVERAGED, EXAM, scenario.store.told, Supposed(not_acquired=frozenset({21})))
    assert (answer.gained, answer.lost) == ((), (3,))
    answer = what_if(AVERAGED, EXAM, scenario.store.told, Supposed(not_acquired=frozenset({22})))
    assert (answer.gained, answer.lost) == ((), ())
    assert what_if(AVERAGED, EXAM, scenario.store.told, Supposed(granted=frozenset({3}))).then.blocks[2].state
