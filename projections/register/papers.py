"""Which papers were issued of a candidacy, and when?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from domain.register.certificates import Papers
from domain.register.facts import (
    BlockCertified,
    CertificateIssued,
    DuplicateIssued,
    PapersFact,
    ReissuedForCivilStatus,
    ReissuedForMaterialError,
)
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class IssuedPaper:
    """One paper as it was issued, without its holder's name; `position` is where it stands in the log."""

    papers: UUID
    position: int
    candidacy: UUID
    paper: str
    block: int | None
    number: int | None
    copy: int
    issued_on: date
    positions: tuple[int, ...]


KINDS: dict[type[PapersFact], str] = {
    CertificateIssued: "certificate",
    BlockCertified: "block_certificate",
    DuplicateIssued: "duplicate",
    ReissuedForCivilStatus: "reissue",
    ReissuedForMaterialError: "replacement",
}
"""How each paper is called."""


def rows(papers: Papers, facts: Facts) -> Iterator[Row]:
    """One row per paper."""
    for fact, position in facts:
        if isinstance(fact, PapersFact):
            yield (
                papers.id,
                position,
                fact.candidacy,
                next(called for kind, called in KINDS.items() if isinstance(fact, kind)),
                None if isinstance(fact, CertificateIssued) else fact.block,
                None if isinstance(fact, BlockCertified) else fact.number,
                fact.copy if isinstance(fact, DuplicateIssued) else 0,
                fact.issued_on,
                (position,),
            )


PAPERS = PerStream("papers", Papers, rows)


def issued(database: Database, candidacy: UUID) -> list[IssuedPaper]:
    """The papers of a candidacy, in the order in which they were issued."""
    return ask(database, "papers", {"candidacy": candidacy}, IssuedPaper)


def at(database: Database, position: int) -> IssuedPaper | None:
    """The paper that stands there in the log; None where none does."""
    found = ask(database, "papers", {"position": position}, IssuedPaper, "paper")
    return found[0] if found else None


@dataclass(frozen=True)
class Title:
    """One title that is made known: its number once entered, whether its certificate is issued, what runs since when.

    `declare_since`, `correct_since`: from when the time to declare it, or to answer a request for correction, counts.
    """

    candidacy: UUID
    candidate: UUID
    framework: UUID
    title_on: date
    number: int | None
    issued: bool
    declare_since: date | None
    correct_since: date | None


@dataclass(frozen=True)
class Titles:
    """How many titles are to be entered, to be given their certificate, to be declared or corrected."""

    enter: int
    issue: int
    declare: int


def titles(
    database: Database, state: str, *, files: Collection[UUID] = (), after: int = 0, limit: int = 50
) -> list[Title]:
    """Titles to `enter`, to `issue`, to `declare`, or `all` that are entered; none of who has these files."""
    given = {"state": state, "files": list(files), "after": after, "limit": limit}
    return ask(database, "papers", given, Title, "titles")


def counts(database: Database, *, files: Collection[UUID] = ()) -> Titles:
    """How many wait for what."""
    return ask(database, "papers", {"files": list(files)}, Titles, "counts")[0]
