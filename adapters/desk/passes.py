"""Who holds this token or this session, and in which role? Only the SHA-256 of either is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from adapters.database.pool import Database
from domain.ports import Actor, PersonId, Role

PREFIX = "acquis_"
MAKE_TOKEN = (
    "insert into desk.token (hash, person, role, label, expires_at, issued_by) values (%s, %s, %s, %s, %s, %s)"  # noqa: S105  (a statement)
)
PREPARED = (
    "prepare acquis_token(bytea) as"
    " select person::text, role from desk.token where hash = $1 and revoked_at is null and expires_at > now()"
)
"""Asked at every request of a program; to be prepared on each connection."""
TOKEN = "execute acquis_token(%s)"  # noqa: S105  (a statement)
HELD = "select role, label, created_at, expires_at, revoked_at from desk.token where person = %s order by created_at"
REVOKE = "update desk.token set revoked_at = now() where hash = %s and revoked_at is null"
BEGIN = """
insert into desk.session (hash, person, role, expires_at)
select %s, person, %s, now() + %s from desk.account where person = %s for share
returning person
"""
"""The account is held until the session stands: an erasure that takes the one finds the other."""
SESSION = "select person::text, role from desk.session where hash = %s and expires_at > now()"
END = "delete from desk.session where hash = %s or expires_at < now()"
LASTS = timedelta(hours=12)


class Passes:
    """API tokens and browser sessions."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`."""
        self._database = database

    def make_token(self, actor: Actor, label: str, expires_at: datetime, *, issued_by: PersonId | None) -> str:
        """Make an API token for a person in one role until a day; shown once, to whoever asked for it.

        `issued_by` is who asked: an administrator, or None for the machine's operator.
        """
        token = PREFIX + secrets.token_urlsafe(32)
        self._run(MAKE_TOKEN, (_hash(token), actor.who, actor.role.value, label, expires_at, issued_by))
        return token

    def bearer(self, token: str) -> Actor | None:
        """Whose token it is, if it is valid now."""
        return self._actor(TOKEN, token) if token.startswith(PREFIX) else None

    def held(self, person: PersonId) -> list[dict[str, str | None]]:
        """What is kept of a person's tokens, for themselves; never what would let anybody in."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(HELD, (person,))
            rows = cursor.fetchall()
        names = ("role", "label", "created_at", "expires_at", "revoked_at")
        return [{name: str(value) if value else None for name, value in zip(names, row, strict=True)} for row in rows]

    def revoke(self, token: str) -> None:
        """Make a token worthless from now on."""
        self._run(REVOKE, (_hash(token),))

    def begin(self, actor: Actor) -> str | None:
        """Begin a browser session; None when there is no account, or none any more, to sign in with."""
        session = secrets.token_urlsafe(32)
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(BEGIN, (_hash(session), actor.role.value, LASTS, actor.who))
            return session if cursor.fetchone() else None

    def visitor(self, session: str) -> Actor | None:
        """Whose session it is, if it lasts still."""
        return self._actor(SESSION, session)

    def end(self, session: str) -> None:
        """End a session; those that have run out go with it."""
        self._run(END, (_hash(session),))

    def _actor(self, question: str, secret: str) -> Actor | None:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(question, (_hash(secret),))
            row = cursor.fetchone()
        return Actor(person=PersonId(UUID(row[0])), role=Role(row[1])) if row else None

    def _run(self, statement: str, values: tuple[object, ...]) -> None:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
