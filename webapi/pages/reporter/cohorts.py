"""How many people hold a certification, by the year of their jury and by route (promotions)?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from domain.framework.definition import Route
from domain.ports import Role
from projections.standing.results import results
from projections.standing.small_counts import LEAST, Shown, Table, protected
from webapi.accounts.authentication import acquis, allowed
from webapi.pages.desk import Desk
from webapi.pages.reporter.figures import ROUTES, Chosen, as_csv
from webapi.pages.reporter.results import row_of
from webapi.words import phrase

bp = Desk("cohorts", __name__, url_prefix="/reports/cohorts")
bp.entry(Role.REPORTER, 20, phrase("Promotions"), "graduation", "show")

FULL = 1
"""Of counts of results, the place of those who obtained the certification."""
NONE = Shown(0)


@dataclass(frozen=True, kw_only=True)
class Cohorts:
    """Holders by year, each with the total and the routes: no more than what the results of that year show.

    A count that is hidden there would give its others away here, and a row left out there its own.
    """

    by: Sequence[str]
    years: dict[int, tuple[Shown, ...]]
    left_out: bool

    @classmethod
    def read(cls, chosen: Chosen | None) -> Cohorts:
        """From the results of all years."""
        found = results(acquis().database, chosen.code, None) if chosen else []
        met = sorted({each.held_on.year for each in found})
        tables = {
            year: protected({row_of(each): each.counts for each in found if each.held_on.year == year})
            for year in met
        }
        by = [route.value for route in Route if any(_of(table, route) != NONE for table in tables.values())]
        years = {
            year: (table.whole[FULL], *(_of(table, Route(each)) for each in by)) for year, table in tables.items()
        }
        return cls(
            by=by,
            years={year: cells for year, cells in years.items() if any(cell != NONE for cell in cells)},
            left_out=any(table.left_out for table in tables.values()),
        )

    @property
    def whole(self) -> tuple[Shown, ...]:
        """All years together."""
        return tuple(_sum(cells) for cells in zip(*self.years.values(), strict=True))


def _of(table: Table[str, UUID], route: Route) -> Shown:
    return table.groups[route.value][FULL] if route.value in table.groups else NONE


def _sum(cells: Iterable[Shown]) -> Shown:
    values = [each.value for each in cells]
    known = [each for each in values if each is not None]
    return Shown(sum(known) if len(known) == len(values) else None)


@bp.get("")
@allowed(Role.REPORTER)
def show() -> ResponseReturnValue:
    """Show who holds the title, year by year, as a chart and a table."""
    chosen = Chosen.read()
    found = Cohorts.read(chosen)
    return render_template(
        "reporter/cohorts.html",
        chosen=chosen,
        found=found,
        routes=ROUTES,
        most=max((cells[0].value or 0 for cells in found.years.values()), default=0),
        least=LEAST,
    )


@bp.get("/cohorts.csv")
@allowed(Role.REPORTER)
def download() -> Response:
    """Fetch the same table, as protected as the page shows it."""
    chosen = Chosen.read()
    found = Cohorts.read(chosen)
    rows = [
        (chosen and chosen.code, year, *(cell.text.replace("‹ ", "<") for cell in cells))
        for year, cells in found.years.items()
    ]
    name = f"promotions-{chosen.code}.csv" if chosen else "promotions.csv"
    return as_csv(name, ("certification", "year", "holders", *found.by), rows)
