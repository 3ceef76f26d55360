"""Holders of a certification by year of their jury and by route (promotions), and their missing data."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from adapters.process.heavy_answers import HeavyKind
from domain.ports import Role
from domain.refusal import NotFound
from webapi.accounts.authentication import allowed
from webapi.current import acquis
from webapi.edge.heavy import heavy
from webapi.pages.desk import Desk
from webapi.pages.reporter.figures import ROUTES, FiguresQuery, as_file, page_note
from webapi.words import phrase

bp = Desk("cohorts", __name__, url_prefix="/reports/cohorts")
bp.entry(Role.REPORTER, 20, phrase("Promotions"), "graduation", "show")


@bp.get("")
@allowed(Role.REPORTER, Role.REGISTRAR, Role.AUDITOR)
@heavy(HeavyKind.FIGURES)
def show() -> ResponseReturnValue:
    """Show the holders of the title, year by year, as a chart and a table, and what a renewal would lack."""
    chosen = FiguresQuery.read()
    if chosen is None:
        return render_template("reporter/cohorts.html", chosen=None)
    with chosen.reckoning() as reckoned:
        found, least = reckoned.holders(), reckoned.base.least
    return render_template(
        "reporter/cohorts.html",
        chosen=chosen,
        found=found,
        routes=ROUTES,
        most=max((cells[0].value or 0 for cells in found.years.values()), default=0),
        said=page_note(least),
        lag=acquis().reports.lag(),
    )


@bp.get("/cohorts.<form>")
@allowed(Role.REPORTER, Role.REGISTRAR, Role.AUDITOR)
@heavy(HeavyKind.FIGURES)
def download(form: str) -> Response:
    """Download the same table in its published form."""
    chosen = FiguresQuery.read()
    if chosen is None:
        raise NotFound(form)
    with chosen.reckoning(published=True) as reckoned:
        found = reckoned.holders()
    rows = chosen.rows(found.lines(), reckoned.position)
    return as_file(f"promotions-{chosen.code}", form, rows, found.least)
