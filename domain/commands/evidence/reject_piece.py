from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.evidence.facts import PieceRejected
from domain.evidence.portfolio import PortfolioPiece
from domain.ports import Log, PieceId, Role


@dataclass(frozen=True, kw_only=True)
class RejectPiece:
    """Record why the check refuses a kept piece, by the name of the rule (refuser une pièce). Loads the piece."""

    roles: ClassVar = frozenset({Role.SYSTEM})
    records: ClassVar = (PieceRejected,)
    piece: PieceId
    reason: str

    def execute(self, log: Log) -> None:
        piece = log.load(PortfolioPiece, self.piece)
        log.record(piece, piece.reject(self.reason))
