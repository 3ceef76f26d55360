from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.evidence.facts import PieceCleared
from domain.evidence.portfolio import PortfolioPiece
from domain.ports import Log, PieceId, Role


@dataclass(frozen=True, kw_only=True)
class ClearPiece:
    """Record that the check found nothing against a kept piece, and its type (valider la vérification).

    `scanner` is None if the installation has no virus scanner. Loads the piece.
    """

    roles: ClassVar = frozenset({Role.SYSTEM})
    records: ClassVar = (PieceCleared,)
    piece: PieceId
    scanner: str | None
    media_type: str
    pages: int | None

    def execute(self, log: Log) -> None:
        piece = log.load(PortfolioPiece, self.piece)
        log.record(piece, piece.clear(self.scanner, self.media_type, self.pages))
