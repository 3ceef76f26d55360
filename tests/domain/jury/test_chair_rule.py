"""Who presides over a jury, and who replaces an absent chair, under the rulebook."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.sign_minutes import SignMinutes
from domain.framework.jury_rule import Quality
from domain.jury.facts import BlockGranted, DecisionVoted, JurorAppointed, SessionOpened, SubstituteSeated
from domain.jury.session import JuryComposition, NotTheChair
from domain.jury.vote import VoteOutcome
from domain.ports import PersonId, Role
from domain.replay.judge import replay
from domain.rulebook.chair_rules import ChairAbsent, ChairRules, Presiding
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rules import CompositionBasis, Rules
from tests.given.domain.openings import open_with
from tests.given.domain.people import (
    AS_PAUL,
    CLOSED,
    ELSA,
    EMMA,
    ENOUGH,
    JUNE,
    JURY_DAY,
    KARIM,
    LUC,
    MARIE_VAE,
    NADIA,
    PANEL,
    PAUL,
    RULEBOOK,
    RULES,
    SEATS,
    actor,
    heard,
    planned,
    ruled,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import NOON, At, Scenario

OTHERS = (NADIA, EMMA, LUC, KARIM)
"""The panel without Paul, who was appointed to the chair."""


def ruled_by(absent: ChairAbsent, *qualities: Quality) -> Rules:
    """Rules with this chair rule, under which a jury is judged as constituted, whoever is absent."""
    chair = ChairRules(absent=absent, qualities=qualities, source="règlement, art. 12")
    return replace(RULES, chair=chair, composition=CompositionBasis.CONSTITUTED, casting_vote=True)


def given(scenario: Scenario, rules: Rules, seats: tuple[JurorAppointed, ...] = SEATS) -> None:
    scenario.given(At(RULEBOOK, (RulebookPublished(rules=rules),)), *vae_filed(MARIE_VAE), planned(JUNE, seats=seats))
    scenario.given(*summoned(JUNE, MARIE_VAE))


def broken(scenario: Scenario) -> list[tuple[str, str]]:
    return [(each.rule, each.source) for each in scenario.then_refused(JuryComposition).violations]


def lawful(scenario: Scenario) -> bool:
    return [each for each in replay(scenario.store.told) if each.position > scenario.head] == []


def test_panel_chooses_who_presides_when_its_chair_is_absent_and_the_rulebook_allows_it(scenario: Scenario) -> None:
    given(scenario, ruled_by(ChairAbsent.MEMBER))
    open_with(scenario, *OTHERS)
    assert broken(scenario) == [("panel-chair", "règlement, art. 12")]
    open_with(scenario, *OTHERS, presides=PAUL)
    assert broken(scenario) == [("panel-chair", "règlement, art. 12")]
    open_with(scenario, *OTHERS, presides=LUC)
    scenario.then(SessionOpened(present=tuple(sorted(OTHERS)), opened_on=JURY_DAY, presides=LUC, at=NOON))
    assert lawful(scenario)


def test_member_chosen_to_preside_has_the_casting_vote_and_signs_the_minutes(scenario: Scenario) -> None:
    given(scenario, ruled_by(ChairAbsent.MEMBER))
    open_with(scenario, *OTHERS, presides=LUC)
    scenario.given(heard(MARIE_VAE, panel=tuple(sorted(OTHERS))))
    scenario.given(ruled(MARIE_VAE, ENOUGH))
    grant = (BlockDecision(block=3, granted=True),)
    casts = RecordDecision(session=JUNE, candidacy=MARIE_VAE, outcome=VoteOutcome.CASTING_VOTE, decisions=grant)
    scenario.when(casts, by=actor(NADIA, Role.JUROR))
    scenario.then_refused(NotTheChair)
    scenario.when(casts, by=actor(LUC, Role.JUROR))
    scenario.then_recorded(DecisionVoted, BlockGranted)
    scenario.given(At(JUNE, (CLOSED,)))
    scenario.when(SignMinutes(session=JUNE), by=AS_PAUL)
    scenario.then_refused(NotTheChair)
    scenario.when(SignMinutes(session=JUNE), by=actor(LUC, Role.JUROR))
    assert [type(told.fact).__name__ for told in scenario.store.told[scenario.head :]] == ["MinutesSigned"]


@pytest.mark.parametrize("absent", [ChairAbsent.MEMBER, ChairAbsent.SUBSTITUTE, ChairAbsent.NOBODY])
def test_panel_cannot_choose_who_presides_while_its_chair_is_present(scenario: Scenario, absent: ChairAbsent) -> None:
    given(scenario, ruled_by(absent))
    open_with(scenario, *PANEL, presides=LUC)
    assert broken(scenario) == [("panel-presides", "règlement, art. 12")]
    open_with(scenario, *PANEL)
    scenario.then(SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY, at=NOON))


@pytest.mark.parametrize(
    ("absent", "presides", "rules"),
    [
        (ChairAbsent.SUBSTITUTE, None, []),
        (ChairAbsent.SUBSTITUTE, LUC, ["panel-presides"]),
        (ChairAbsent.MEMBER, None, ["panel-chair"]),
        (ChairAbsent.MEMBER, LUC, []),
        (ChairAbsent.NOBODY, None, ["panel-chair"]),
        (ChairAbsent.NOBODY, LUC, ["panel-presides", "panel-chair"]),
    ],
)
def test_substitute_of_an_absent_chair_presides_only_when_the_rulebook_says_so(
    scenario: Scenario, absent: ChairAbsent, presides: PersonId | None, rules: list[str]
) -> None:
    """Emma was appointed chair; Elsa is seated as her substitute."""
    given(scenario, ruled_by(absent), tuple(replace(each, chair=each.juror == EMMA) for each in SEATS))
    scenario.given(At(JUNE, (SubstituteSeated(substitute=ELSA, replaced=EMMA, seated_on=JURY_DAY),)))
    open_with(scenario, PAUL, NADIA, ELSA, LUC, KARIM, presides=presides)
    if rules:
        assert [rule for rule, _ in broken(scenario)] == rules
    else:
        (session,) = scenario.then_recorded(SessionOpened)
        assert isinstance(session, SessionOpened)
        assert session.presides == presides
        assert lawful(scenario)


def test_member_who_presides_must_have_a_quality_that_the_rulebook_names(scenario: Scenario) -> None:
    """Emma alone represents employers; Karim is external too, for the employees."""
    given(scenario, ruled_by(ChairAbsent.MEMBER, Quality.EMPLOYERS, Quality.EXTERNAL))
    open_with(scenario, *PANEL)
    assert broken(scenario) == [("panel-chair-quality", "règlement, art. 12")]
    open_with(scenario, *OTHERS, presides=NADIA)
    assert broken(scenario) == [("panel-chair-quality", "règlement, art. 12")]
    open_with(scenario, *OTHERS, presides=KARIM)
    scenario.then_recorded(SessionOpened)
    assert lawful(scenario)


def test_appointed_chair_alone_presides_when_the_rulebook_says_nothing_of_it(scenario: Scenario) -> None:
    given(scenario, replace(RULES, composition=CompositionBasis.CONSTITUTED))
    open_with(scenario, *OTHERS, presides=LUC)
    assert [rule for rule, _ in broken(scenario)] == ["panel-presides", "panel-chair"]
    open_with(scenario, *PANEL)
    scenario.then(SessionOpened(present=tuple(sorted(PANEL)), opened_on=JURY_DAY, at=NOON))


def test_no_quality_is_required_of_the_chair_of_a_commission() -> None:
    """A commission is no jury: the certifier decides its composition."""
    rule = ruled_by(ChairAbsent.NOBODY, Quality.QUALIFIED).chair
    away = Presiding(appointed=PAUL, seated=ELSA)
    assert [each.rule for each in rule.broken(away, {ELSA}, None)] == ["panel-chair"]
    there = Presiding(appointed=PAUL, seated=PAUL)
    assert [each.rule for each in rule.broken(there, {PAUL}, ())] == ["panel-chair-quality"]
    assert list(rule.broken(there, {PAUL}, None)) == []


def test_source_of_a_chair_violation_defaults_to_the_certifiers_rulebook_in_both_languages() -> None:
    (said,) = ChairRules().broken(Presiding(appointed=PAUL, seated=PAUL), {LUC}, ())
    assert said.reference("fr") == "le règlement du certificateur (la fiche ne nomme pas de président)"
    (stated,) = ruled_by(ChairAbsent.NOBODY).chair.broken(Presiding(appointed=PAUL, seated=PAUL), {LUC}, ())
    assert (stated.reference("fr"), stated.reference("en")) == ("règlement, art. 12", "règlement, art. 12")
