"""The day and the hour that the server's clocks give."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from adapters.clock import FixedClock, SystemClock


class StoppedSystemClock(SystemClock):
    """The system's clock, stopped at an instant."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self) -> datetime:
        return self._instant


@pytest.mark.parametrize(
    ("instant", "day", "hour"),
    [
        (datetime(2021, 6, 15, 22, 30, 59, 7, tzinfo=UTC), date(2021, 6, 16), time(0, 30)),
        (datetime(2021, 12, 15, 22, 30, tzinfo=UTC), date(2021, 12, 15), time(23, 30)),
    ],
    ids=["summer", "winter"],
)
def test_system_clock_gives_the_day_and_the_minute_of_mainland_france(
    instant: datetime, day: date, hour: time
) -> None:
    clock = StoppedSystemClock(instant)
    assert (clock.today(), clock.hour()) == (day, hour)


def test_fixed_clock_gives_the_hour_last_chosen_and_noon_without_one() -> None:
    clock = FixedClock(date(2021, 6, 15))
    assert clock.hour() == time(12)
    clock.set(date(2021, 6, 16), time(9, 5))
    assert (clock.today(), clock.hour(), clock.now().hour) == (date(2021, 6, 16), time(9, 5), 9)
