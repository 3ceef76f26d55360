"""Query of a page of figures (certification, year, route, day), and its lines as a file.

The day is today, or the last day of a past year. Reporters see the published figures. Registrars and auditors can
read the dossiers themselves, so they see every count, and can choose to see the published figures. A file always
contains the published figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import Response, request

from domain.framework.definition import Route
from domain.ports import Role
from domain.refusal import NotFound
from projections.framework.certification_catalogue import certifications
from projections.reporting.export import MIMETYPES, RowSelection
from projections.reporting.figures import FigureCalculator, FigureLine, in_rows, is_end_of_year, note, reckoning
from webapi.accounts.authentication import actor
from webapi.current import acquis
from webapi.edge.attachments import attachment
from webapi.edge.figure_files import FILES, written
from webapi.problems import language
from webapi.words import phrase

ROUTES: Final = {
    Route.FI: phrase("Formation initiale"),
    Route.CA: phrase("Contrat d'apprentissage"),
    Route.FC: phrase("Formation continue"),
    Route.CQ: phrase("Contrat de professionnalisation"),
    Route.CL: phrase("Candidature individuelle"),
    Route.VAE: phrase("VAE"),
}
INSIDE: Final = frozenset({Role.REGISTRAR, Role.AUDITOR})
"""Roles that can read the dossiers behind the figures, and so see every count."""


@dataclass(frozen=True, kw_only=True)
class FiguresQuery:
    """Certification, year, route and day of the figures, from the address.

    A value that does not exist counts as not chosen: the default is the first certification, its last year, every
    route, and today.
    """

    code: str
    title: str
    year: int | None
    route: str | None
    as_of: date | None
    titles: Mapping[str, str]
    inside: bool
    """Whether the user sees every count, including those that are not published."""
    may_choose: bool

    @classmethod
    def read(cls) -> FiguresQuery | None:
        """Return the query of the address; None while no certification is published."""
        titles = {each.code: each.title for each in certifications(acquis().database, limit=None)}
        if not titles:
            return None
        said = request.args.get("certification", "")
        code = said if said in titles else next(iter(titles))
        year, route, day = (request.args.get(name, "") for name in ("year", "route", "as_of"))
        return cls(
            code=code,
            title=titles[code],
            year=int(year) if year.isascii() and year.isdigit() and len(year) == len("2022") else None,
            route=route if route in set(Route) else None,
            as_of=_past(day),
            titles=titles,
            inside=actor().role in INSIDE and "published" not in request.args,
            may_choose=actor().role in INSIDE,
        )

    @contextmanager
    def reckoning(self, *, published: bool = False) -> Iterator[FigureCalculator]:
        """Yield the figures as of that day, as this user sees them or as they are published."""
        asked, today = RowSelection(as_of=self.as_of), acquis().clock.today()
        inside = self.inside and not published
        with reckoning(acquis().reports.database, self.code, today, asked, inside=inside) as found:
            yield found

    @property
    def moments(self) -> Sequence[date]:
        """Return the ends of the last ten years: the page offers figures as of each."""
        year = acquis().clock.today().year
        return [date(each, 12, 31) for each in range(year - 1, year - 11, -1)]

    def address(self, **other: object) -> dict[str, Any]:
        """Return the parameters of an address with the same query, except for `other`."""
        said: dict[str, object] = {
            "certification": self.code, "year": self.year, "route": self.route, "as_of": self.as_of,
            "published": 1 if self.may_choose and not self.inside else None,
        }  # fmt: skip
        return {name: str(value) for name, value in (said | other).items() if value is not None}

    def rows(self, lines: Iterable[FigureLine], position: int) -> list[dict[str, object]]:
        """Return lines as the rows of a file."""
        return in_rows(lines, self.code, self.as_of or acquis().clock.today(), position)


def _past(day: str) -> date | None:
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return None
    return found if is_end_of_year(found) and found < acquis().clock.today() else None


def as_file(name: str, form: str, rows: Sequence[Mapping[str, Any]], least: int) -> Response:
    """Return a file of these rows; raise NotFound for another format, or ParquetNotInstalled."""
    if form not in FILES:
        raise NotFound(form)
    answer = Response(written(name, form, rows, least), mimetype=MIMETYPES[form].split(";", maxsplit=1)[0])
    answer.headers["Content-Disposition"] = attachment(f"{name}.{form}")
    return answer


def page_note(least: int) -> str:
    """Return the note of published figures in the reader's language."""
    return note(least, language())
