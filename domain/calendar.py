"""Calendars of periods: their last days, time zones, holidays and pauses.

A period ends with its last day, at midnight in its own time zone: midnight in Nouméa is hours before midnight in
Paris, and midnight in Fort-de-France hours after. If the text says so, a last day that is not a working day is
replaced by the next working day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.refusal import Refused

PARIS = "Europe/Paris"
OVERSEAS: dict[str, tuple[tuple[int, int], ...]] = {
    "America/Guadeloupe": ((5, 27),),
    "America/Martinique": ((5, 22),),
    "America/Cayenne": ((6, 10),),
    "America/Marigot": ((5, 28),),
    "America/St_Barthelemy": ((10, 9),),
    "America/Miquelon": (),
    "Indian/Reunion": ((12, 20),),
    "Indian/Mayotte": ((4, 27),),
    "Pacific/Noumea": ((9, 24),),
    "Pacific/Tahiti": ((3, 5), (6, 29)),
    "Pacific/Wallis": ((4, 28), (7, 29)),
}
"""The holidays of each overseas zone in addition to the national ones, as (month, day).

The days that commemorate the end of slavery: Code du travail L3422-2 and décret 83-1003. Those of the Pacific are of
local law. Known without having been read.
"""
ZONES = (PARIS, *OVERSEAS)
"""The time zones whose midnight may end a period."""
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday
_SATURDAY = 5


class PastUnconfirmed(Refused):
    """A day that is past takes effect at once, and is not set anew: confirm that it is meant."""

    fr = "Un jour déjà passé prend effet aussitôt et ne se modifie plus : confirmez que c'est bien lui."
    kind = "invalid"


def check_meant(today: date, confirms_past: bool, *days: date | None) -> None:
    """Refuse days in the past, unless the user confirms them."""
    if not confirms_past and (past := [day.isoformat() for day in days if day and day < today]):
        raise PastUnconfirmed(*past)


def months_after(day: date, months: int) -> date:
    """Return the same day of the month, so many months later; the last day of a shorter month."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def month_end_after(day: date, months: int) -> date:
    """Return the last day of the month, so many months later (fin du n-ième mois qui suit)."""
    later = months_after(day, months)
    return later.replace(day=monthrange(later.year, later.month)[1])


def easter(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar (the anonymous algorithm of 1876)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=256)
def holidays(year: int, zone: str = PARIS) -> frozenset[date]:
    """Return the public holidays of a year in that zone (Code du travail L3133-1, L3422-2)."""
    moving = (easter(year) + timedelta(days=days) for days in _AFTER_EASTER)
    fixed = (date(year, month, day) for month, day in (*_FIXED, *OVERSEAS.get(zone, ())))
    return frozenset((*moving, *fixed))


def works(day: date, zone: str = PARIS) -> bool:
    """Return whether it is a working day there: not a Saturday, a Sunday nor a public holiday (jour ouvré)."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year, zone)


def day_in(zone: str, at: datetime) -> date:
    """Return the date in that zone at an instant."""
    return at.astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The rules of a period's end: its time zone, and whether it moves to the next working day."""

    zone: str = PARIS
    next_working_day: bool = False

    def last(self, day: date) -> date:
        """Return the last day of a period that would end on `day`."""
        while self.next_working_day and not works(day, self.zone):
            day += timedelta(days=1)
        return day

    def over(self, last: date, at: datetime) -> bool:
        """Return whether the last day is over in this zone at that instant."""
        return day_in(self.zone, at) > last

    def surely_over(self, last: date, today: date) -> bool:
        """Return whether the last day is over in this zone at any hour of the day in Paris."""
        return self.over(last, datetime.combine(today, datetime.min.time(), ZoneInfo(PARIS)))

    def still(self, day: date, today: date) -> date:
        """Return this day, while it may be over in Paris but not in this zone; otherwise today."""
        return day if day < today and not self.surely_over(day, today) else today


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A time that does not count: from its first day to the day on which it ended, excluded."""

    began_on: date
    ended_on: date | None = None

    @property
    def days(self) -> int:
        """The number of days that do not count."""
        return (self.ended_on - self.began_on).days if self.ended_on else 0


def ends(
    began_on: date, period: Callable[[date], date], pauses: Iterable[Pause] = (), calendar: Calendar | None = None
) -> date | None:
    """Return the last day of a period, extended by each day of its pauses; None during a pause."""
    held = tuple(pauses)
    if any(pause.ended_on is None for pause in held):
        return None
    last = period(began_on) + timedelta(days=sum(pause.days for pause in held))
    return (calendar or Calendar()).last(last)
