"""Correspondences, by which blocks of another framework version count in this one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from domain.calendar import PastUnconfirmed
from domain.commands.framework.admit_correspondence import AdmitCorrespondence
from domain.commands.framework.withdraw_correspondence import WithdrawCorrespondence
from domain.framework.facts import CorrespondenceAdmitted, CorrespondenceWithdrawn, FrameworkPublished
from domain.framework.framework import Framework, FrameworkNotPublished
from domain.framework.succession import (
    AlreadyAdmitted,
    CorrespondenceWithItself,
    CorrespondenceWithoutBlocks,
    NoSuchCorrespondence,
    WithdrawalUnreasoned,
    WithdrawnInThePast,
)
from domain.ports import OPERATOR, Actor, FrameworkId, Request
from domain.refusal import Forbidden, NotFound
from domain.replay.judge import replay
from tests.given.domain.people import AS_MARIE, AS_RENEE, FRAMEWORK, RNCP31936
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import NOON, At, Scenario

NEXT = replace(RNCP31936, version=2)
SECOND = FrameworkId(Framework.id_of("RNCP31936", 2))
PUBLISHED = At(SECOND, (FrameworkPublished(definition=NEXT),))


def admit(*from_blocks: int, to: tuple[int, ...] = (1,), **other: FrameworkId) -> AdmitCorrespondence:
    named = {"framework": SECOND, "earlier": FRAMEWORK} | other
    return AdmitCorrespondence(**named, from_blocks=from_blocks, to_blocks=to, ground="décision du 3 mai")


@pytest.mark.parametrize("who", [AS_RENEE, OPERATOR], ids=["registrar", "operator"])
def test_certifier_admits_a_correspondence_between_blocks_with_its_ground(scenario: Scenario, who: Actor) -> None:
    scenario.given(PUBLISHED)
    scenario.when(admit(4, 3, 3, to=(2, 1)), by=who)
    admitted = CorrespondenceAdmitted(
        earlier=FRAMEWORK, from_blocks=(3, 4), to_blocks=(1, 2), ground="décision du 3 mai"
    )
    scenario.then(admitted)
    assert scenario.store.told[-1].stamp.stream == SECOND
    assert [each for each in replay(scenario.store.told) if each.position > scenario.head] == []


def test_correspondence_cannot_be_admitted_by_a_candidate(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    scenario.when(admit(1), by=AS_MARIE)
    scenario.then_refused(Forbidden)


@pytest.mark.parametrize(("blocks", "to"), [((), (1,)), ((1,), ()), ((5,), (1,)), ((1,), (1, 5))])
def test_correspondence_must_name_existing_blocks_of_both_versions(
    scenario: Scenario, blocks: tuple[int, ...], to: tuple[int, ...]
) -> None:
    scenario.given(PUBLISHED)
    scenario.when(admit(*blocks, to=to), by=AS_RENEE)
    scenario.then_refused(CorrespondenceWithoutBlocks)


def test_correspondence_of_a_version_with_itself_or_admitted_twice_is_refused(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    scenario.when(admit(1, framework=FRAMEWORK), by=AS_RENEE)
    scenario.then_refused(CorrespondenceWithItself)
    scenario.when(admit(1), by=AS_RENEE)
    scenario.when(replace(admit(1), ground="autre"), by=AS_RENEE)
    scenario.then_refused(AlreadyAdmitted)
    scenario.when(admit(1, 2), by=AS_RENEE)
    scenario.then_recorded(CorrespondenceAdmitted)


def test_correspondence_needs_both_versions_published(scenario: Scenario) -> None:
    scenario.when(admit(1), by=AS_RENEE)
    scenario.then_refused(NotFound)
    scenario.given(PUBLISHED)
    scenario.when(admit(1, earlier=FrameworkId(Framework.id_of("RNCP38138", 1))), by=AS_RENEE)
    scenario.then_refused(NotFound)
    with pytest.raises(FrameworkNotPublished):
        Framework(id=SECOND).admit_correspondence(Framework(id=FRAMEWORK), (1,), (1,), "x")


# Withdrawal


EFFECT = date(2022, 4, 1)


def take_back(
    *, on: date = EFFECT, blocks: tuple[int, ...] = (3,), reason: str = "x", ground: str = "décision du 2 mars"
) -> WithdrawCorrespondence:
    return WithdrawCorrespondence(
        framework=SECOND,
        earlier=FRAMEWORK,
        from_blocks=blocks,
        to_blocks=(1,),
        withdrawn_on=on,
        reason=reason,
        ground=ground,
    )


WITHDRAWN = CorrespondenceWithdrawn(
    earlier=FRAMEWORK,
    from_blocks=(3,),
    to_blocks=(1,),
    withdrawn_on=EFFECT,
    reason="x",
    ground="décision du 2 mars",
)


def test_correspondence_is_withdrawn_from_a_day_which_can_be_changed_until_it_has_come(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    scenario.when(admit(3), by=AS_RENEE)
    scenario.when(take_back(blocks=(3, 3)), by=AS_RENEE)
    scenario.then(WITHDRAWN)
    assert scenario.store.told[-1].stamp.stream == SECOND
    assert [each for each in replay(scenario.store.told) if each.position > scenario.head] == []
    later = EFFECT + timedelta(days=30)
    scenario.when(take_back(on=later), by=AS_RENEE, on=EFFECT - timedelta(days=1))
    scenario.then(replace(WITHDRAWN, withdrawn_on=later))
    assert scenario.wrong() == [], "set anew until it has come"
    for wrong in (take_back(on=later), take_back(on=later, blocks=(4,))):
        scenario.when(wrong, by=AS_RENEE, on=later)
        scenario.then_refused(NoSuchCorrespondence)
    assert verdict(scenario, SECOND, replace(WITHDRAWN, withdrawn_on=later), AS_RENEE, on=later) == (
        "no-such-correspondence"
    )


@pytest.mark.parametrize("wrong", [take_back(reason=" "), take_back(ground="")], ids=["reason", "text"])
def test_withdrawal_of_a_correspondence_needs_a_reason_and_a_text(
    scenario: Scenario, wrong: WithdrawCorrespondence
) -> None:
    scenario.given(PUBLISHED)
    scenario.when(admit(3), by=AS_RENEE)
    scenario.when(wrong, by=AS_RENEE)
    scenario.then_refused(WithdrawalUnreasoned)


def test_correspondence_is_withdrawn_in_the_past_only_by_the_operator_who_confirms_it(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    scenario.when(admit(3), by=AS_RENEE)
    scenario.when(take_back(), by=AS_MARIE)
    scenario.then_refused(Forbidden)
    scenario.when(take_back(), by=AS_RENEE, on=EFFECT)
    scenario.then(WITHDRAWN)
    scenario.take_back()
    after = EFFECT + timedelta(days=1)
    scenario.when(take_back(), by=AS_RENEE, on=after)
    scenario.then_refused(WithdrawnInThePast)
    assert verdict(scenario, SECOND, WITHDRAWN, AS_RENEE, on=after) == "withdrawn-in-the-past"
    assert verdict(scenario, SECOND, WITHDRAWN, AS_RENEE, on=EFFECT) is None
    scenario.when(take_back(), by=OPERATOR, on=after)
    scenario.then_refused(PastUnconfirmed)
    scenario.when(replace(take_back(), confirms_past=True), by=OPERATOR, on=after)
    scenario.then_recorded(CorrespondenceWithdrawn)
    assert [each for each in replay(scenario.store.told) if each.position > scenario.head] == []


def test_withdrawn_correspondence_can_be_admitted_again(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    scenario.when(admit(3), by=AS_RENEE)
    scenario.when(take_back(), by=AS_RENEE)
    scenario.when(admit(3), by=AS_RENEE)
    (again,) = scenario.then_recorded(CorrespondenceAdmitted)
    request = Request(actor=OPERATOR, append_id=uuid4(), today=EFFECT, hour=NOON)
    with scenario.store.attempt(request, frozenset()) as log:
        framework = log.load(Framework, SECOND)
    day_before = EFFECT - timedelta(days=1)
    assert [framework.leading(day) for day in (day_before, EFFECT)] == [(again, again), (again,)]


def test_withdrawal_of_a_correspondence_leaves_another_in_force(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    for block in (3, 4):
        scenario.when(admit(block), by=AS_RENEE)
    (kept,) = scenario.then_recorded(CorrespondenceAdmitted)
    scenario.when(take_back(), by=AS_RENEE)
    scenario.then(WITHDRAWN)
    assert scenario.log.load(Framework, SECOND).leading(EFFECT) == (kept,)
