"""Endorsement of the keys that sign checkpoints."""

from __future__ import annotations

import pytest

from domain.commands.organisation.endorse_checkpoint_key import EndorseCheckpointKey
from domain.organisation.facts import CheckpointKeyEndorsed, Occasion
from domain.organisation.organisation import KeyAlreadyEndorsed, NoKeyToReplace, NotACheckpointKey, Organisation
from domain.ports import OPERATOR
from domain.refusal import Forbidden
from tests.given.domain.people import AS_ADA, AS_RENEE
from tests.given.domain.scenario import At, Scenario

ONE, TWO, NONE = (f"acquis/3f0c9d0e-6a0b-4c58-9a2f-0d1f6c1f7a11+0123456{n}+A{'Q' * 42}{n}" for n in range(3))
FIRST = CheckpointKeyEndorsed(key=ONE, replaces=None, occasion=Occasion.FIRST)
KEEPER = Organisation.keeper()


def test_operator_endorses_the_first_key(scenario: Scenario) -> None:
    scenario.when(EndorseCheckpointKey(key=ONE, replaces=None, occasion=Occasion.FIRST), by=OPERATOR)
    scenario.then(FIRST)


def test_administrator_endorses_the_next_key(scenario: Scenario) -> None:
    scenario.given(At(KEEPER, (FIRST,)))
    scenario.when(EndorseCheckpointKey(key=TWO, replaces=ONE, occasion=Occasion.ROTATION), by=AS_ADA)
    scenario.then(CheckpointKeyEndorsed(key=TWO, replaces=ONE, occasion=Occasion.ROTATION))


def test_registrar_cannot_endorse_a_key(scenario: Scenario) -> None:
    scenario.when(EndorseCheckpointKey(key=ONE, replaces=None, occasion=Occasion.FIRST), by=AS_RENEE)
    scenario.then_refused(Forbidden)


def test_first_key_cannot_be_endorsed_again_and_no_key_twice(scenario: Scenario) -> None:
    scenario.given(At(KEEPER, (FIRST,)))
    scenario.when(EndorseCheckpointKey(key=TWO, replaces=None, occasion=Occasion.FIRST), by=OPERATOR)
    scenario.then_refused(NoKeyToReplace)
    scenario.when(EndorseCheckpointKey(key=ONE, replaces=ONE, occasion=Occasion.LOSS), by=OPERATOR)
    scenario.then_refused(KeyAlreadyEndorsed)


@pytest.mark.parametrize(
    "key",
    [
        "junk",
        "",
        ONE + "\n",
        ONE[:-1],
        ONE.replace("+AQ", "+BQ"),  # another kind of key: a witness's
        ONE.replace("acquis/", ""),
        "\ud800" + ONE,
    ],
)
def test_malformed_checkpoint_key_cannot_be_endorsed(scenario: Scenario, key: str) -> None:
    scenario.when(EndorseCheckpointKey(key=key, replaces=None, occasion=Occasion.FIRST), by=OPERATOR)
    scenario.then_refused(NotACheckpointKey)


def test_key_must_replace_one_that_was_endorsed(scenario: Scenario) -> None:
    scenario.given(At(KEEPER, (FIRST,)))
    scenario.when(EndorseCheckpointKey(key=TWO, replaces=NONE, occasion=Occasion.LOSS), by=OPERATOR)
    scenario.then_refused(NoKeyToReplace)
