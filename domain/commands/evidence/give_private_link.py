from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.evidence.facts import PrivateLinkGiven
from domain.evidence.portfolio import PortfolioPiece
from domain.evidence.private_link import PrivateLink
from domain.ports import LinkId, Log, PieceId, Role


@dataclass(frozen=True, kw_only=True)
class GivePrivateLink:
    """Create a link that shows some pieces of one's portfolio, until a day (donner un lien privé).

    Loads the pieces, and the new stream.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE})
    records: ClassVar = (PrivateLinkGiven,)
    pieces: tuple[PieceId, ...]
    ends_on: date
    for_whom: str | None = None

    def execute(self, log: Log) -> None:
        link = log.find(PrivateLink, LinkId(log.new_id("link")))
        pieces = log.find_all(PortfolioPiece, self.pieces)
        log.record(link, link.give(pieces, self.ends_on, self.for_whom, by=log.actor.who, today=log.today))
