"""Sizes of the measurements: enough for a figure, or very small if CI only checks that each part runs."""

from __future__ import annotations

import os
from typing import Final, TypeVar

T = TypeVar("T")

SMOKE: Final = os.environ.get("ACQUIS_BENCH") == "smoke"
"""Whether every part only runs once at a small size, which says nothing about a goal."""


def sized(size: T, smoke: T) -> T:
    """Return the size, or the small one for a smoke test."""
    return smoke if SMOKE else size
