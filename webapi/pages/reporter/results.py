"""Results of a year's juries, progress of candidates and time taken, as counts without persons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from adapters.process.heavy_answers import HeavyKind
from domain.framework.definition import Route
from domain.ports import Role
from domain.refusal import NotFound
from projections.reporting.figures import Figures, in_order
from projections.reporting.published_counts import STAGES
from projections.standing.small_counts import PublishedCount
from webapi.accounts.authentication import allowed
from webapi.current import acquis
from webapi.edge.heavy import heavy
from webapi.pages.desk import Desk
from webapi.pages.reporter.figures import ROUTES, FiguresQuery, as_file, page_note
from webapi.words import phrase

bp = Desk("reports", __name__, url_prefix="/reports")
bp.entry(Role.REPORTER, 10, phrase("Résultats et délais"), "chart", "show")
bp.entry(Role.REGISTRAR, 65, phrase("Résultats et délais"), "chart", "show")
bp.entry(Role.AUDITOR, 65, phrase("Résultats et délais"), "chart", "show")

WIDE: Final = 310
"""Width of a chart's full bar."""
REACHED: Final = {
    "opened": phrase("Candidature ouverte"),
    "admissible": phrase("Recevable"),
    "filed": phrase("Dossier de validation déposé"),
    "presented": phrase("Présenté au jury"),
    "full": phrase("Validation totale"),
}
TAKEN: Final = {
    "opened_to_admissible": phrase("De l'ouverture à la recevabilité"),
    "admissible_to_filed": phrase("De la recevabilité au dépôt du dossier"),
    "filed_or_opened_to_jury": phrase("Du dépôt, sinon de l'ouverture, au jury"),
    "jury_to_release": phrase("Du jury à la publication"),
    "jury_to_notice": phrase("Du jury à la notification"),
}

PEOPLE: Final = {
    "sex": (phrase("Par sexe"), phrase("Tableau par sexe"), phrase("Sexe déclaré")),
    "age_band": (phrase("Par tranche d'âge"), phrase("Tableau par tranche d'âge"), phrase("Tranche d'âge")),
}
"""Attributes by which people are counted: heading, table name, and name of the first column."""
STATED: Final = {
    "f": phrase("Femmes"),
    "m": phrase("Hommes"),
    "under_25": phrase("Moins de 25 ans"),
    "25_29": phrase("25 à 29 ans"),
    "30_39": phrase("30 à 39 ans"),
    "40_49": phrase("40 à 49 ans"),
    "50_and_over": phrase("50 ans et plus"),
    "unstated": phrase("Non déclaré"),
}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar of a chart, for a year or a route: each part has its share, its start and its width."""

    name: str
    decided: PublishedCount
    parts: Sequence[tuple[int, float, float]]

    @classmethod
    def build(cls, name: str, cells: Sequence[PublishedCount]) -> Bar:
        """Return the bar of a total and its parts; it has no parts if one of them is suppressed."""
        decided, *parts = cells
        shown: list[tuple[int, float, float]] = []
        if decided.value and all(each.value is not None for each in parts):
            start = 0.0
            for each in parts:
                wide = WIDE * (each.value or 0) / decided.value
                shown.append((_share(each.value or 0, decided.value), round(start, 1), round(wide, 1)))
                start += wide
        return cls(name=name, decided=decided, parts=shown)


@bp.get("")
@allowed(Role.REPORTER, Role.REGISTRAR, Role.AUDITOR)
@heavy(HeavyKind.FIGURES)
def show() -> ResponseReturnValue:
    """Show a year's results as figures, charts and tables, as of a day."""
    chosen = FiguresQuery.read()
    if chosen is None:
        return render_template("reporter/results.html", chosen=None, found=None)
    with chosen.reckoning() as reckoned:
        found = reckoned.of(chosen.year, acquis().clock.today())
    delays = [each for each in found.delays if chosen.route in {None, each.route}]
    return render_template(
        "reporter/results.html",
        chosen=chosen,
        found=found,
        years=sorted(found.base.years, reverse=True),
        routes=ROUTES,
        of_routes=[Bar.build(ROUTES[Route(route)], found.table.groups[route]) for route in _met(found, chosen)],
        of_years=[Bar.build(str(year), table.whole) for year, table in found.base.tables.items()],
        funnels=list(_funnels(found, chosen)),
        delays=delays,
        steps=[(TAKEN[step], list(of_step)) for step, of_step in groupby(delays, lambda each: each.step)],
        people=PEOPLE,
        stated=STATED,
        percent=percent,
        wide=WIDE,
        said=page_note(found.base.least),
        lag=acquis().reports.lag(),
    )


@bp.get("/figures.<form>")
@allowed(Role.REPORTER, Role.REGISTRAR, Role.AUDITOR)
@heavy(HeavyKind.FIGURES)
def download(form: str) -> Response:
    """Download the published figures of the page, one figure a line."""
    chosen = FiguresQuery.read()
    if chosen is None:
        raise NotFound(form)
    with chosen.reckoning(published=True) as reckoned:
        found = reckoned.of(chosen.year, acquis().clock.today())
    rows = chosen.rows(found.lines(chosen.route), found.position)
    return as_file(f"chiffres-{chosen.code}-{found.year}", form, rows, found.base.least)


def percent(part: PublishedCount, whole: PublishedCount) -> str:
    """Return a part as a percentage of the whole, if both are shown."""
    if part.value is None or not whole.value:
        return "s" if part.value is None or whole.value is None else ""
    return str(_share(part.value, whole.value))


def _share(part: int, whole: int) -> int:
    """Return a rounded percentage (halves round up)."""
    return (200 * part + whole) // (2 * whole)


def _met(found: Figures, chosen: FiguresQuery) -> Iterator[str]:
    for route in in_order(found.table):
        if chosen.route in {None, route} and found.table.groups[route][0] != PublishedCount(0):
            yield route


def _funnels(found: Figures, chosen: FiguresQuery) -> Iterator[tuple[bool, list[tuple[str, PublishedCount]]]]:
    """Yield the stages of VAE and of the other routes, with the number of candidates who reached each."""
    for kind, stages in found.funnels.items():
        vae = kind == Route.VAE
        seen = any(cell.value is not None for cell in stages.values())
        if seen and (chosen.route is None or (chosen.route == Route.VAE) == vae):
            yield vae, [(REACHED[STAGES[stage]], cell) for stage, cell in stages.items()]
