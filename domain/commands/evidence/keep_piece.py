from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.evidence.evidence import ReceivedFile
from domain.evidence.facts import PieceKept
from domain.evidence.portfolio import Description, PortfolioPiece
from domain.ports import Log, PieceId, Role


@dataclass(frozen=True, kw_only=True)
class KeepPiece:
    """Add a piece to one's portfolio; its file is already stored (garder une pièce). Loads only the new stream."""

    roles: ClassVar = frozenset({Role.CANDIDATE})
    records: ClassVar = (PieceKept,)
    piece: PieceId
    file: ReceivedFile
    said: Description

    def execute(self, log: Log) -> None:
        piece = log.find(PortfolioPiece, self.piece)
        log.record(piece, piece.keep(self.file, self.said, by=log.actor.who))
