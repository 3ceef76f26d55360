"""How do blocks of another framework version come to count in this one?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.commands.admit_correspondence import AdmitCorrespondence
from domain.framework import Framework, FrameworkNotPublished, FrameworkPublished
from domain.ports import OPERATOR, Actor, FrameworkId
from domain.refusal import Forbidden, NotFound
from domain.replay import replay
from domain.succession import (
    AlreadyAdmitted,
    CorrespondenceAdmitted,
    CorrespondenceWithItself,
    CorrespondenceWithoutBlocks,
)
from tests.domain.harness import At, Scenario
from tests.domain.people import AS_MARIE, AS_RENEE, FRAMEWORK, RNCP31936

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
