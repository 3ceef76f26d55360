"""Reader of a rulebook's rules on the time limits of a candidacy (règlement : parcours)."""

from __future__ import annotations

from adapters.framework_file.document import Spot, distinct
from domain.calendar import PARIS, ZONES, Calendar
from domain.framework.definition import Route
from domain.rulebook.journey_rules import SILENT, JourneyRules, YearlyPlaces

KEYS = "zone next_working_day lapses_after_months remind_days yearly_places"


def read_journeys(spot: Spot) -> JourneyRules:
    """Read the rules of the rulebook's `journeys`; without that key, rules that set no limits."""
    if spot.empty:
        return SILENT
    at = spot.fields("", KEYS)
    months, days = at["lapses_after_months"], at["remind_days"]
    return JourneyRules(
        calendar=Calendar(
            zone=_zone(at["zone"]),
            next_working_day=bool(at["next_working_day"].flag_or_none()),
        ),
        lapses_after_months=months.whole_or_none(1),
        remind_days=days.whole() if not days.empty else SILENT.remind_days,
        yearly_places=_places(at["yearly_places"]),
    )


def _zone(spot: Spot) -> str:
    if spot.empty:
        return PARIS
    zone = spot.text()
    if zone and zone not in ZONES:
        known = ", ".join(ZONES)
        spot.wrong(f"A zone is one of these: {known}.", f"Un fuseau est l'un de ceux-ci : {known}.")
    return zone


def _places(spot: Spot) -> tuple[YearlyPlaces, ...]:
    rows = [item.fields("route places source") for item in spot.items()]
    places = tuple(
        YearlyPlaces(route=row["route"].choice(Route), places=row["places"].whole(1), source=row["source"].text())
        for row in rows
    )
    distinct(
        [(row["route"], each.route) for row, each in zip(rows, places, strict=True)],
        "The yearly places of this route are already stated",
        "Le contingent de cette voie est déjà donné",
    )
    return places
