"""How many people hold a certification, by the year of their jury and by route (promotions)?"""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from domain.framework.definition import Route
from domain.ports import Role
from projections.standing.results import Holders, holders
from projections.standing.small_counts import LEAST, Table, protected
from webapi.accounts.authentication import acquis, allowed
from webapi.pages.desk import Desk
from webapi.pages.reporter.figures import ROUTES, Chosen, as_csv
from webapi.words import phrase

bp = Desk("cohorts", __name__, url_prefix="/reports/cohorts")
bp.entry(Role.REPORTER, 20, phrase("Promotions"), "graduation", "show")

ALL = "all"


@bp.get("")
@allowed(Role.REPORTER)
def show() -> ResponseReturnValue:
    """Show who holds the title, year by year, as a chart and a table."""
    chosen = Chosen.read()
    found = holders(acquis().database, chosen.code) if chosen else []
    table, by = _protected(found), _routes(found)
    years = sorted({each.year for each in found})
    shown = {year: table.rows[ALL, year][0] for year in years}
    return render_template(
        "reporter/cohorts.html",
        chosen=chosen,
        table=table,
        years=years,
        by=by,
        routes=ROUTES,
        shown=shown,
        most=max((each.value or 0 for each in shown.values()), default=0),
        least=LEAST,
    )


@bp.get("/cohorts.csv")
@allowed(Role.REPORTER)
def download() -> Response:
    """Fetch the same table, as protected as the page shows it."""
    chosen = Chosen.read()
    found = holders(acquis().database, chosen.code) if chosen else []
    table, by = _protected(found), _routes(found)
    rows = [
        (chosen and chosen.code, year, *(cell.text.replace("‹ ", "<") for cell in table.rows[ALL, year]))
        for year in sorted({each.year for each in found})
    ]
    name = f"promotions-{chosen.code}.csv" if chosen else "promotions.csv"
    return as_csv(name, ("certification", "year", "holders", *by), rows)


def _routes(found: list[Holders]) -> list[str]:
    return [route.value for route in Route if any(each.route == route.value for each in found)]


def _protected(found: list[Holders]) -> Table[str, int]:
    """Rows by year, each with its total and its routes; the sum of all years."""
    by, counts = _routes(found), {(each.year, each.route): each.holders for each in found}
    rows = {year: [counts.get((year, route), 0) for route in by] for year in {each.year for each in found}}
    return protected({(ALL, year): (sum(row), *row) for year, row in rows.items()})
