"""The calendar: ends of periods, months, midnights in their time zones, and public holidays."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.calendar import PARIS, ZONES, Calendar, Pause, day_in, easter, ends, holidays, months_after, works

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
TWO_MONTHS = partial(months_after, months=2)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2021, 1, 4), 2, date(2021, 3, 4)),
        (date(2020, 12, 31), 2, date(2021, 2, 28)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2021, 11, 30), 3, date(2022, 2, 28)),
    ],
)
def test_period_in_months_ends_on_the_same_day_of_the_month(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


@pytest.mark.parametrize(
    "sunday",
    [
        date(1761, 3, 22),
        date(2000, 4, 23),
        date(2008, 3, 23),
        date(2011, 4, 24),
        date(2019, 4, 21),
        date(2024, 3, 31),
        date(2038, 4, 25),
    ],
)
def test_easter_is_computed(sunday: date) -> None:
    assert easter(sunday.year) == sunday


@given(st.integers(1990, 2090))
def test_year_has_eleven_national_holidays_of_which_three_follow_easter(year: int) -> None:
    """Code du travail L3133-1. Ascension may fall on 1 or 8 May (2008, 2027)."""
    assert len(holidays(year)) in {10, 11}
    assert easter(year).weekday() == 6
    assert {easter(year) + timedelta(days=after) for after in (1, 39, 50)} <= holidays(year)


@pytest.mark.parametrize(
    ("day", "zone", "off"),
    [
        (date(2024, 5, 9), PARIS, True),  # Ascension
        (date(2024, 5, 22), PARIS, False),
        (date(2024, 5, 22), "America/Martinique", True),
        (date(2024, 5, 27), "America/Guadeloupe", True),
        (date(2024, 5, 27), "America/Martinique", False),
        (date(2024, 6, 10), "America/Cayenne", True),
        (date(2024, 12, 20), "Indian/Reunion", True),
        (date(2026, 4, 27), "Indian/Mayotte", True),
        (date(2024, 9, 24), "Pacific/Noumea", True),
        (date(2024, 7, 14), "Pacific/Noumea", True),
    ],
)
def test_overseas_territory_has_its_own_holidays_and_the_national_ones(day: date, zone: str, off: bool) -> None:
    assert (day in holidays(day.year, zone)) is off
    assert works(day, zone) is (not off and day.weekday() < 5)


@given(DAYS, st.sampled_from(ZONES))
@example(date(2024, 5, 22), "America/Martinique")  # a holiday there, a working day in Paris
def test_last_day_moves_to_the_first_working_day_when_the_text_says_so(day: date, zone: str) -> None:
    last = Calendar(zone=zone, next_working_day=True).last(day)
    assert works(last, zone)
    assert last >= day
    assert not any(works(day + timedelta(days=n), zone) for n in range((last - day).days))
    assert Calendar(zone=zone).last(day) == day, "only where the text says so"


@given(DAYS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 90)), max_size=4))
def test_period_is_a_day_longer_for_each_day_of_pause(began: date, spans: list[tuple[int, int]]) -> None:
    pauses, at = [], began
    for before, length in spans:
        paused = at + timedelta(days=before)
        at = paused + timedelta(days=length)
        pauses.append(Pause(began_on=paused, ended_on=at))
    held = sum(length for _, length in spans)
    assert ends(began, TWO_MONTHS, pauses) == months_after(began, 2) + timedelta(days=held)
    assert ends(began, TWO_MONTHS, [*pauses, Pause(began_on=at)]) is None, "while it is paused no day is its last"


@given(st.integers(0, 2**31).map(lambda second: datetime.fromtimestamp(second, UTC)), st.sampled_from(ZONES))
def test_day_is_over_at_midnight_in_its_time_zone(at: datetime, zone: str) -> None:
    calendar = Calendar(zone=zone)
    today = day_in(zone, at)
    assert not calendar.over(today, at)
    assert calendar.over(today - timedelta(days=1), at)
    midnight = datetime.combine(today + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
    assert calendar.over(today, midnight)
    assert not calendar.over(today, midnight.astimezone(UTC) - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("zone", "hour", "over"),
    [
        (PARIS, datetime(2024, 3, 4, 22, 59, tzinfo=UTC), False),
        (PARIS, datetime(2024, 3, 4, 23, 0, tzinfo=UTC), True),
        ("America/Martinique", datetime(2024, 3, 5, 3, 59, tzinfo=UTC), False),
        ("America/Martinique", datetime(2024, 3, 5, 4, 0, tzinfo=UTC), True),
        ("Pacific/Noumea", datetime(2024, 3, 4, 12, 59, tzinfo=UTC), False),
        ("Pacific/Noumea", datetime(2024, 3, 4, 13, 0, tzinfo=UTC), True),
    ],
)
def test_midnight_is_that_of_the_calendars_time_zone(zone: str, hour: datetime, over: bool) -> None:
    assert Calendar(zone=zone).over(date(2024, 3, 4), hour) is over


@pytest.mark.parametrize("machine", ["UTC", "Asia/Tokyo", "America/Cayenne"])
def test_day_is_over_in_paris_whatever_the_time_zone_of_the_machine(
    machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as there:
        there.setenv("TZ", machine)
        time.tzset()
        over = Calendar().surely_over(date(2024, 3, 4), date(2024, 3, 5))
        noumea = Calendar(zone="Pacific/Noumea").surely_over(date(2024, 3, 5), date(2024, 3, 5))
    time.tzset()
    assert (over, noumea) == (True, False)


def test_day_overseas_may_not_be_over_when_it_is_in_paris() -> None:
    last, next_day = date(2024, 3, 4), date(2024, 3, 5)
    assert Calendar().surely_over(last, next_day)
    assert not Calendar().surely_over(last, last)
    assert not Calendar(zone="America/Martinique").surely_over(last, next_day), "it is still evening there"
    assert Calendar(zone="America/Martinique").surely_over(last, date(2024, 3, 6))
    assert Calendar(zone="Pacific/Noumea").surely_over(last, next_day)
