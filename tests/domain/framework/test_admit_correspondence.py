"""How do blocks of another framework version come to count in this one?"""

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
def test_the_certifier_says_which_blocks_lead_to_which_and_on_what_ground(scenario: Scenario, who: Actor) -> None:
    scenario.given(PUBLISHED)
    scenario.when(admit(4, 3, 3, to=(2, 1)), by=who)
    admitted = CorrespondenceAdmitted(
        earlier=FRAMEWORK, from_blocks=(3, 4), to_blocks=(1, 2), ground="décision du 3 mai"
    )
    scenario.then(admitted)
    assert scenario.store.told[-1].stamp.stream == SECOND
    assert [each for each in replay(scenario.store.told) if each.position > scenario.head] == []


def test_nobody_else_says_so(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    scenario.when(admit(1), by=AS_MARIE)
    scenario.then_refused(Forbidden)


@pytest.mark.parametrize(("blocks", "to"), [((), (1,)), ((1,), ()), ((5,), (1,)), ((1,), (1, 5))])
def test_it_names_blocks_of_each_version_by_the_number_that_version_gives_them(
    scenario: Scenario, blocks: tuple[int, ...], to: tuple[int, ...]
) -> None:
    scenario.given(PUBLISHED)
    scenario.when(admit(*blocks, to=to), by=AS_RENEE)
    scenario.then_refused(CorrespondenceWithoutBlocks)


def test_a_version_does_not_correspond_to_itself_and_once_is_enough(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    scenario.when(admit(1, framework=FRAMEWORK), by=AS_RENEE)
    scenario.then_refused(CorrespondenceWithItself)
    scenario.when(admit(1), by=AS_RENEE)
    scenario.when(replace(admit(1), ground="autre"), by=AS_RENEE)
    scenario.then_refused(AlreadyAdmitted)
    scenario.when(admit(1, 2), by=AS_RENEE)
    scenario.then_recorded(CorrespondenceAdmitted)


def test_both_versions_are_published(scenario: Scenario) -> None:
    scenario.when(admit(1), by=AS_RENEE)
    scenario.then_refused(NotFound)
    scenario.given(PUBLISHED)
    scenario.when(admit(1, earlier=FrameworkId(Framework.id_of("RNCP38138", 1))), by=AS_RENEE)
    scenario.then_refused(NotFound)
    with pytest.raises(FrameworkNotPublished):
        Framework(id=SECOND).admit_correspondence(Framework(id=FRAMEWORK), (1,), (1,), "x")


# Withdrawn


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


def test_it_is_withdrawn_from_a_day_with_its_reason_and_the_text_that_says_so(scenario: Scenario) -> None:
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
def test_never_without_either(scenario: Scenario, wrong: WithdrawCorrespondence) -> None:
    scenario.given(PUBLISHED)
    scenario.when(admit(3), by=AS_RENEE)
    scenario.when(wrong, by=AS_RENEE)
    scenario.then_refused(WithdrawalUnreasoned)


def test_in_the_past_by_the_operator_alone_and_by_nobody_else(scenario: Scenario) -> None:
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


def test_once_withdrawn_it_may_be_admitted_again_and_leads_anew(scenario: Scenario) -> None:
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


def test_another_one_leads_on(scenario: Scenario) -> None:
    scenario.given(PUBLISHED)
    for block in (3, 4):
        scenario.when(admit(block), by=AS_RENEE)
    (kept,) = scenario.then_recorded(CorrespondenceAdmitted)
    scenario.when(take_back(), by=AS_RENEE)
    scenario.then(WITHDRAWN)
    assert scenario.log.load(Framework, SECOND).leading(EFFECT) == (kept,)
