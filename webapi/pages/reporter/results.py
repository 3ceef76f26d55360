"""Results of a year's juries, how far candidates came, and how long it took: counts, and no person."""

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
"""Units of a chart's bar that is whole."""
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
"""What people are counted by: the heading, the table's name, and that of its first column."""
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
    """One bar, of a year or a route: its parts, each with its share, where it begins and how wide it is."""

    name: str
    decided: PublishedCount
    parts: Sequence[tuple[int, float, float]]

    @classmethod
    def of(cls, name: str, cells: Sequence[PublishedCount]) -> Bar:
        """Of a total and its parts; without parts where not all of them are shown."""
        decided, *parts = cells
        shown: list[tuple[int, float, float]] = []
        if decided.value and all(each.value is not None for each in parts):
            at = 0.0
            for each in parts:
                wide = WIDE * (each.value or 0) / decided.value
                shown.append((_share(each.value or 0, decided.value), round(at, 1), round(wide, 1)))
                at += wide
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
        of_routes=[Bar.of(ROUTES[Route(route)], found.table.groups[route]) for route in _met(found, chosen)],
        of_years=[Bar.of(str(year), table.whole) for year, table in found.base.tables.items()],
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
    """Fetch what is published of what the page shows, one figure a line."""
    chosen = FiguresQuery.read()
    if chosen is None:
        raise NotFound(form)
    with chosen.reckoning(published=True) as reckoned:
        found = reckoned.of(chosen.year, acquis().clock.today())
    rows = chosen.rows(found.lines(chosen.route), found.position)
    return as_file(f"chiffres-{chosen.code}-{found.year}", form, rows, found.base.least)


def percent(part: PublishedCount, whole: PublishedCount) -> str:
    """A part of a whole in hundredths, where both are shown."""
    if part.value is None or not whole.value:
        return "s" if part.value is None or whole.value is None else ""
    return str(_share(part.value, whole.value))


def _share(part: int, whole: int) -> int:
    """So many in a hundred, a half upwards."""
    return (200 * part + whole) // (2 * whole)


def _met(found: Figures, chosen: FiguresQuery) -> Iterator[str]:
    for route in in_order(found.table):
        if chosen.route in {None, route} and found.table.groups[route][0] != PublishedCount(0):
            yield route


def _funnels(found: Figures, chosen: FiguresQuery) -> Iterator[tuple[bool, list[tuple[str, PublishedCount]]]]:
    """Of VAE and of the other routes: the stages with how many came there."""
    for kind, stages in found.funnels.items():
        vae = kind == Route.VAE
        seen = any(cell.value is not None for cell in stages.values())
        if seen and (chosen.route is None or (chosen.route == Route.VAE) == vae):
            yield vae, [(REACHED[STAGES[stage]], cell) for stage, cell in stages.items()]
