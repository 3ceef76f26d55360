"""Who holds this session, and in which role? Only its SHA-256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from adapters.database.pool import Database
from domain.ports import Actor, PersonId, Role

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
    """Browser sessions."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`."""
        self._database = database

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
