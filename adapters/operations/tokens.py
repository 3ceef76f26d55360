"""API tokens: their person, role and scopes; only the SHA-256 of a token is stored."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from adapters.database.pool import Database
from adapters.log.store import SINCE, Found, PostgresStore
from adapters.operations.erasures import ERASED, WayInErased
from adapters.operations.one_time_codes import hash_of
from adapters.operations.owner_cache import OwnerCache
from domain.ports import Actor, PersonId, Role
from domain.refusal import Refused

PREFIX: Final = "acquis_"
"""The prefix of every token, for programs that scan for leaked secrets: acquis_[A-Za-z0-9_-]{43}."""
EVERYTHING: Final = ("*",)
LONGEST_DAYS: Final = 366
MOST: Final = 100
"""The greatest number of valid tokens of one person at one time."""
ALONE: Final = "lock table desk.token in share row exclusive mode"
"""Lock that prevents new tokens while a person's tokens are counted."""
OPENING: Final = """
select count(*) from desk.token where person = %s and revoked_at is null and expires_at > now()
"""
MAKE: Final = f"""
insert into desk.token (hash, person, role, label, scopes, expires_at, issued_by)
select %(hash)s, %(person)s, %(role)s, %(label)s, %(scopes)s, %(expires_at)s, %(issued_by)s where not {ERASED}
returning id
"""
VALID: Final = """
select person::text, role, scopes, expires_at, used_on is distinct from current_date
  from desk.token where hash = $1 and revoked_at is null and expires_at > now()
"""
PREPARED: Final = (
    f"prepare acquis_token(bytea, uuid[], bigint[]) as select t.*, s.* from ({VALID}) t"  # noqa: S608  (constants only)
    f" left join lateral ({SINCE.format(streams='$2', versions='$3')}) s on true"
)
"""Run at every request of a program, with the streams named in its URL; to be prepared on each connection."""
TOKEN: Final = "execute acquis_token(%s, %s, %s)"  # noqa: S105  (a statement)
USED: Final = "update desk.token set used_on = current_date where hash = %s"
HELD: Final = """
select id, role, label, scopes, created_at, expires_at, used_on, revoked_at, person
  from desk.token where person = any (%s::uuid[]) order by created_at, id
"""
REVOKE: Final = "update desk.token set revoked_at = now() where hash = %s and revoked_at is null returning person"
REVOKE_ALL: Final = """
update desk.token set revoked_at = now() where revoked_at is null and expires_at > now() returning person
"""
REVOKE_OF: Final = "update desk.token set revoked_at = now() where person = %s and revoked_at is null"
REVOKE_HELD: Final = """
update desk.token set revoked_at = now() where person = %s and id = %s and revoked_at is null returning id
"""


class TooManyTokens(Refused):
    """A person has a hundred tokens at most at one time: revoke those that are no longer used."""

    fr = "Une personne a cent jetons au plus à la fois : révoquez ceux qui ne servent plus."


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """The actor of a token, its scopes, and its end."""

    actor: Actor
    scopes: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True)
class MadeToken:
    """A new token: its secret, shown only now, the id under which it is listed, and its end."""

    secret: str
    id: UUID
    expires_at: datetime


@dataclass(frozen=True)
class HeldToken:
    """A token as its holder may see it, without its secret."""

    id: UUID
    role: str
    label: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_on: date | None
    revoked_at: datetime | None


class Tokens:
    """API tokens: made for a person in one role, shown once, valid until they end or are revoked."""

    def __init__(self, database: Database, store: PostgresStore) -> None:
        """Use schema `desk`; refresh the streams that a request names in the query that authenticates it."""
        self._database = database
        self._store = store
        self._whose = OwnerCache()

    def make(
        self,
        actor: Actor,
        label: str,
        expires_at: datetime,
        *,
        issued_by: PersonId | None,
        scopes: Collection[str] = EVERYTHING,
    ) -> MadeToken:
        """Make a token, whose secret is shown once; raises TooManyTokens, WayInErased.

        `issued_by` is the person who asked for it: an administrator or the token's own person; None for the machine's
        operator.
        """
        secret = PREFIX + secrets.token_urlsafe(32)
        values = {
            "hash": hash_of(secret),
            "person": actor.who,
            "role": actor.role.value,
            "label": label,
            "scopes": sorted(set(scopes)),
            "expires_at": expires_at,
            "issued_by": issued_by,
        }
        with self._database.transaction() as cursor:
            cursor.execute(ALONE)
            cursor.execute(OPENING, (actor.who,))
            if cursor.fetchall()[0][0] >= MOST:
                raise TooManyTokens(actor.who)
            cursor.execute(MAKE, values)
            row = cursor.fetchone()
        if row is None:
            raise WayInErased(actor.who)
        return MadeToken(secret, row[0], expires_at)

    def bearer(self, token: str, named: Iterable[UUID] = ()) -> tuple[Bearer, Found] | None:
        """Return the bearer of a valid token, and the committed state of their stream and those `named`.

        The first use on a day is noted.
        """
        if not token.startswith(PREFIX):
            return None
        hashed = hash_of(token)
        ahead = self._store.ahead(self._whose.of(hashed), named)
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(TOKEN, (hashed, ahead.streams, ahead.versions))
            rows = cursor.fetchall()
            if not rows:
                return None
            person, role, scopes, expires_at, first_today, *_ = rows[0]
            if first_today:
                cursor.execute(USED, (hashed,))
        actor = Actor(person=PersonId(UUID(person)), role=Role(role))
        self._whose.note(hashed, actor.who)
        return Bearer(actor=actor, scopes=frozenset(scopes), expires_at=expires_at), ahead.answered(rows)

    def lasts(self, hashed: bytes) -> bool:
        """Return whether the token with this hash is valid now."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(TOKEN, (hashed, "{}", "{}"))
            return cursor.fetchone() is not None

    def held(self, person: PersonId) -> list[HeldToken]:
        """Return a person's tokens, the oldest first, including expired and revoked ones."""
        return self.of_all([person])[person]

    def of_all(self, persons: Collection[UUID]) -> dict[UUID, list[HeldToken]]:
        """Return the tokens of each of these people, in one query."""
        found: dict[UUID, list[HeldToken]] = {person: [] for person in persons}
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(HELD, (list(persons),))
            for number, role, label, scopes, *times, person in cursor.fetchall():
                found[person].append(HeldToken(number, role, label, tuple(scopes), *times))
        return found

    def revoke(self, token: str) -> PersonId | None:
        """Revoke a token; return its person, or None if it was revoked already or does not exist."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(REVOKE, (hash_of(token),))
            row = cursor.fetchone()
        return PersonId(row[0]) if row else None

    def revoke_all(self) -> list[PersonId]:
        """Revoke everybody's valid tokens; return the person of each."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(REVOKE_ALL)
            return [PersonId(row[0]) for row in cursor.fetchall()]

    def revoke_held(self, person: PersonId, token: UUID) -> bool:
        """Revoke one of a person's tokens by its id; return whether it was theirs and not revoked before."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(REVOKE_HELD, (person, token))
            return cursor.fetchone() is not None
