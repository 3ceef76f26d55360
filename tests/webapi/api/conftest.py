"""What is shared here?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.given.webapi.terminal import acquis_beside

if TYPE_CHECKING:
    from tests.given.webapi.town import World


@pytest.fixture
def run(world: World) -> Any:
    """Run `acquis` beside this house, in English."""
    return acquis_beside(world)
