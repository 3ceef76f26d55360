"""Fixtures of the tests of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.given.webapi.terminal import acquis_beside

if TYPE_CHECKING:
    from tests.given.webapi.town import World


@pytest.fixture
def run(world: World) -> Any:
    """Return a runner of `acquis` commands on this application's database, in English."""
    return acquis_beside(world)
