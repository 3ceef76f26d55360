"""A scenario in which the certifier, its people, its framework and its rulebook already stand."""

from __future__ import annotations

import pytest

from tests.domain.harness import MemoryStore, Scenario
from tests.domain.people import HOUSE, JURY_DAY


@pytest.fixture
def scenario() -> Scenario:
    scene = Scenario(today=JURY_DAY)
    scene.given(HOUSE)
    return scene


@pytest.fixture
def store() -> MemoryStore:
    """The store under the port's tests; another folder's conftest gives the real one to the same tests."""
    return MemoryStore()
