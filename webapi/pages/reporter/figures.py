"""What does a page of figures need: which certification, year, route and day, and the same lines as a file?

The day is today, or the last of a year that is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import Response, request

from domain.framework.definition import Route
from domain.refusal import NotFound
from projections.framework.certification_catalogue import certifications
from projections.reporting.export import MIMETYPES, Asked
from projections.reporting.figures import Reckoning, is_end_of_year, reckoning
from webapi.accounts.authentication import acquis
from webapi.edge.tables import in_csv, in_workbook
from webapi.evidence.upload_stream import attachment
from webapi.words import phrase

ROUTES: Final = {
    Route.FI: phrase("Formation initiale"),
    Route.CA: phrase("Contrat d'apprentissage"),
    Route.FC: phrase("Formation continue"),
    Route.CQ: phrase("Contrat de professionnalisation"),
    Route.CL: phrase("Candidature individuelle"),
    Route.VAE: phrase("VAE"),
}
FILES: Final = ("csv", "xlsx")


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which certification is counted, of which year and route and as of which day: from the address.

    What there is not is as none was chosen: the first certification, its last year, every route, today.
    """

    code: str
    title: str
    year: int | None
    route: str | None
    as_of: date | None
    titles: Mapping[str, str]

    @classmethod
    def read(cls) -> Chosen | None:
        """None while nothing is published."""
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
        )

    @contextmanager
    def reckoning(self) -> Iterator[Reckoning]:
        """Its figures as of that day."""
        asked = Asked(as_of=self.as_of)
        with reckoning(acquis().reports.database, self.code, acquis().clock.today(), asked) as found:
            yield found

    @property
    def moments(self) -> Sequence[date]:
        """As of which ends of years figures are offered: the last ten."""
        year = acquis().clock.today().year
        return [date(each, 12, 31) for each in range(year - 1, year - 11, -1)]

    def address(self, **other: object) -> dict[str, Any]:
        """What an address says to choose the same, with something else."""
        said: dict[str, object] = {
            "certification": self.code, "year": self.year, "route": self.route, "as_of": self.as_of
        }  # fmt: skip
        return {name: str(value) for name, value in (said | other).items() if value is not None}


def _past(day: str) -> date | None:
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return None
    return found if is_end_of_year(found) and found < acquis().clock.today() else None


def as_file(name: str, form: str, rows: Sequence[Mapping[str, Any]]) -> Response:
    """A file of these rows; raises NotFound of another format."""
    if form not in FILES:
        raise NotFound(form)
    whole = in_workbook(rows, name[:31]) if form == "xlsx" else "".join(f"{line}\n" for line in in_csv(rows))
    answer = Response(whole, mimetype=MIMETYPES[form].split(";", maxsplit=1)[0])
    answer.headers["Content-Disposition"] = attachment(f"{name}.{form}")
    return answer
