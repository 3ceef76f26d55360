"""What day is it? The only place that asks, so that a demonstration or a test may answer another day.

Both clocks give a day in mainland France: legal delays, admissions and deliberations are counted in such days.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class Clock(Protocol):
    """What day it is in Paris, and at which instant."""

    def today(self) -> date: ...
    def now(self) -> datetime: ...


class SystemClock:
    """The machine's day, in Europe/Paris."""

    def today(self) -> date:
        """The day it is now in Paris, whatever the machine's own time zone."""
        return self.now().astimezone(PARIS).date()

    def now(self) -> datetime:
        """The instant that it is, which is another day elsewhere."""
        return datetime.now(UTC)


class FixedClock:
    """A day chosen by hand: the demonstration plays inside 2018-2023, tests play wherever they need."""

    def __init__(self, day: date) -> None:
        """Stand at `day`."""
        self._day = day

    def today(self) -> date:
        """The day last chosen."""
        return self._day

    def now(self) -> datetime:
        """Noon of that day in Paris."""
        return datetime.combine(self._day, time(12), PARIS)

    def set(self, day: date) -> None:
        """Move to `day`, forwards or backwards."""
        self._day = day
