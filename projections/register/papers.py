"""Table of the papers issued for each candidacy, and the queries for titles that wait for one."""

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
    """One paper as it was issued, without its holder's name; `position` is the position of its issue in the log."""

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
"""The names of the kinds of papers."""


def rows(papers: Papers, facts: Facts) -> Iterator[Row]:
    """Yield one row per paper."""
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
    """Return the papers of a candidacy, in the order in which they were issued."""
    return ask(database, "papers", {"candidacy": candidacy}, IssuedPaper)


def at(database: Database, position: int) -> IssuedPaper | None:
    """Return the paper issued at this log position; None if no paper was."""
    found = ask(database, "papers", {"position": position}, IssuedPaper, "paper")
    return found[0] if found else None


@dataclass(frozen=True)
class PublishedTitle:
    """One released title: its number once it is in the register, and whether its certificate is issued.

    `declare_since`, `correct_since`: the start of the time limit to declare the title, or to answer a request for
    correction; None if it does not run.
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
    """The numbers of titles to enter, to issue a certificate for, and to declare or correct."""

    enter: int
    issue: int
    declare: int


def titles(
    database: Database, state: str, *, files: Collection[UUID] = (), after: int = 0, limit: int = 50
) -> list[PublishedTitle]:
    """Return a page of titles by state: to `enter`, to `issue`, to `declare`, or `all` titles in the register.

    `files` are the reader's own person ids: the reader's own titles are left out.
    """
    given = {"state": state, "files": list(files), "after": after, "limit": limit}
    return ask(database, "papers", given, PublishedTitle, "titles")


def counts(database: Database, *, files: Collection[UUID] = ()) -> Titles:
    """Return the number of titles in each state of `titles`; `files`: as there."""
    return ask(database, "papers", {"files": list(files)}, Titles, "counts")[0]
