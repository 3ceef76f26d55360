"""Which pieces does a person keep in their portfolio? Ids and sizes only: what they are is opened from the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.database.pool import Database
from domain.evidence.facts import PieceKept
from domain.evidence.portfolio import PortfolioPiece
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class KeptBy:
    """A piece of a person's; `kept_at` is the position at which it was kept, by which lists are ordered."""

    piece: UUID
    kept_at: int
    person: UUID
    size: int


def rows(piece: PortfolioPiece, facts: Facts) -> Iterator[Row]:
    """One row per piece, until it is taken out."""
    fact, position = facts[0]
    if isinstance(fact, PieceKept) and not piece.discarded:
        yield piece.id, position, fact.person, fact.size


PORTFOLIO = PerStream("portfolio", PortfolioPiece, rows)


def kept_by(database: Database, person: UUID) -> list[KeptBy]:
    """The pieces of a person's portfolio, in the order in which they were kept."""
    return ask(database, "portfolio", {"person": person}, KeptBy)
