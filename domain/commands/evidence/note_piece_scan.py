from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.evidence.facts import PieceCleared, PieceQuarantined
from domain.evidence.portfolio import PortfolioPiece
from domain.ports import Log, PieceId, Role


@dataclass(frozen=True, kw_only=True)
class NotePieceScan:
    """Record what a virus scanner found in a kept piece, or in a copy of it (noter une analyse antivirus).

    Without a `finding`, nothing was found, in a piece that was checked before or is in quarantine. Loads the piece.
    """

    roles: ClassVar = frozenset({Role.OPERATOR, Role.SYSTEM})
    records: ClassVar = (PieceCleared, PieceQuarantined)
    piece: PieceId
    scanner: str
    finding: str | None

    def execute(self, log: Log) -> None:
        piece = log.load(PortfolioPiece, self.piece)
        if self.finding is None:
            log.record(piece, piece.scan(self.scanner))
        else:
            log.record(piece, piece.quarantine(self.finding, self.scanner))
