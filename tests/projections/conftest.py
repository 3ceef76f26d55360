"""The log on a real database, facts appended through the real store, and a projector."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.database.pool import Database
from tests.given.log.scene import Scene


@pytest.fixture
def scene(database_url: str) -> Iterator[Scene]:
    made = Scene(database_url)
    yield made
    made.close()


@pytest.fixture
def web(database_url: str) -> Iterator[Database]:
    """What the web process reads with."""
    opened = Database(database_url, role="acquis_web")
    yield opened
    opened.close()
