"""Table of the pieces in each person's portfolio: ids and sizes only; their descriptions stay sealed in the log."""

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
    """A piece in a person's portfolio; `kept_at`, the position of its recording, orders the lists."""

    piece: UUID
    kept_at: int
    person: UUID
    size: int


def rows(piece: PortfolioPiece, facts: Facts) -> Iterator[Row]:
    """Yield the piece's row, unless the piece was taken out."""
    fact, position = facts[0]
    if isinstance(fact, PieceKept) and not piece.discarded:
        yield piece.id, position, fact.person, fact.size


PORTFOLIO = PerStream("portfolio", PortfolioPiece, rows)


def kept_by(database: Database, person: UUID) -> list[KeptBy]:
    """Return the pieces of a person's portfolio, in the order in which they were recorded."""
    return ask(database, "portfolio", {"person": person}, KeptBy)
