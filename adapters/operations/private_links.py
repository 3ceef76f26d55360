"""Secrets of private links, and the log of their use; only the SHA-256 of a secret is stored."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from adapters.operations.erasures import ERASED, WayInErased
from adapters.operations.one_time_codes import hash_of
from domain.ports import LinkId, PersonId

if TYPE_CHECKING:
    from adapters.database.pool import Database

GIVE: Final = f"""
insert into desk.private_link (link, hash, person) select %(link)s, %(hash)s, %(person)s where not {ERASED}
on conflict (link) do update set hash = excluded.hash returning link
"""
"""Stores a link's secret; a repeated request replaces the earlier secret."""
FIND: Final = "select link from desk.private_link where hash = %s"
USED: Final = """
insert into desk.private_link_use (link, piece, at)
select %(link)s, %(piece)s, date_trunc('minute', now())
 where not exists (select from desk.private_link_use
                    where link = %(link)s and piece is not distinct from %(piece)s::uuid
                      and at >= date_trunc('day', now(), 'Europe/Paris'))
on conflict do nothing
"""
"""Counts a use once a day for each piece: reading a copy of many pictures counts once."""
USES: Final = """
select u.link, u.piece, u.at from desk.private_link_use u join desk.private_link l using (link)
 where l.person = %s order by u.at desc, u.piece nulls first limit %s
"""
PURGE: Final = "delete from desk.private_link where person = %s"
MOST: Final = 1_000
"""The greatest number of uses of a person's links that are returned."""


@dataclass(frozen=True, kw_only=True)
class Use:
    """The first use of a link on a day, to the minute; with a `piece`, the reading of this piece."""

    link: UUID
    piece: UUID | None
    at: datetime


class PrivateLinks:
    """The secrets of private links, and the log of their use."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`."""
        self._database = database

    def give(self, link: LinkId, person: PersonId) -> str:
        """Make and return the secret that opens a link, shown only now; raises WayInErased."""
        secret = secrets.token_urlsafe(32)
        if not self._run(GIVE, {"link": link, "hash": hash_of(secret), "person": person}):
            raise WayInErased(person)
        return secret

    def find(self, secret: str) -> LinkId | None:
        """Return the link that this secret opens, or None."""
        found = self._run(FIND, (hash_of(secret),))
        return LinkId(found[0][0]) if found else None

    def used(self, link: LinkId, piece: UUID | None = None) -> None:
        """Note that the link was opened today, or that a piece was read through it."""
        self._run(USED, {"link": link, "piece": piece})

    def uses(self, person: PersonId) -> dict[UUID, list[Use]]:
        """Return when a person's links were opened, the newest first, by link."""
        found: dict[UUID, list[Use]] = {}
        for link, piece, at in self._run(USES, (person, MOST)):
            found.setdefault(link, []).append(Use(link=link, piece=piece, at=at))
        return found

    def purge(self, person: PersonId) -> None:
        """Delete the links of a person whose portfolio was erased."""
        self._run(PURGE, (person,))

    def _run(self, statement: str, values: Any) -> Sequence[Any]:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
