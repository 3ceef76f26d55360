"""How many people hold a certification, by the year of their jury and by route (promotions), and what is missing?"""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from domain.ports import Role
from domain.refusal import NotFound
from webapi.accounts.authentication import acquis, allowed
from webapi.pages.desk import Desk
from webapi.pages.reporter.figures import ROUTES, Chosen, as_file
from webapi.words import phrase

bp = Desk("cohorts", __name__, url_prefix="/reports/cohorts")
bp.entry(Role.REPORTER, 20, phrase("Promotions"), "graduation", "show")


@bp.get("")
@allowed(Role.REPORTER)
def show() -> ResponseReturnValue:
    """Show who holds the title, year by year, as a chart and a table, and what a renewal would lack."""
    chosen = Chosen.read()
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
        least=least,
        lag=acquis().reports.lag(),
    )


@bp.get("/cohorts.<form>")
@allowed(Role.REPORTER)
def download(form: str) -> Response:
    """Fetch the same table, as protected as the page shows it."""
    chosen = Chosen.read()
    if chosen is None:
        raise NotFound(form)
    with chosen.reckoning() as reckoned:
        found = reckoned.holders()
    return as_file(
        f"promotions-{chosen.code}", form, [{"certification": chosen.code} | each for each in found.lines()]
    )
