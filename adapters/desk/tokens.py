"""Which program holds this token, for whom, and what may it do? Only the SHA-256 of a token is kept."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from adapters.database.pool import Database
from adapters.desk.erasures import ERASED, WayInErased
from adapters.desk.tickets import hash_of
from adapters.desk.whose import Whose
from adapters.log.store import SINCE, Found, PostgresStore
from domain.ports import Actor, PersonId, Role
from domain.refusal import Refused

PREFIX: Final = "acquis_"
"""How every token begins, for programs that look for secrets where none should be: acquis_[A-Za-z0-9_-]{43}."""
EVERYTHING: Final = ("*",)
LONGEST_DAYS: Final = 366
MOST: Final = 100
"""Tokens that open something, of one person at one time."""
ALONE: Final = "lock table desk.token in share row exclusive mode"
"""Nobody makes a token while another's are counted."""
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
    f"prepare acquis_token(bytea, uuid[], bigint[]) as select t.*, s.* from ({VALID}) t"  # noqa: S608  (our own words)
    f" left join lateral ({SINCE.format(streams='$2', versions='$3')}) s on true"
)
"""Asked at every request of a program, with the streams that it names; to be prepared on each connection."""
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
    """Who comes with a token, and what it lets them do until when."""

    actor: Actor
    scopes: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True)
class MadeToken:
    """A token just made: its secret, shown this once, the id under which it is listed, and until when it is valid."""

    secret: str
    id: UUID
    expires_at: datetime


@dataclass(frozen=True)
class HeldToken:
    """A token as its holder may see it: never what would let anybody in."""

    id: UUID
    role: str
    label: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_on: date | None
    revoked_at: datetime | None


class Tokens:
    """API tokens: made for a person in one role, shown once, used until they end or are revoked."""

    def __init__(self, database: Database, store: PostgresStore) -> None:
        """Use schema `desk`; with who comes, ask for the streams that they name."""
        self._database = database
        self._store = store
        self._whose = Whose()

    def make(
        self,
        actor: Actor,
        label: str,
        expires_at: datetime,
        *,
        issued_by: PersonId | None,
        scopes: Collection[str] = EVERYTHING,
    ) -> MadeToken:
        """Make a token, shown once to whoever asked for it; raises TooManyTokens, WayInErased.

        `issued_by` is who asked: an administrator, the person themselves, or None for the machine's operator.
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
        """Whose token it is, if it is valid now, and of their stream and those `named` what is committed.

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
        """Whether the token is valid now of whose secret this is kept."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(TOKEN, (hashed, "{}", "{}"))
            return cursor.fetchone() is not None

    def held(self, person: PersonId) -> list[HeldToken]:
        """A person's tokens, the first made first, those that have ended too."""
        return self.of_all([person])[person]

    def of_all(self, persons: Collection[UUID]) -> dict[UUID, list[HeldToken]]:
        """The tokens of each of these, in one question."""
        found: dict[UUID, list[HeldToken]] = {person: [] for person in persons}
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(HELD, (list(persons),))
            for number, role, label, scopes, *times, person in cursor.fetchall():
                found[person].append(HeldToken(number, role, label, tuple(scopes), *times))
        return found

    def revoke(self, token: str) -> PersonId | None:
        """Make a token worthless from now on; gives whose it was, None where it was already or is none."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(REVOKE, (hash_of(token),))
            row = cursor.fetchone()
        return PersonId(row[0]) if row else None

    def revoke_all(self) -> list[PersonId]:
        """Make everybody's tokens worthless from now on; gives of each that opened something whose it was."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(REVOKE_ALL)
            return [PersonId(row[0]) for row in cursor.fetchall()]

    def revoke_held(self, person: PersonId, token: UUID) -> bool:
        """Make one of a person's tokens worthless, named by its id; whether it was not before, and is theirs."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(REVOKE_HELD, (person, token))
            return cursor.fetchone() is not None
