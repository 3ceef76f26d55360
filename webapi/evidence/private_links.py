"""Private links to a portfolio: giving, listing and opening them. They show reading copies, never an original."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from adapters.operations.private_links import Use
from domain.commands.evidence.give_private_link import GivePrivateLink
from domain.evidence.facts import PrivateLinkGiven, PrivateLinkRevoked
from domain.evidence.private_link import PrivateLink
from domain.fact import Retention
from domain.ports import OPERATOR, LinkId, PersonId, Recorded
from domain.refusal import NotFound
from projections.evidence.private_links import given_by
from projections.reading import DossierFact
from projections.told import sealed_facts
from webapi.accounts.authentication import actor
from webapi.current import acquis
from webapi.evidence.pieces import Piece
from webapi.evidence.portfolio import KeptPiece, pieces_of
from webapi.intent import Intent
from webapi.privacy.disclosure import names, opening, personal


@dataclass(frozen=True, kw_only=True)
class GivenLink:
    """A private link as its giver sees it: its recipient, its pieces, its last day and its uses."""

    id: UUID
    for_whom: str | None
    pieces: tuple[UUID, ...]
    given_on: date
    ends_on: date
    revoked_on: date | None = None
    uses: tuple[Use, ...] = ()

    @property
    def opens(self) -> bool:
        """Return whether the link works today."""
        return self.revoked_on is None and acquis().clock.today() <= self.ends_on


@dataclass(frozen=True, kw_only=True)
class SharedPortfolio:
    """What a link shows to its holder: the owner's name, the last day, the pieces."""

    link: LinkId
    person_name: str | None
    ends_on: date
    pieces: tuple[KeptPiece, ...]


def give(command: GivePrivateLink, intent: Intent) -> tuple[Recorded, str]:
    """Record that a link was given, then create its secret; a repeated request gets another valid secret."""
    recorded = acquis().execute(command, acquis().request(intent))
    return recorded, acquis().private_links.give(LinkId(next(iter(recorded.versions))), actor().who)


def given() -> list[GivenLink]:
    """Return the links that the caller has given, oldest first, without those of a portfolio erased since."""
    mine = actor().who
    facts: dict[UUID, list[DossierFact]] = {each.link: [] for each in given_by(acquis().database, mine)}
    for each in sealed_facts(acquis().database, facts) if facts else ():
        facts[each.stamp.stream].append(each)
    opening().prepare([(mine, Retention.PORTFOLIO)])
    uses = acquis().private_links.uses(mine) if facts else {}
    return [_given(link, each, tuple(uses.get(link, ()))) for link, each in facts.items()]


def opened(secret: str, piece: UUID | None = None) -> SharedPortfolio:
    """Return what this secret shows today, and record the use, of the link or of one `piece`; raises NotFound."""
    link = _link(secret)
    if piece is not None and piece not in link.pieces:
        raise NotFound(piece)
    acquis().private_links.used(link.id, piece)
    person = cast("PersonId", link.person)  # a link that opens has a giver and a last day
    return SharedPortfolio(
        link=link.id,
        person_name=names([person])[person],
        ends_on=cast("date", link.ends_on),
        pieces=pieces_of(link.pieces),
    )


def piece_shown(secret: str, piece: UUID) -> Piece:
    """Return the file of a piece that this secret shows, and record the use; raises NotFound."""
    link = _link(secret)
    found = pieces_of([each for each in link.pieces if each == piece])
    if not found:
        raise NotFound(piece)
    acquis().private_links.used(link.id, piece)
    return found[0].file


def _link(secret: str) -> PrivateLink:
    """Return the link of this secret, as committed, if it is valid today; raises NotFound."""
    found = acquis().private_links.find(secret)
    if found is not None:
        with acquis().store.attempt(acquis().request_of(OPERATOR), frozenset()) as attempt:
            link = attempt.find(PrivateLink, found)
        if link.opens(acquis().clock.today()):
            return link
    raise NotFound


def _given(link: UUID, facts: list[DossierFact], uses: tuple[Use, ...]) -> GivenLink:
    first = facts[0]
    fact = cast("PrivateLinkGiven", first.fact)
    revoked = next((each.stamp.on for each in facts if isinstance(each.fact, PrivateLinkRevoked)), None)
    return GivenLink(
        id=link,
        for_whom=personal(first).get("for_whom"),
        pieces=fact.pieces,
        given_on=first.stamp.on,
        ends_on=fact.ends_on,
        revoked_on=revoked,
        uses=uses,
    )
