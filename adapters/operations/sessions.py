"""Browser sessions, with their person and role; only the SHA-256 of a session's secret is stored."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from adapters.database.pool import Database
from adapters.log.store import SINCE, Found, PostgresStore
from adapters.operations.one_time_codes import hash_of
from adapters.operations.owner_cache import OwnerCache
from domain.ports import Actor, PersonId, Role

LOCKS: Final = """
encode(sha256(convert_to(concat(a.password, '/', (
    select confirmed_at from desk.second_factor f where f.person = a.person)), 'UTF8')), 'hex')
"""
"""A hash of an account's password and second factor, which changes when either is replaced (`a`: the account)."""
BEGIN: Final = f"""
insert into desk.session (hash, person, role, expires_at, browser)
select %(hash)s, person, %(role)s, now() + %(lasts)s, %(browser)s
  from desk.account a where person = %(person)s and {LOCKS} = coalesce(%(locks)s, {LOCKS}) for share of a
returning person
"""  # noqa: S608  (constants only)
"""Locks the account until the session is inserted, so that an erasure of the account, or a new password that ends all
sessions, finds the session."""
LASTING = """
select s.person::text, s.role, s.seen_at < now() - interval '1 minute',
       exists (select from desk.second_factor f where f.person = s.person and f.confirmed_at is not null),
       exists (select from log.doubt where accepted is null)
  from desk.session s where hash = $1 and expires_at > now() and seen_at > now() - interval '2 hours'
"""
PREPARED = (
    f"prepare acquis_session(bytea, uuid[], bigint[]) as select t.*, s.* from ({LASTING}) t"  # noqa: S608  (constants only)
    f" left join lateral ({SINCE.format(streams='$2', versions='$3')}) s on true"
)
"""Run at every request of a browser, with the streams named in its URL; to be prepared on each connection."""
SESSION = "execute acquis_session(%s, %s, %s)"
SEEN = "update desk.session set seen_at = now() where hash = %s"
GO_ON = """
update desk.session set hash = %s, role = %s, seen_at = now()
 where hash = %s and expires_at > now() and seen_at > now() - interval '2 hours'
returning person
"""
END = """
delete from desk.session where hash = %s or not (expires_at > now() and seen_at > now() - interval '2 hours')
"""
PURGE = "delete from desk.session where not (expires_at > now() and seen_at > now() - interval '2 hours')"
SESSIONS = """
select id, created_at, seen_at, expires_at, browser, hash from desk.session
 where person = %s and expires_at > now() and seen_at > now() - interval '2 hours'
 order by seen_at desc, id
"""
END_ONE = "delete from desk.session where person = %s and id = %s returning id"
END_ALL = "delete from desk.session where person = %s and hash <> %s returning id"
END_EVERYBODYS = "delete from desk.session returning id"
LASTS = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """The person of a session, whether they have a second factor, and whether the log has open doubts."""

    actor: Actor
    second_factor: bool
    doubted: bool


@dataclass(frozen=True, kw_only=True)
class BrowserSession:
    """A valid session as its owner sees it; `here`: it is the session of this request."""

    id: UUID
    since: datetime
    seen_at: datetime
    expires_at: datetime
    browser: str
    here: bool


class BrowserSessions:
    """Browser sessions."""

    def __init__(self, database: Database, store: PostgresStore) -> None:
        """Use schema `desk`; refresh the streams that a request names in the query that authenticates it."""
        self._database = database
        self._store = store
        self._whose = OwnerCache()

    def begin(self, actor: Actor, browser: str = "", locks: str | None = None) -> str | None:
        """Begin a browser session, and return its secret; None if the account no longer exists.

        `locks`: the account's locks when the password was checked (Accounts.check); if they changed since, None is
        returned too.
        """
        session = secrets.token_urlsafe(32)
        begun = {"hash": hash_of(session), "person": actor.who, "role": actor.role.value, "lasts": LASTS}
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(BEGIN, begun | {"browser": browser, "locks": locks})
            return session if cursor.fetchone() else None

    def go_on(self, session: str, role: Role) -> str | None:
        """Continue a session in another role, with a new secret; the old secret is no longer valid.

        The session's end stays the same. Returns None if the session has ended.
        """
        following = secrets.token_urlsafe(32)
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(GO_ON, (hash_of(following), role.value, hash_of(session)))
            return following if cursor.fetchone() else None

    def visitor(self, session: str, named: Iterable[UUID] = ()) -> tuple[Visit, Found] | None:
        """Return the person of a valid session, and the committed state of their stream and those `named`.

        A session is valid for twelve hours, and for two without use.
        """
        hashed = hash_of(session)
        ahead = self._store.ahead(self._whose.of(hashed), named)
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(SESSION, (hashed, ahead.streams, ahead.versions))
            rows = cursor.fetchall()
            if not rows:
                return None
            person, role, unseen, second_factor, doubted, *_ = rows[0]
            if unseen:
                cursor.execute(SEEN, (hashed,))
        actor = Actor(person=PersonId(UUID(person)), role=Role(role))
        self._whose.note(hashed, actor.who)
        return Visit(actor=actor, second_factor=second_factor, doubted=doubted), ahead.answered(rows)

    def lasts(self, hashed: bytes) -> bool:
        """Return whether the session with this hash is valid."""
        return bool(self._asked(SESSION, (hashed, "{}", "{}")))

    def end(self, session: str) -> None:
        """End a session, and delete those that have expired."""
        self._run(END, (hash_of(session),))

    def sessions(self, person: PersonId, here: str = "") -> list[BrowserSession]:
        """Return a person's valid sessions, the last used first."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(SESSIONS, (person,))
            rows = cursor.fetchall()
        own = hash_of(here)
        return [
            BrowserSession(
                id=id_, since=since, seen_at=seen, expires_at=ends, browser=browser, here=bytes(hash_) == own
            )
            for id_, since, seen, ends, browser, hash_ in rows
        ]

    def end_one(self, person: PersonId, session: UUID) -> bool:
        """End one of a person's sessions; return whether it existed."""
        return bool(self._asked(END_ONE, (person, session)))

    def end_all(self, person: PersonId, but: str = "") -> int:
        """End all of a person's sessions except the one with this secret; return how many."""
        return len(self._asked(END_ALL, (person, hash_of(but))))

    def end_everybodys(self) -> int:
        """End all sessions of everybody; return how many."""
        return len(self._asked(END_EVERYBODYS, ()))

    def purge(self) -> None:
        """Delete expired sessions, with the providers' tokens stored for them."""
        self._run(PURGE, ())

    def _asked(self, statement: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    def _run(self, statement: str, values: tuple[object, ...]) -> None:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
