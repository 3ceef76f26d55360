"""SQL condition that a waiting time is over, which also holds after the machine's clock was ahead."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

MARGIN: Final = timedelta(minutes=5)
"""More than a statement waits for a row, since its own now() may be that much older than the time in the row."""


def is_over(column: str, longest: timedelta) -> str:
    """Return a condition that is true once the time in a column has come.

    `longest` is the longest wait that the program ever writes to that column. A time further ahead was written while
    the clock was ahead, and counts as past: otherwise a clock that was wrong for a minute could delay a letter, a job
    or a lease by a year.
    """
    return f"({column} <= now() or {column} > now() + interval '{(longest + MARGIN).total_seconds():.0f} seconds')"
