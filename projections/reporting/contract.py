"""What does a reporting view promise? Each column: what it means, its unit, its facts, and what an empty one says.

The views themselves, their comments in the database and the dictionary are made of what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from domain.fact import Fact


class Said(NamedTuple):
    """The same in French and English."""

    fr: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: `sql` is what it is of its view's tables, `kind` as PostgreSQL names it.

    `of` are the facts by which it changes, none for what a publication says; `null` says what an empty cell means,
    None: it is never empty.
    """

    name: str
    sql: str
    kind: str
    means: Said
    of: tuple[type[Fact], ...] = ()
    unit: Said | None = None
    null: Said | None = None


@dataclass(frozen=True, kw_only=True)
class View:
    """One view: one `row` per what, its columns, and the tables that it is made of; `h` is the one over time.

    Every view ends with `VALIDITY`: what holds at a position or on a day is asked by those.
    """

    name: str
    row: Said
    tables: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    """The columns that tell one row from another, at any one position."""
    cut: tuple[Column, ...] = ()
    """From and until when its rows hold, where that is not `h`'s alone."""

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Its columns, and those of its validity."""
        return self.columns + (self.cut or VALIDITY)


NOW: Final = Said("vaut encore", "it still holds")
VALIDITY: Final = (
    Column(
        name="valid_from_position",
        sql="h.valid_from",
        kind="bigint",
        means=Said(
            "Position dans le journal du fait à partir duquel la ligne se lit ainsi, compris.",
            "Position in the log of the fact from which the row reads like this, included.",
        ),
        unit=Said("position", "position"),
    ),
    Column(
        name="valid_to_position",
        sql="h.valid_to",
        kind="bigint",
        means=Said(
            "Position du fait à partir duquel elle se lit autrement, ou n'est plus.",
            "Position of the fact from which it reads otherwise, or is no more.",
        ),
        unit=Said("position", "position"),
        null=NOW,
    ),
    Column(
        name="valid_from_day",
        sql="h.from_day",
        kind="date",
        means=Said(
            "Jour où ce fait a été enregistré (Europe/Paris), compris.",
            "Day on which that fact was recorded (Europe/Paris), included.",
        ),
        unit=Said("jour", "day"),
    ),
    Column(
        name="valid_to_day",
        sql="h.to_day",
        kind="date",
        means=Said(
            "Jour à partir duquel la ligne se lit autrement, non compris. Une ligne qui finit le jour où elle "
            "commence n'a valu à la fin d'aucun jour.",
            "Day from which the row reads otherwise, not included. A row that ends on the day it begins held at the "
            "end of no day.",
        ),
        unit=Said("jour", "day"),
        null=NOW,
    ),
)
CATALOGUE: Final = "join projection.certification_catalogue c on c.framework = h.framework"
"""What a view of a table with a column `framework` is joined to, for the certification's code and version."""
CANDIDACY: Final = Column(
    name="candidacy",
    sql="h.candidacy",
    kind="uuid",
    means=Said(
        "Identifiant de la candidature, qui ne dit rien de la personne.",
        "Identifier of the candidacy, which says nothing of the person.",
    ),
)
CERTIFICATION: Final = (
    Column(
        name="certification",
        sql="c.code",
        kind="text",
        means=Said(
            "Code de la certification au répertoire, comme RNCP31936.",
            "Code of the certification in the national register, such as RNCP31936.",
        ),
    ),
    Column(
        name="certification_version",
        sql="c.version",
        kind="integer",
        means=Said(
            "Version du référentiel dont relève la candidature ou la session.",
            "Version of the framework that the candidacy or the session is under.",
        ),
    ),
)
