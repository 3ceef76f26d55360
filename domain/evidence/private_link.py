"""Private links that show a selection of a person's portfolio until a day (lien privé).

Anyone who has the link, such as an advisor or an employer, reads it without an account. Its secret is not in a fact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Self, assert_never

from domain.evidence.facts import PrivateLinkFact, PrivateLinkGiven, PrivateLinkRevoked
from domain.evidence.portfolio import PortfolioPiece
from domain.fact import Personal
from domain.ports import LinkId, PersonId, PieceId
from domain.refusal import NotFound, Refused

MOST_PIECES: Final = 100
LONGEST: Final = timedelta(days=366)


class NothingShown(Refused):
    """A private link shows some pieces of one's portfolio, a hundred at most."""

    fr = "Un lien privé montre des pièces de son portfolio, cent au plus."
    kind = "invalid"


class LinkEndsOtherwise(Refused):
    """A private link ends on a day to come, a year from now at most."""

    fr = "Un lien privé prend fin un jour à venir, dans un an au plus."
    kind = "invalid"


class LinkAlreadyRevoked(Refused):
    """A private link is revoked once."""

    fr = "Un lien privé ne se révoque qu'une fois."


@dataclass(frozen=True, kw_only=True)
class PrivateLink:
    """A link to some pieces of a person's portfolio, valid until its last day."""

    id: LinkId
    version: int = 0
    person: PersonId | None = None
    pieces: tuple[PieceId, ...] = ()
    ends_on: date | None = None
    revoked: bool = False

    def give(
        self, pieces: Iterable[PortfolioPiece], ends_on: date, for_whom: str | None, *, by: PersonId, today: date
    ) -> PrivateLinkGiven:
        """Show these pieces, which must be the actor's and found fit, to anyone who has the link."""
        shown = {piece.id: piece for piece in pieces}
        if not 0 < len(shown) <= MOST_PIECES:
            raise NothingShown(len(shown))
        for piece in shown.values():
            piece.check_usable(by)
        if not today < ends_on <= today + LONGEST:
            raise LinkEndsOtherwise(ends_on)
        return PrivateLinkGiven(
            person=by,
            pieces=tuple(shown),
            ends_on=ends_on,
            for_whom=Personal(for_whom, by) if for_whom else None,
        )

    def revoke(self, *, by: PersonId) -> PrivateLinkRevoked:
        """End the link at once, as its owner."""
        if self.person != by:
            raise NotFound(self.id)
        if self.revoked:
            raise LinkAlreadyRevoked(self.id)
        return PrivateLinkRevoked()

    def opens(self, today: date) -> bool:
        """Return whether the link is valid on this day."""
        return not self.revoked and self.ends_on is not None and today <= self.ends_on

    def evolve(self, fact: PrivateLinkFact) -> Self:
        match fact:
            case PrivateLinkGiven(person=person, pieces=pieces, ends_on=ends_on):
                return replace(self, person=person, pieces=pieces, ends_on=ends_on)
            case PrivateLinkRevoked():
                return replace(self, revoked=True)
            case _:
                assert_never(fact)
