"""Which key may sign checkpoints, and who vouches for it?"""

from __future__ import annotations

from domain.commands.endorse_checkpoint_key import EndorseCheckpointKey
from domain.organisation import CheckpointKeyEndorsed, KeyAlreadyEndorsed, NoKeyToReplace, Occasion, Organisation
from domain.ports import OPERATOR
from domain.refusal import Forbidden
from tests.domain.harness import At, Scenario
from tests.domain.people import AS_ADA, AS_RENEE

FIRST = CheckpointKeyEndorsed(key="one", replaces=None, occasion=Occasion.FIRST)
KEEPER = Organisation.keeper()


def test_the_operator_endorses_the_first_key(scenario: Scenario) -> None:
    scenario.when(EndorseCheckpointKey(key="one", replaces=None, occasion=Occasion.FIRST), by=OPERATOR)
    scenario.then(FIRST)


def test_the_administrator_endorses_the_one_after(scenario: Scenario) -> None:
    scenario.given(At(KEEPER, (FIRST,)))
    scenario.when(EndorseCheckpointKey(key="two", replaces="one", occasion=Occasion.ROTATION), by=AS_ADA)
    scenario.then(CheckpointKeyEndorsed(key="two", replaces="one", occasion=Occasion.ROTATION))


def test_nobody_else_endorses_one(scenario: Scenario) -> None:
    scenario.when(EndorseCheckpointKey(key="one", replaces=None, occasion=Occasion.FIRST), by=AS_RENEE)
    scenario.then_refused(Forbidden)


def test_a_first_key_is_first_once_and_a_key_endorsed_once(scenario: Scenario) -> None:
    scenario.given(At(KEEPER, (FIRST,)))
    scenario.when(EndorseCheckpointKey(key="two", replaces=None, occasion=Occasion.FIRST), by=OPERATOR)
    scenario.then_refused(NoKeyToReplace)
    scenario.when(EndorseCheckpointKey(key="one", replaces="one", occasion=Occasion.LOSS), by=OPERATOR)
    scenario.then_refused(KeyAlreadyEndorsed)


def test_a_key_replaces_one_that_was_endorsed(scenario: Scenario) -> None:
    scenario.given(At(KEEPER, (FIRST,)))
    scenario.when(EndorseCheckpointKey(key="two", replaces="none", occasion=Occasion.LOSS), by=OPERATOR)
    scenario.then_refused(NoKeyToReplace)
