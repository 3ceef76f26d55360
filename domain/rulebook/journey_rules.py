"""Rules on a candidacy's journey: its time, its places, its end (règlement : parcours)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from domain.calendar import Calendar, months_after
from domain.framework.definition import Route


@dataclass(frozen=True, kw_only=True)
class YearlyPlaces:
    """The number of candidates that a route admits in a year (contingent annuel); `source` is its text."""

    route: Route
    places: int
    source: str


@dataclass(frozen=True, kw_only=True)
class JourneyRules:
    """The timing of journeys; the defaults are the rules of a silent rulebook.

    `calendar` says where periods end. `lapses_after_months` is how long after its last step a candidacy lapses (None:
    never). `yearly_places` is how many candidates a route admits in a year. `remind_days` is how many days before a
    deadline a reminder is given (0: on its last day).
    """

    calendar: Calendar = field(default_factory=Calendar)
    lapses_after_months: int | None = None
    yearly_places: tuple[YearlyPlaces, ...] = ()
    remind_days: int = 0

    def lapses(self, since: date) -> date | None:
        """Return the last day of a candidacy whose last step was on that day; None if it never lapses."""
        months = self.lapses_after_months
        return self.calendar.last(months_after(since, months)) if months is not None else None

    def places(self, route: Route) -> YearlyPlaces | None:
        """Return the yearly limit of candidates on this route, if the rulebook sets one."""
        return next((each for each in self.yearly_places if each.route is route), None)


SILENT = JourneyRules()
"""The rules of a rulebook that is silent on this."""
