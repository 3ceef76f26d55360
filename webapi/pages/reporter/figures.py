"""What does a page of figures need: which certification and year, and the same counts, protected, as a file?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Response, request

from domain.framework.definition import Route
from projections.framework.certification_catalogue import certifications
from projections.standing.results import years
from webapi.accounts.authentication import acquis
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
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet read a cell as a formula; such a cell gets an apostrophe in front."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which certification is counted, in which year, and among which one may choose."""

    code: str
    title: str
    year: int
    titles: dict[str, str]
    years: Sequence[int]

    @classmethod
    def read(cls) -> Chosen | None:
        """From the address; by default the first certification and its last year. None while nothing is published."""
        titles = {each.code: each.title for each in certifications(acquis().database, limit=None)}
        if not titles:
            return None
        said = request.args.get("certification", "")
        code = said if said in titles else next(iter(titles))
        found = years(acquis().database, code)
        year = request.args.get("year", "")
        chosen = int(year) if year.isascii() and year.isdigit() and len(year) == len("2022") else 0
        latest = found[0] if found else acquis().clock.today().year
        return cls(
            code=code, title=titles[code], year=chosen if chosen in found else latest, titles=titles, years=found
        )


def as_csv(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A file of these rows, UTF-8, with a header line; what a spreadsheet would run is made text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(each) for each in row] for row in rows)
    answer = Response(out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = attachment(name)
    return answer


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
