from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.evidence.facts import PieceDescribed
from domain.evidence.portfolio import Description, PortfolioPiece
from domain.ports import Log, PieceId, Role


@dataclass(frozen=True, kw_only=True)
class DescribePiece:
    """Change the description of a piece of one's portfolio (décrire une pièce). Loads the piece."""

    roles: ClassVar = frozenset({Role.CANDIDATE})
    records: ClassVar = (PieceDescribed,)
    piece: PieceId
    said: Description

    def execute(self, log: Log) -> None:
        piece = log.load(PortfolioPiece, self.piece)
        log.record(piece, piece.describe(self.said, by=log.actor.who))
