"""The house on a real database, for tests of what stands under it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.settings import Settings
from webapi.wiring import House, furnish


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """A house on a database of this test's own, on the day of a jury."""
    assert settings.database_url
    opened = furnish(settings, DatabaseServer(settings.database_url), FixedClock(date(2021, 6, 15)))
    yield opened
    opened.close()
