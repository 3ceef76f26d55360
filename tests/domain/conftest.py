"""A scenario in which the certifier, its people, its framework and its rulebook already stand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.given.domain.people import HOUSE, JURY_DAY
from tests.given.domain.scenario import MemoryStore, Scenario


@pytest.fixture
def scenario() -> Iterator[Scenario]:
    scene = Scenario(today=JURY_DAY, replayed=True)
    scene.given(HOUSE)
    yield scene
    assert scene.refused_again() == [], "the replay of the rules refuses what a command recorded"


@pytest.fixture
def store() -> MemoryStore:
    """The store under the port's tests; another folder's conftest gives the real one to the same tests."""
    return MemoryStore()
