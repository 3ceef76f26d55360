"""Contract of the reporting views: each column with its meaning, unit and facts, and what an empty cell means.

The views, their comments in the database and the dictionary are generated from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from domain.fact import Fact


class BilingualText(NamedTuple):
    """A text in French and English."""

    fr: str
    en: str


@dataclass(frozen=True, kw_only=True)
class ViewColumn:
    """One column: `sql` is its expression over the view's tables, `kind` its PostgreSQL type.

    `of` are the facts that change it, empty if a publication determines it. `null` says what an empty cell means, and
    is absent for a column that is never empty.
    """

    name: str
    sql: str
    kind: str
    means: BilingualText
    of: tuple[type[Fact], ...] = ()
    unit: BilingualText | None = None
    null: BilingualText | None = None


@dataclass(frozen=True, kw_only=True)
class ReportingView:
    """One view: what a `row` is, its columns, and its tables; `h` is the one over time.

    Every view ends with `VALIDITY`, the columns that select the rows of a position or a day.
    """

    name: str
    row: BilingualText
    tables: str
    columns: tuple[ViewColumn, ...]
    keys: tuple[str, ...]
    """The columns that identify a row at any one position."""
    cut: tuple[ViewColumn, ...] = ()
    """The columns of validity, if they do not depend on `h` alone."""

    @property
    def all_columns(self) -> tuple[ViewColumn, ...]:
        """Its columns, and those of its validity."""
        return self.columns + (self.cut or VALIDITY)


NOW: Final = BilingualText("vaut encore", "it still holds")
VALIDITY: Final = (
    ViewColumn(
        name="valid_from_position",
        sql="h.valid_from",
        kind="bigint",
        means=BilingualText(
            "Position dans le journal du fait à partir duquel la ligne se lit ainsi, compris.",
            "Position in the log of the fact from which the row reads like this, included.",
        ),
        unit=BilingualText("position", "position"),
    ),
    ViewColumn(
        name="valid_to_position",
        sql="h.valid_to",
        kind="bigint",
        means=BilingualText(
            "Position du fait à partir duquel elle se lit autrement, ou n'est plus.",
            "Position of the fact from which it reads otherwise, or is no more.",
        ),
        unit=BilingualText("position", "position"),
        null=NOW,
    ),
    ViewColumn(
        name="valid_from_day",
        sql="h.from_day",
        kind="date",
        means=BilingualText(
            "Jour où ce fait a été enregistré (Europe/Paris), compris.",
            "Day on which that fact was recorded (Europe/Paris), included.",
        ),
        unit=BilingualText("jour", "day"),
    ),
    ViewColumn(
        name="valid_to_day",
        sql="h.to_day",
        kind="date",
        means=BilingualText(
            "Jour à partir duquel la ligne se lit autrement, non compris. Une ligne qui finit le jour où elle "
            "commence n'a valu à la fin d'aucun jour.",
            "Day from which the row reads otherwise, not included. A row that ends on the day it begins held at the "
            "end of no day.",
        ),
        unit=BilingualText("jour", "day"),
        null=NOW,
    ),
)
CATALOGUE: Final = "join projection.certification_catalogue c on c.framework = h.framework"
"""The join that gives a table with a column `framework` the certification's code and version."""
CANDIDACY: Final = ViewColumn(
    name="candidacy",
    sql="h.candidacy",
    kind="uuid",
    means=BilingualText(
        "Identifiant de la candidature, qui ne dit rien de la personne.",
        "Identifier of the candidacy, which says nothing of the person.",
    ),
)
CERTIFICATION: Final = (
    ViewColumn(
        name="certification",
        sql="c.code",
        kind="text",
        means=BilingualText(
            "Code de la certification au répertoire, comme RNCP31936.",
            "Code of the certification in the national register, such as RNCP31936.",
        ),
    ),
    ViewColumn(
        name="certification_version",
        sql="c.version",
        kind="integer",
        means=BilingualText(
            "Version du référentiel dont relève la candidature ou la session.",
            "Version of the framework that the candidacy or the session is under.",
        ),
    ),
)
