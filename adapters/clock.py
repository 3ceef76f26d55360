"""What day is it? The only place that asks, so that a demonstration or a test may answer another day.

Both clocks give a day in mainland France: legal delays, admissions and deliberations are counted in such days.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
NOON = time(12)
"""The hour of a day that is chosen without one."""


class Clock(Protocol):
    """What day and hour it is in Paris, and at which instant."""

    def today(self) -> date: ...
    def hour(self) -> time: ...
    def now(self) -> datetime: ...


class SystemClock:
    """The machine's day, in Europe/Paris."""

    def today(self) -> date:
        """The day it is now in Paris, whatever the machine's own time zone."""
        return self.now().astimezone(PARIS).date()

    def hour(self) -> time:
        """Return the time of day in Paris, to the minute."""
        return self.now().astimezone(PARIS).time().replace(second=0, microsecond=0)

    def now(self) -> datetime:
        """The instant that it is, which is another day elsewhere."""
        return datetime.now(UTC)


class FixedClock:
    """A day chosen by hand: the demonstration plays inside 2018-2023, tests play wherever they need."""

    def __init__(self, day: date, hour: time = NOON) -> None:
        """Stand at `day`, at that hour."""
        self._day, self._hour = day, hour

    def today(self) -> date:
        """The day last chosen."""
        return self._day

    def hour(self) -> time:
        """Return the hour last chosen."""
        return self._hour

    def now(self) -> datetime:
        """That hour of that day in Paris."""
        return datetime.combine(self._day, self._hour, PARIS)

    def set(self, day: date, hour: time = NOON) -> None:
        """Move to `day` and to that hour, forwards or backwards."""
        self._day, self._hour = day, hour
