"""What came of a year's juries, by session and route, and how soon were candidates told? Counts, and no person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from domain.framework.definition import Route
from domain.ports import Role
from projections.standing.results import Delay, Result, delays, results
from projections.standing.small_counts import LEAST, Shown, Table, protected
from webapi.accounts.authentication import acquis, allowed
from webapi.pages.desk import Desk
from webapi.pages.reporter.figures import ROUTES, Chosen, as_csv
from webapi.words import phrase

bp = Desk("reports", __name__, url_prefix="/reports")
bp.entry(Role.REPORTER, 10, phrase("Résultats et délais"), "chart", "show")

WIDE: Final = 310
"""Units of a chart's bar that is whole."""
HEADER: Final = (
    "certification", "year", "session_day", "place", "route", "decided", "full", "partial", "none", "full_percent",
    "notified_median_days",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One route in the chart: how many, and its parts, each with its share, where it begins and how wide it is."""

    route: str
    decided: Shown
    parts: Sequence[tuple[int, float, float]]

    @property
    def whole(self) -> bool:
        """Whether all of it is shown."""
        return bool(self.parts)


@bp.get("")
@allowed(Role.REPORTER)
def show() -> ResponseReturnValue:
    """Show a year's results as figures, charts and a table."""
    chosen = Chosen.read()
    found = _found(chosen)
    table = _protected(found)
    return render_template(
        "reporter/results.html",
        chosen=chosen,
        found=found,
        table=table,
        routes=ROUTES,
        bars=list(_bars(table)),
        delays=_delays(chosen, table),
        absent=one(sum(each.absent for each in found)),
        least=LEAST,
        percent=percent,
        row_of=row_of,
    )


@bp.get("/results.csv")
@allowed(Role.REPORTER)
def download() -> Response:
    """Fetch the same table, as protected as the page shows it."""
    chosen = Chosen.read()
    found = _found(chosen)
    table = _protected(found)
    rows = []
    for each in found:
        cells = table.rows[row_of(each)]
        days = each.days if each.notified >= LEAST else "" if each.days is None else "s"
        words = [cell.text.replace("‹ ", "<") for cell in cells]
        rows.append(
            (chosen and chosen.code, chosen and chosen.year, each.held_on, each.place, each.route, *words,
             percent(cells[1], cells[0]), "" if days is None else days)
        )  # fmt: skip
    return as_csv(f"resultats-{chosen.code}-{chosen.year}.csv" if chosen else "resultats.csv", HEADER, rows)


def row_of(each: Result) -> tuple[str, UUID]:
    """Where a row stands in the table: its route, then its session."""
    return each.route, each.session


def percent(part: Shown, whole: Shown) -> str:
    """A part of a whole in hundredths, where both are shown."""
    if part.value is None or not whole.value:
        return "s" if part.value is None or whole.value is None else ""
    return str(_share(part.value, whole.value))


def _share(part: int, whole: int) -> int:
    """So many in a hundred, a half upwards."""
    return (200 * part + whole) // (2 * whole)


def _found(chosen: Chosen | None) -> list[Result]:
    """The year's results, each session's routes in the sheet's order."""
    order = [route.value for route in Route]
    found = results(acquis().database, chosen.code, chosen.year) if chosen else []
    return sorted(found, key=lambda each: (each.held_on, str(each.session), order.index(each.route)))


def _protected(found: Sequence[Result]) -> Table[str, UUID]:
    """The counts as they may be shown: rows by route and session, each route's sum, the year's."""
    return protected({row_of(each): each.counts for each in found})


def one(value: int) -> Shown:
    """A count that stands alone."""
    return Shown(None, small=True) if 0 < value < LEAST else Shown(value)


def _bars(table: Table[str, UUID]) -> Iterator[Bar]:
    for route in _in_order(table):
        decided, *parts = table.groups[route]
        values = [each.value for each in parts]
        shown: list[tuple[int, float, float]] = []
        if decided.value and all(value is not None for value in values):
            at = 0.0
            for value in values:
                wide = WIDE * (value or 0) / decided.value
                shown.append((_share(value or 0, decided.value), round(at, 1), round(wide, 1)))
                at += wide
        if decided.value != 0:
            yield Bar(route=route, decided=decided, parts=shown)


def _delays(chosen: Chosen | None, table: Table[str, UUID]) -> list[tuple[Delay, Shown, int | None]]:
    """The routes of which enough candidates were told: how many of these too late, and of how many.

    Of how many is not said where some of the route are not counted out above: they would be, as the rest of it.
    """
    apart = {key[0] for key in table.left_out if isinstance(key, tuple)}
    apart |= {route for route, cells in table.groups.items() if cells[0].value is None}
    found = delays(acquis().database, chosen.code, chosen.year) if chosen else []
    order = list(Route)
    kept = sorted((each for each in found if each.notified >= LEAST), key=lambda each: order.index(Route(each.route)))
    return [(each, one(each.late), None if each.route in apart else each.notified) for each in kept]


def _in_order(table: Table[str, UUID]) -> list[str]:
    return [route.value for route in Route if route.value in table.groups]
