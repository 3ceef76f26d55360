"""How much is measured: enough for a figure, or, where CI asks only whether each part still runs, next to nothing."""

from __future__ import annotations

import os
from typing import Final, TypeVar

T = TypeVar("T")

SMOKE: Final = os.environ.get("ACQUIS_BENCH") == "smoke"
"""Whether every part is only to run through: one pair at small sizes, which says nothing of a goal."""


def sized(size: T, smoke: T) -> T:
    """A size, or the one at which a part only runs through."""
    return smoke if SMOKE else size
