"""What did the certifier decide about a candidacy's way: its time, its places, its end? (règlement : parcours)"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from domain.calendar import Calendar, months_after
from domain.framework.definition import Route


@dataclass(frozen=True, kw_only=True)
class YearlyPlaces:
    """How many candidates a route admits in a year (contingent annuel); `source` is the text that says so."""

    route: Route
    places: int
    source: str


@dataclass(frozen=True, kw_only=True)
class JourneyRules:
    """How journeys are timed; the defaults are what a rulebook that says nothing of it has always meant.

    `calendar` says where periods end; `lapses_after_months` how long after its last step a candidacy lapses
    (None: never); `yearly_places` how many candidates a route admits in a year; `remind_days` how many days
    before a deadline a reminder is given (0: on its last day).
    """

    calendar: Calendar = field(default_factory=Calendar)
    lapses_after_months: int | None = None
    yearly_places: tuple[YearlyPlaces, ...] = ()
    remind_days: int = 0

    def lapses(self, since: date) -> date | None:
        """The last day on which a candidacy whose last step was then goes on; None where it never lapses."""
        months = self.lapses_after_months
        return self.calendar.last(months_after(since, months)) if months is not None else None

    def places(self, route: Route) -> YearlyPlaces | None:
        """How many candidates this route admits in a year, if the rulebook limits them."""
        return next((each for each in self.yearly_places if each.route is route), None)


SILENT = JourneyRules()
"""What a rulebook that says nothing of it means."""
