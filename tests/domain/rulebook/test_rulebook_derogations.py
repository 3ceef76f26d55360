"""Temporary texts that change a value of the rulebook: whom they bind, until when, and their citation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.candidacy.enrolment import NothingToWaive, SummonedTooLate
from domain.candidacy.facts import CandidateSummoned
from domain.commands.candidacy.waive_summons_delay import WaiveSummonsDelay
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.framework.definition import Route
from domain.jury.deliberation import NotAllDecided
from domain.jury.facts import BlockGranted, CandidateListed, DecisionVoted, DeliberationOpened, SessionClosed
from domain.jury.lawful_panel import QuorumNotMet
from domain.jury.vote import NoMajority, VoteOutcome
from domain.replay.judge import replay
from domain.rulebook.enrolment_rules import EnrolmentRules, SummonsDelay
from domain.rulebook.facts import RuleSetPublished
from domain.rulebook.law import DerogationUnsound, Law
from domain.rulebook.rule_set import HowKnown, Provision, RulebookValues, RuleSet, RuleSetDate
from domain.rulebook.session_rules import SessionRules
from domain.standing.why import why
from tests.given.domain.law import since
from tests.given.domain.marks import EXAM, EXAM_RULEBOOK, acquis
from tests.given.domain.people import (
    AS_PAUL,
    AS_RENEE,
    JUNE,
    JURY_DAY,
    KARIM,
    LUC,
    MARIE_FI,
    MARIE_VAE,
    PANEL,
    RNCP31936,
    RULES,
    applied,
    before_the_jury,
    granted,
    heard,
    plan,
    planned,
    recused,
    ruled,
    vae_filed,
)
from tests.given.domain.scenario import NOON, At, Scenario

EMERGENCY = RuleSet(
    id="urgence-2021",
    routes=(Route.VAE, Route.FI),
    first=date(2021, 6, 1),
    last=date(2021, 6, 30),
    chosen_by=RuleSetDate.SESSION,
    reference="Décision du certificateur prise selon l'ordonnance n° 2020-351 du 27 mars 2020",
    rule_fr="Trois membres délibèrent.",
    rule_en="Three members deliberate.",
    known=HowKnown.NOT_READ,
    source="connue sans avoir été lue",
    derogation=True,
    rulebook=RulebookValues(quorum=3),
)
THREE_LEFT = (recused(MARIE_VAE, LUC), recused(MARIE_VAE, KARIM))
"""Of five members two step out: the rulebook's quorum is four."""
OPENS = OpenDeliberation(session=JUNE, candidacy=MARIE_VAE)


def published(*sets: RuleSet) -> At:
    return At(Law.the(), tuple(RuleSetPublished(rule_set=each) for each in sets))


def lawful(scenario: Scenario) -> bool:
    return [each for each in replay(scenario.store.told) if each.position > scenario.head] == []


def test_quorum_of_a_derogation_replaces_that_of_the_rulebook(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *THREE_LEFT)
    scenario.when(OPENS, by=AS_PAUL)
    scenario.then_refused(QuorumNotMet)
    scenario.given(published(EMERGENCY))
    scenario.when(OPENS, by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)
    assert lawful(scenario)


BEGAN = date(2021, 1, 4)
"""The day on which the candidacies of the tests are opened."""


@pytest.mark.parametrize(
    ("chosen_by", "first", "last", "binds"),
    [
        (RuleSetDate.SESSION, JURY_DAY, JURY_DAY, True),
        (RuleSetDate.SESSION, JURY_DAY + timedelta(days=1), date(2021, 12, 31), False),
        (RuleSetDate.SESSION, BEGAN, JURY_DAY - timedelta(days=1), False),
        (RuleSetDate.PARCOURS, BEGAN, BEGAN, True),
        (RuleSetDate.PARCOURS, JURY_DAY, JURY_DAY, False),
        (RuleSetDate.PARCOURS, date(2020, 1, 1), BEGAN - timedelta(days=1), False),
    ],
)
def test_derogation_from_the_rulebook_is_chosen_by_the_date_that_the_text_names(
    scenario: Scenario, chosen_by: RuleSetDate, first: date, last: date, *, binds: bool
) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *THREE_LEFT)
    scenario.given(published(replace(EMERGENCY, chosen_by=chosen_by, first=first, last=last)))
    scenario.when(OPENS, by=AS_PAUL)
    if binds:
        scenario.then_recorded(DeliberationOpened)
    else:
        scenario.then_refused(QuorumNotMet)


def test_derogation_from_the_rulebook_binds_only_the_routes_that_it_names(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *THREE_LEFT)
    scenario.given(published(replace(EMERGENCY, routes=(Route.FI,))))
    scenario.when(OPENS, by=AS_PAUL)
    scenario.then_refused(QuorumNotMet)


def test_session_cannot_close_before_deciding_on_a_candidate_whom_a_derogation_lets_it_decide(
    scenario: Scenario,
) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *THREE_LEFT, published(EMERGENCY))
    close = CloseSession(session=JUNE)
    scenario.when(close, by=AS_RENEE)
    scenario.then_refused(NotAllDecided, MARIE_VAE)
    left = tuple(sorted(set(PANEL) - {LUC, KARIM}))
    scenario.given(heard(MARIE_VAE, panel=left), ruled(MARIE_VAE, range(21, 26)))
    grant = RecordDecision(
        outcome=VoteOutcome.UNANIMOUS,
        session=JUNE,
        candidacy=MARIE_VAE,
        decisions=(BlockDecision(block=3, granted=True),),
    )
    scenario.when(grant, by=AS_PAUL)
    scenario.then_recorded(DecisionVoted, BlockGranted)
    scenario.when(close, by=AS_RENEE)
    scenario.then(SessionClosed(at=NOON))
    assert lawful(scenario)


def test_why_cites_a_derogation_for_the_jury_that_it_bound(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE), granted(MARIE_VAE, 3))
    law = since(0, RuleSetPublished(rule_set=EMERGENCY))
    (said,) = why(RNCP31936, RULES, scenario.store.told, law=law).law
    assert (said.rule_set, said.provides, said.session, said.known) == (
        EMERGENCY.id,
        Provision.RULEBOOK,
        JUNE,
        HowKnown.NOT_READ,
    )
    assert said.reference == EMERGENCY.reference
    over = replace(EMERGENCY, last=JURY_DAY - timedelta(days=1))
    assert why(RNCP31936, RULES, scenario.store.told, law=since(0, RuleSetPublished(rule_set=over))).law == ()


def test_derogation_published_later_does_not_make_an_earlier_decision_lawful(scenario: Scenario) -> None:
    """A decision taken by three members is judged by the texts published at the time."""
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *THREE_LEFT, published(EMERGENCY))
    scenario.when(OPENS, by=AS_PAUL)
    *before, text, opened = scenario.store.told
    assert isinstance(text.fact, RuleSetPublished)
    late = [*before, opened, text]
    in_order = [replace(told, stamp=replace(told.stamp, position=place)) for place, told in enumerate(late, 1)]
    found = {each.position: each.rule for each in replay(in_order)}
    assert found[len(before) + 1] == "quorum-not-met"
    assert opened.stamp.position not in {each.position for each in replay(scenario.store.told)}


def test_derogation_gives_the_casting_vote_when_the_law_is_silent(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(ruled(MARIE_VAE, range(21, 26)))
    casts = RecordDecision(
        session=JUNE,
        candidacy=MARIE_VAE,
        outcome=VoteOutcome.CASTING_VOTE,
        abstentions=1,
        decisions=(BlockDecision(block=3, granted=True),),
    )
    scenario.when(casts, by=AS_PAUL)
    scenario.then_refused(NoMajority)
    scenario.given(published(replace(EMERGENCY, rulebook=RulebookValues(casting_vote=True))))
    scenario.when(casts, by=AS_PAUL)
    scenario.then_recorded(DecisionVoted, BlockGranted)
    assert lawful(scenario)


TEN_DAYS = replace(EXAM, enrolment=EnrolmentRules(summons=SummonsDelay(days=10, source="règlement, art. 8")))
CALL = SummonCandidate(session=JUNE, candidacy=MARIE_FI)
FIVE_BEFORE = JURY_DAY - timedelta(days=5)


def test_derogation_shortens_the_delay_of_a_summons_without_a_waiver(scenario: Scenario) -> None:
    scenario.given(*acquis(TEN_DAYS), applied(MARIE_FI, EXAM_RULEBOOK), planned(JUNE, plan(rulebook=EXAM_RULEBOOK)))
    scenario.when(CALL, by=AS_RENEE, on=FIVE_BEFORE)
    scenario.then_refused(SummonedTooLate)
    scenario.given(published(replace(EMERGENCY, rulebook=RulebookValues(summons_days=5))))
    waive = WaiveSummonsDelay(candidacy=MARIE_FI, session=JUNE, signed_on=FIVE_BEFORE)
    scenario.when(waive, by=AS_RENEE, on=FIVE_BEFORE)
    scenario.then_refused(NothingToWaive)
    scenario.when(CALL, by=AS_RENEE, on=FIVE_BEFORE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)
    assert lawful(scenario)


def test_two_derogations_change_each_their_values_and_the_later_wins_on_the_same_value() -> None:
    earlier = replace(
        EMERGENCY,
        id="urgence-2020",
        first=date(2020, 6, 1),
        reference="Un premier texte",
        rulebook=RulebookValues(quorum=2, commission_quorum=2, casting_vote=True),
    )
    later = replace(EMERGENCY, rulebook=RulebookValues(quorum=3, summons_days=5, casting_vote=False))
    for sets in ((earlier, later), (later, earlier)):
        law = Law(id=Law.the(), sets={each.id: each for each in sets})
        found = law.in_force(Route.FI, began_on=BEGAN, session_on=JURY_DAY)
        both = RulebookValues(quorum=3, commission_quorum=2, summons_days=5, casting_vote=False)
        assert found.over(TEN_DAYS) == both.over(TEN_DAYS)
        text = found.source(Provision.RULEBOOK)
        assert text
        assert text.reference == f"Un premier texte ; {EMERGENCY.reference}"


def test_derogation_gives_no_summons_delay_to_a_rulebook_without_one() -> None:
    values = RulebookValues(quorum=2, commission_quorum=1, casting_vote=True, summons_days=5)
    changed = values.over(RULES)
    assert changed == replace(RULES, quorum=2, casting_vote=True, sessions=SessionRules(commission_quorum=1))
    assert RulebookValues().over(TEN_DAYS) == TEN_DAYS
    assert RulebookValues(casting_vote=False).over(replace(RULES, casting_vote=True)) == RULES


@pytest.mark.parametrize(
    "unsound",
    [
        replace(EMERGENCY, derogation=False),
        replace(EMERGENCY, first=None),
        replace(EMERGENCY, reference=" "),
        replace(EMERGENCY, rulebook=RulebookValues()),
        replace(EMERGENCY, rulebook=RulebookValues(quorum=0)),
        replace(EMERGENCY, rulebook=RulebookValues(commission_quorum=0)),
        replace(EMERGENCY, rulebook=RulebookValues(summons_days=-1)),
    ],
    ids=["no derogation", "no beginning", "no text", "changes nothing", "nobody", "no commission", "less"],
)
def test_derogation_from_the_rulebook_must_be_temporary_cite_its_text_and_change_a_value(
    scenario: Scenario, unsound: RuleSet
) -> None:
    scenario.when(PublishRuleSet(rule_set=unsound), by=AS_RENEE)
    scenario.then_refused(DerogationUnsound)


def test_sound_derogation_from_the_rulebook_is_published(scenario: Scenario) -> None:
    scenario.when(PublishRuleSet(rule_set=EMERGENCY), by=AS_RENEE)
    scenario.then(RuleSetPublished(rule_set=EMERGENCY))
