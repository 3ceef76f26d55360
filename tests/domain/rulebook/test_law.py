"""Texts of law, and which of them binds a parcours, by the date that each text names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import PastUnconfirmed
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.commands.rulebook.repeal_rule_set import RepealRuleSet
from domain.framework.definition import Route
from domain.framework.jury_rule import Balance, BalanceScope, PanelShare, Quality, Quota, Seat, Sex
from domain.people.facts import Tie
from domain.ports import OPERATOR
from domain.refusal import Forbidden
from domain.replay.judge import Unlawful, replay
from domain.rulebook.facts import RuleSetPublished, RuleSetRepealed
from domain.rulebook.law import DerogationUnsound, Law, NoSuchRuleSet, RuleSetAlreadyPublished, RuleSetUnsound
from domain.rulebook.rule_set import AdmissibilityLaw, HowKnown, JuryChanges, JuryLaw, Provision, RuleSet, RuleSetDate
from tests.given.domain.law import D6412, FORMER, R335, R335_7, THE_LAW
from tests.given.domain.people import AS_PAUL, AS_RENEE
from tests.given.domain.scenario import Scenario

DEROGATION = replace(
    R335_7,
    id="arrêté d'essai",
    first=date(2020, 3, 12),
    last=date(2020, 6, 23),
    derogation=True,
    admissibility=AdmissibilityLaw(months=4, silence_admits=False),
)


def law_of(*sets: RuleSet) -> Law:
    law = Law(id=Law.the())
    for each in sets:
        law = law.evolve(law.publish(each))
    return law


LAW = law_of(R335, D6412, R335_7)


def jury(began_on: date, session_on: date | None = None, route: Route = Route.VAE) -> str | None:
    found = LAW.in_force(route, began_on=began_on, session_on=session_on).source(Provision.JURY)
    return found.id if found else None


def test_rule_set_is_published_once_under_its_id(scenario: Scenario) -> None:
    scenario.when(PublishRuleSet(rule_set=R335), by=AS_RENEE)
    scenario.then(RuleSetPublished(rule_set=R335))
    scenario.when(PublishRuleSet(rule_set=replace(R335, jury=JuryLaw())), by=OPERATOR)
    scenario.then_refused(RuleSetAlreadyPublished)


def test_rule_set_cannot_be_published_by_a_juror(scenario: Scenario) -> None:
    scenario.when(PublishRuleSet(rule_set=R335), by=AS_PAUL)
    scenario.then_refused(Forbidden)


@pytest.mark.parametrize(
    "unsound",
    [
        replace(R335, routes=()),
        replace(R335, jury=None),
        replace(R335, last=date(2019, 11, 3)),
        replace(D6412, derogation=True),
    ],
    ids=["binds no route", "provides nothing", "ends before it begins", "a derogation without end"],
)
def test_unsound_rule_set_cannot_be_published(scenario: Scenario, unsound: RuleSet) -> None:
    scenario.when(PublishRuleSet(rule_set=unsound), by=AS_RENEE)
    scenario.then_refused(RuleSetUnsound)


def test_rule_set_is_repealed_and_its_last_day_can_be_changed_until_it_has_passed(scenario: Scenario) -> None:
    scenario.given(THE_LAW)
    last = date(2027, 1, 31)
    repealed = RepealRuleSet(rule_set=D6412.id, last=last, ground="décret à venir")
    scenario.when(replace(repealed, last=date(2024, 4, 12)), by=AS_RENEE)
    scenario.then_refused(RuleSetUnsound)
    past = date(2021, 6, 14)
    scenario.when(replace(repealed, last=past), by=AS_RENEE)
    scenario.then_refused(PastUnconfirmed, past.isoformat())
    scenario.when(replace(repealed, last=date(2027, 6, 30)), by=AS_RENEE)
    scenario.when(repealed, by=AS_RENEE, on=date(2027, 6, 30))
    scenario.then_refused(PastUnconfirmed, last.isoformat())
    scenario.when(repealed, by=AS_RENEE)
    scenario.then(RuleSetRepealed(rule_set=D6412.id, last=last, ground="décret à venir"))
    assert scenario.wrong() == []
    over = last + timedelta(days=1)
    for again in (
        replace(repealed, last=over),
        replace(repealed, last=over, rule_set="another"),
        replace(repealed, last=over, rule_set=R335.id),
    ):
        scenario.when(again, by=AS_RENEE, on=over)
        scenario.then_refused(NoSuchRuleSet)
    after = replace(LAW, sets={**LAW.sets, D6412.id: replace(D6412, last=last)})
    assert after.in_force(Route.VAE, began_on=last).jury == D6412.jury
    assert after.in_force(Route.VAE, began_on=last + timedelta(days=1)).jury is None


@pytest.mark.parametrize(
    ("began_on", "session_on", "chosen"),
    [
        # R335-8, version of 4 November 2019: the session's day chooses it
        (date(2019, 2, 1), date(2019, 11, 3), None),
        (date(2019, 2, 1), date(2019, 11, 4), R335.id),
        (date(2021, 2, 1), date(2023, 12, 28), R335.id),
        # repealed: a parcours begun by 31 December 2023 keeps it (décret 2023-1275, art. 5)
        (date(2023, 12, 31), date(2024, 9, 2), R335.id),
        # between the two texts no decree composes the jury (L6412-3): no rule applies
        (date(2024, 1, 1), date(2024, 2, 1), None),
        (date(2024, 4, 12), date(2024, 9, 2), None),
        # D6412-6: the day on which the parcours began chooses it
        (date(2024, 4, 13), date(2024, 9, 2), D6412.id),
    ],
)
def test_law_of_a_jury_is_chosen_by_the_date_that_the_text_names(
    began_on: date, session_on: date, chosen: str | None
) -> None:
    assert jury(began_on, session_on) == chosen


def test_law_of_a_jury_without_a_session_is_that_of_the_beginning_of_the_parcours() -> None:
    assert jury(date(2021, 2, 1)) == R335.id
    assert jury(date(2024, 1, 15)) is None
    assert jury(date(2024, 5, 2)) == D6412.id


def test_text_binds_only_the_routes_that_it_names() -> None:
    assert jury(date(2021, 2, 1), date(2021, 6, 15), Route.FI) is None


def test_provisions_cite_their_texts_and_how_these_are_known() -> None:
    outside = replace(R335_7, id="hors portail", first=date(2024, 1, 1), last=None, portal=False, yearly_files=None)
    law = law_of(R335, D6412, R335_7, outside)
    found = law.in_force(Route.VAE, began_on=date(2024, 5, 2), session_on=date(2024, 9, 2))
    assert found.jury == D6412.jury
    assert found.admissibility == R335_7.admissibility
    assert law.in_force(Route.VAE, began_on=date(2024, 5, 2), portal=True).admissibility is None
    said = {provision: (each.id, each.known) for provision, each in found.sets.items()}
    assert said == {
        Provision.JURY: (D6412.id, HowKnown.READ),
        Provision.ADMISSIBILITY: (outside.id, HowKnown.SUMMARY),
    }
    assert (found.jury_within_months, found.notice_within_days, found.declaration_within_months) == (None, None, None)


@pytest.mark.parametrize("order", [(R335_7, DEROGATION), (DEROGATION, R335_7)])
def test_derogation_comes_before_the_ordinary_text_while_it_is_in_force(order: tuple[RuleSet, ...]) -> None:
    law = law_of(*order)
    during = law.in_force(Route.VAE, began_on=date(2020, 4, 1))
    assert (during.admissibility, during.source(Provision.ADMISSIBILITY)) == (DEROGATION.admissibility, DEROGATION)
    for around in (date(2020, 3, 11), date(2020, 6, 24)):
        assert law.in_force(Route.VAE, began_on=around).admissibility == R335_7.admissibility


def test_derogation_comes_before_an_ordinary_text_that_begins_later() -> None:
    newer = replace(R335_7, id="newer", first=date(2020, 5, 1))
    for order in ((newer, DEROGATION), (DEROGATION, newer)):
        found = law_of(*order).in_force(Route.VAE, began_on=date(2020, 5, 2))
        assert found.source(Provision.ADMISSIBILITY) == DEROGATION


def test_ordinary_text_that_began_last_binds_and_of_equal_days_the_one_published_last() -> None:
    newer = replace(R335_7, id="newer", first=date(2022, 1, 1))
    corrected = replace(newer, id="corrected", admissibility=AdmissibilityLaw(months=3, silence_admits=True))
    law = law_of(newer, R335_7, corrected)
    assert law.in_force(Route.VAE, began_on=date(2021, 12, 31)).source(Provision.ADMISSIBILITY) == R335_7
    assert law.in_force(Route.VAE, began_on=date(2022, 1, 1)).source(Provision.ADMISSIBILITY) == corrected


def test_provision_of_an_earlier_text_stays_in_force_when_a_later_one_does_not_mention_it() -> None:
    delays = replace(R335_7, id="delays", admissibility=None, notice_within_days=15, declaration_within_months=3)
    found = law_of(R335_7, delays, D6412).in_force(Route.VAE, began_on=date(2023, 5, 2))
    assert (found.notice_within_days, found.declaration_within_months) == (15, 3)
    assert found.admissibility == R335_7.admissibility


ONE_IS_ENOUGH = replace(
    R335,
    id="ordonnance",
    first=date(2020, 3, 12),
    last=date(2020, 12, 31),
    derogation=True,
    keeps_begun=False,
    reference="ordonnance 2020-351",
    jury=None,
    jury_changes=JuryChanges(quotas=(Quota(quality=Quality.PROFESSION, count=1),)),
)
SPRING = date(2020, 4, 1)


@pytest.mark.parametrize("order", [(R335, ONE_IS_ENOUGH), (ONE_IS_ENOUGH, R335)])
def test_derogation_changes_only_what_it_mentions_of_a_jury(order: tuple[RuleSet, ...]) -> None:
    """Two members, ties, balance and no casting vote are those of R335-8; both texts are cited."""
    found = law_of(*order).in_force(Route.VAE, began_on=SPRING, session_on=SPRING)
    assert R335.jury is not None
    assert found.jury == replace(R335.jury, quotas=(Quota(quality=Quality.PROFESSION, count=1),))
    text = found.source(Provision.JURY)
    assert text is not None
    assert (text.id, text.reference) == (R335.id, "Code de l'éducation R335-8 ; ordonnance 2020-351")
    assert found.source(Provision.JURY_CHANGES) == ONE_IS_ENOUGH
    after = law_of(*order).in_force(Route.VAE, began_on=SPRING, session_on=date(2021, 1, 1))
    assert after.source(Provision.JURY) == R335


def test_derogation_with_an_empty_list_removes_a_rule_and_alone_it_is_the_whole_jury_law() -> None:
    nothing = replace(ONE_IS_ENOUGH, jury_changes=JuryChanges(quotas=(), balances=(), minimum=1, casting_vote=True))
    assert R335.jury is not None
    over = law_of(R335, nothing).in_force(Route.VAE, began_on=SPRING, session_on=SPRING).jury
    assert over == replace(R335.jury, quotas=(), balances=(), minimum=1, casting_vote=True)
    alone = law_of(nothing).in_force(Route.VAE, began_on=SPRING, session_on=SPRING)
    assert (alone.jury, alone.source(Provision.JURY)) == (
        JuryLaw(casting_vote=True),
        replace(nothing, jury=JuryLaw(casting_vote=True)),
    )


MORE = replace(
    ONE_IS_ENOUGH,
    id="décret",
    first=date(2020, 3, 20),
    reference="décret 2020-1",
    jury_changes=JuryChanges(minimum=1, casting_vote=True),
)


@pytest.mark.parametrize("order", [(R335, ONE_IS_ENOUGH, MORE), (MORE, ONE_IS_ENOUGH, R335)])
def test_two_derogations_change_each_what_they_mention(order: tuple[RuleSet, ...]) -> None:
    found = law_of(*order).in_force(Route.VAE, began_on=SPRING, session_on=SPRING)
    assert R335.jury is not None
    one = (Quota(quality=Quality.PROFESSION, count=1),)
    assert found.jury == replace(R335.jury, quotas=one, minimum=1, casting_vote=True)
    text = found.source(Provision.JURY)
    assert text is not None
    assert text.reference == "Code de l'éducation R335-8 ; ordonnance 2020-351 ; décret 2020-1"


def test_derogation_that_began_last_decides_when_two_change_the_same_value() -> None:
    less = replace(ONE_IS_ENOUGH, jury_changes=JuryChanges(minimum=3))
    for order in ((R335, less, MORE), (R335, MORE, less)):
        jury = law_of(*order).in_force(Route.VAE, began_on=SPRING, session_on=SPRING).jury
        assert jury is not None
        assert jury.minimum == 1


def test_balance_required_by_a_derogation_is_checked_and_cites_its_text() -> None:
    balance = Balance(scope=BalanceScope.PANEL, difference=0)
    strict = replace(ONE_IS_ENOUGH, jury_changes=JuryChanges(balances=(balance,)))
    men = tuple(Seat(juror=UUID(int=n), external=False, side=None, sex=Sex.M) for n in range(2))
    assert [each.source for each in law_of(strict).imbalances(men)] == ["ordonnance 2020-351"]


@pytest.mark.parametrize(
    "wrong",
    [
        replace(ONE_IS_ENOUGH, derogation=False),
        replace(ONE_IS_ENOUGH, first=None),
        replace(ONE_IS_ENOUGH, reference=" "),
        replace(ONE_IS_ENOUGH, jury_changes=JuryChanges()),
        replace(ONE_IS_ENOUGH, jury=JuryLaw()),
        replace(ONE_IS_ENOUGH, jury_changes=JuryChanges(minimum=0)),
    ],
    ids=["no derogation", "no first day", "no text", "no change", "all of it too", "nobody"],
)
def test_derogation_on_juries_must_be_dated_cite_its_text_and_change_something(wrong: RuleSet) -> None:
    with pytest.raises(DerogationUnsound):
        law_of(wrong)


DAYS = st.dates(date(2018, 1, 1), date(2026, 1, 1))


@given(began=DAYS, after=st.integers(0, 900))
def test_no_jury_is_under_two_laws_and_the_gap_between_them_is_not_filled(began: date, after: int) -> None:
    session = began + timedelta(days=after)
    bound = [each.id for each in (R335, D6412) if each.binds(Route.VAE, began, session, portal=False)]
    assert len(bound) <= 1
    if date(2024, 1, 1) <= began <= date(2024, 4, 12):
        assert bound == []


def test_replay_finds_a_rule_set_published_twice_or_changed(scenario: Scenario) -> None:
    scenario.given(THE_LAW)
    before = len(scenario.store.told)
    given = list(replay(scenario.store.told))
    assert [each for each in given if each.position > before - len(THE_LAW.facts)] == []
    scenario.given(replace(THE_LAW, facts=(RuleSetPublished(rule_set=replace(R335, jury=JuryLaw())),)))
    scenario.given(
        replace(THE_LAW, facts=(RuleSetRepealed(rule_set=R335.id, last=R335.last or date.max, ground="x"),))
    )
    assert [each for each in replay(scenario.store.told) if each not in given] == [
        Unlawful(before + 1, "rule-set-already-published"),
        Unlawful(before + 2, "no-such-rule-set"),
    ]


def test_share_of_a_panel_is_rounded_up_and_a_quota_is_the_greater_of_count_and_share() -> None:
    quarter = Quota(quality=Quality.PROFESSION, count=2, share=PanelShare(parts=1, of=4))
    assert [quarter.least(size) for size in (1, 5, 8, 9, 12, 13)] == [2, 2, 2, 3, 3, 4]
    assert Quota(quality=Quality.EXTERNAL, share=PanelShare(parts=2, of=5)).least(5) == 2


def test_shipped_law_of_vae_has_the_provisions_read() -> None:
    """The four texts of VAE in `law-vae.yaml`; tests/adapters/framework_file/test_law_file.py tests the file
    itself."""
    assert R335.jury == JuryLaw(
        minimum=2,
        quotas=(Quota(quality=Quality.PROFESSION, count=2, share=PanelShare(parts=1, of=4)),),
        both_sexes=True,
        from_deliberation=(Tie.ADVISED, Tie.EMPLOYER, Tie.COLLEAGUE),
        casting_vote=False,
        former_colleagues=False,
    )
    assert (R335.chosen_by, D6412.chosen_by) == (RuleSetDate.SESSION, RuleSetDate.PARCOURS)


def test_text_that_keeps_parcours_begun_under_it_excludes_texts_chosen_by_a_later_session() -> None:
    """Décret 2023-1275, NOTA: a parcours begun before stays under R335-8, whatever fills the gap after it."""
    gap = replace(D6412, id="gap", first=date(2024, 1, 1), last=date(2024, 4, 12), chosen_by=RuleSetDate.SESSION)
    notice = replace(gap, id="notice", jury=None, notice_within_days=15)
    law = law_of(R335, gap, notice)

    def text(began_on: date, session_on: date, of: Provision = Provision.JURY) -> str | None:
        found = law.in_force(Route.VAE, began_on=began_on, session_on=session_on).source(of)
        return found.id if found else None

    assert text(date(2022, 5, 2), date(2024, 2, 1)) == R335.id
    assert text(date(2024, 1, 1), date(2024, 2, 1)) == "gap"
    assert text(date(2022, 5, 2), date(2024, 2, 1), Provision.NOTICE_WITHIN) == "notice", "of that it says nothing"
    exceptional = replace(gap, id="exceptional", derogation=True)
    law = law_of(R335, gap, exceptional)
    assert text(date(2022, 5, 2), date(2024, 2, 1)) == "exceptional"


def test_parcours_is_bound_by_the_text_it_began_under_when_two_keep_those_begun() -> None:
    second = replace(R335, id="second", first=date(2024, 1, 1), last=date(2024, 12, 31))
    third = replace(R335, id="third", first=date(2025, 1, 1), last=None)
    law = law_of(third, second, R335)
    for session_on in (date(2024, 2, 1), date(2025, 2, 1)):
        found = law.in_force(Route.VAE, began_on=date(2022, 5, 2), session_on=session_on).source(Provision.JURY)
        assert found is not None
        assert found.id == R335.id


def test_text_chosen_by_the_parcours_is_not_displaced_by_one_that_keeps_those_begun() -> None:
    parcours = replace(D6412, id="parcours", first=date(2022, 1, 1))
    law = law_of(R335, parcours)
    found = law.in_force(Route.VAE, began_on=date(2022, 5, 2), session_on=date(2024, 2, 1)).source(Provision.JURY)
    assert found is not None
    assert found.id == "parcours"


def test_text_that_keeps_those_begun_is_corrected_by_another_of_the_same_days() -> None:
    """ADR 17: this holds whichever was published first, and although its last day was read wrongly."""
    former, *_ = FORMER
    for began_on, session_on in (
        (date(2018, 3, 1), date(2024, 2, 1)),
        (date(2022, 5, 2), date(2024, 2, 1)),
        (date(2023, 12, 31), date(2024, 9, 2)),
        (date(2022, 5, 2), date(2022, 9, 2)),
    ):
        found = law_of(former, R335).in_force(Route.VAE, began_on=began_on, session_on=session_on)
        assert found.source(Provision.JURY) == R335, (began_on, session_on)


def test_text_of_the_portal_binds_only_a_parcours_begun_there() -> None:
    """Décret 2023-1275, art. 5: R6412-4 for a certification on the portal, R335-7 kept outside it."""
    there = replace(R335_7, id="CT-R6412-4", first=date(2024, 1, 1), last=None, portal=True)
    outside = replace(there, id="CE-R335-7-hors-portail", portal=False)
    for order in ((there, outside), (outside, there)):
        law = law_of(R335_7, *order)
        for portal, text in ((True, there), (False, outside)):
            found = law.in_force(Route.VAE, began_on=date(2026, 1, 5), portal=portal)
            assert found.source(Provision.ADMISSIBILITY) == text
            before = law.in_force(Route.VAE, began_on=date(2023, 12, 31), portal=portal)
            assert before.source(Provision.ADMISSIBILITY) == R335_7
