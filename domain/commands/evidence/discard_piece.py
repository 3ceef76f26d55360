from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.evidence.facts import PieceDiscarded
from domain.evidence.portfolio import PortfolioPiece
from domain.ports import Log, PieceId, Role


@dataclass(frozen=True, kw_only=True)
class DiscardPiece:
    """Remove a piece from one's portfolio permanently (supprimer une pièce). Loads the piece."""

    roles: ClassVar = frozenset({Role.CANDIDATE})
    records: ClassVar = (PieceDiscarded,)
    piece: PieceId

    def execute(self, log: Log) -> None:
        piece = log.load(PortfolioPiece, self.piece)
        log.record(piece, piece.discard(by=log.actor.who))
