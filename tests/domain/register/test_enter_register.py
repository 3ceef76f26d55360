"""Entry of a title in the register."""

from __future__ import annotations

from uuid import UUID

from domain.commands.register.enter_register import EnterRegister
from domain.framework.framework import Framework
from domain.ports import CandidacyId, FrameworkId
from domain.register.facts import RegisterEntered
from domain.register.register import AlreadyEntered, Register, TitleNotReleased
from tests.given.domain.people import (
    AS_RENEE,
    FRAMEWORK,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    before_the_jury,
    ended,
    granted,
    heard,
    pronounced,
    vae_filed,
)
from tests.given.domain.scenario import Scenario

ENTER = EnterRegister(candidacy=MARIE_VAE)
TITLE = (*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE), pronounced(MARIE_VAE))


def test_released_title_takes_the_next_number_once(scenario: Scenario) -> None:
    scenario.given(*TITLE, ended())
    scenario.when(ENTER, by=AS_RENEE)
    entry = RegisterEntered(number=1, candidacy=MARIE_VAE, candidate=MARIE, framework=FRAMEWORK, obtained_on=JURY_DAY)
    scenario.then(entry)
    scenario.when(ENTER, by=AS_RENEE)
    scenario.then_refused(AlreadyEntered)


def test_title_that_is_not_released_cannot_be_entered(scenario: Scenario) -> None:
    scenario.given(*TITLE, ended(released=False))
    scenario.when(ENTER, by=AS_RENEE)
    scenario.then_refused(TitleNotReleased)


def test_blocks_without_a_pronounced_title_cannot_be_entered(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(granted(MARIE_VAE, 1, 2, 3, 4), ended())
    scenario.when(ENTER, by=AS_RENEE)
    scenario.then_refused(TitleNotReleased)


def test_numbers_of_each_version_begin_at_one_and_its_entries_name_the_version() -> None:
    """A title is identified by certification, version and number together (ADR 27)."""
    second = FrameworkId(Framework.id_of("RNCP31936", 2))
    registers = {each: Register(id=Register.id_of(each)) for each in (FRAMEWORK, second)}
    for turn, version in enumerate((FRAMEWORK, second, FRAMEWORK)):
        register = registers[version]
        candidacy = CandidacyId(UUID(int=turn))
        registers[version] = register.evolve(register.enter(candidacy, MARIE, version, JURY_DAY, None))
    numbers = ((each.id, sorted(entry.number for entry in each.entries.values())) for each in registers.values())
    assert list(numbers) == [
        (Register.id_of(FRAMEWORK), [1, 2]),
        (Register.id_of(second), [1]),
    ]
