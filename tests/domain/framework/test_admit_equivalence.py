"""Equivalences, by which another certification satisfies blocks of a framework version."""

from __future__ import annotations

from domain.commands.framework.admit_equivalence import AdmitEquivalence
from domain.framework.facts import EquivalenceAdmitted
from domain.framework.succession import AlreadyAdmitted, CorrespondenceWithoutBlocks
from domain.refusal import Forbidden
from domain.replay.judge import replay
from tests.given.domain.people import AS_MARIE, AS_RENEE, FRAMEWORK
from tests.given.domain.scenario import Scenario


def admit(*blocks: int, part: str | None = "BC02") -> AdmitEquivalence:
    return AdmitEquivalence(
        framework=FRAMEWORK, certification="RNCP00001", part=part, blocks=blocks, ground="décision du 3 mai"
    )


def test_equivalences_are_numbered_within_their_version(scenario: Scenario) -> None:
    scenario.when(admit(2), by=AS_RENEE)
    scenario.then(
        EquivalenceAdmitted(number=1, certification="RNCP00001", part="BC02", blocks=(2,), ground="décision du 3 mai")
    )
    scenario.when(admit(2, 3, part=None), by=AS_RENEE)
    (second,) = scenario.then_recorded(EquivalenceAdmitted)
    assert isinstance(second, EquivalenceAdmitted)
    assert second.number == 2
    assert [each for each in replay(scenario.store.told) if each.position >= scenario.head] == []


def test_equivalence_is_admitted_once_by_the_certifier_for_existing_blocks(scenario: Scenario) -> None:
    scenario.when(admit(2), by=AS_MARIE)
    scenario.then_refused(Forbidden)
    for blocks in ((), (5,)):
        scenario.when(admit(*blocks), by=AS_RENEE)
        scenario.then_refused(CorrespondenceWithoutBlocks)
    scenario.when(admit(2), by=AS_RENEE)
    scenario.when(admit(2), by=AS_RENEE)
    scenario.then_refused(AlreadyAdmitted)
