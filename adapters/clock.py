"""Clocks: the only source of the current date and time, so that a demonstration or a test may set another day.

Both clocks give a day in mainland France: legal delays, admissions and deliberations are counted in such days.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
NOON = time(12)
"""The default hour of a day that is set."""


class Clock(Protocol):
    """Interface of a clock: the day and hour in Paris, and the instant."""

    def today(self) -> date: ...
    def hour(self) -> time: ...
    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock, in Europe/Paris."""

    def today(self) -> date:
        """Return today's date in Paris, whatever the machine's own time zone."""
        return self.now().astimezone(PARIS).date()

    def hour(self) -> time:
        """Return the time of day in Paris, to the minute."""
        return self.now().astimezone(PARIS).time().replace(second=0, microsecond=0)

    def now(self) -> datetime:
        """Return the current instant, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock set by hand: the demonstration is set in 2018-2023, each test in the time that it needs."""

    def __init__(self, day: date, hour: time = NOON) -> None:
        """Set the clock to `day` at `hour`."""
        self._day, self._hour = day, hour

    def today(self) -> date:
        """Return the day last set."""
        return self._day

    def hour(self) -> time:
        """Return the hour last set."""
        return self._hour

    def now(self) -> datetime:
        """Return the set hour of the set day in Paris."""
        return datetime.combine(self._day, self._hour, PARIS)

    def set(self, day: date, hour: time = NOON) -> None:
        """Set the clock to `day` and `hour`, forwards or backwards."""
        self._day, self._hour = day, hour
