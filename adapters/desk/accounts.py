"""Who may sign in with a password? (comptes)"""

from __future__ import annotations

from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from adapters.database.pool import Database
from domain.ports import PersonId
from domain.refusal import Refused

ADD = "insert into desk.account (person, login, password) values (%s, %s, %s) on conflict do nothing returning person"
REMOVE = "delete from desk.account where person = %s"
HELD = "select login, created_at from desk.account where person = %s"
FIND = "select person, password from desk.account where login = %s"
SHORTEST = 12
DRAWN = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
"""Of a password that chance drew among 2^96: no number of guesses finds it, however quick each is."""


class LoginTaken(Refused):
    """An e-mail address opens one account, and a person has one."""

    fr = "Une adresse électronique n'ouvre qu'un compte, et une personne n'en a qu'un."


class WeakPassword(Refused):
    """A password has at least twelve characters."""

    fr = "Un mot de passe compte au moins douze caractères."
    kind = "invalid"


class Accounts:
    """Passwords, as argon2id hashes."""

    def __init__(self, database: Database) -> None:
        """Use schema `desk`."""
        self._database = database
        self._hasher = PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")

    def add(self, person: PersonId, login: str, password: str, *, drawn: bool = False) -> None:
        """Give a person a way to sign in; raises WeakPassword or LoginTaken.

        `drawn`: no person chose the password. Its check is quicker than that of a login that nobody has.
        """
        if len(password) < SHORTEST:
            raise WeakPassword
        hasher = DRAWN if drawn else self._hasher
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(ADD, (person, login.strip().lower(), hasher.hash(password)))
            if cursor.fetchone() is None:
                raise LoginTaken

    def remove(self, person: PersonId) -> None:
        """Take a person's way to sign in."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(REMOVE, (person,))

    def held(self, person: PersonId) -> dict[str, str]:
        """What is kept of a person's account, for themselves: login and day; nothing when they have none."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(HELD, (person,))
            row = cursor.fetchone()
        return {"login": row[0], "since": row[1].isoformat()} if row else {}

    def check(self, login: str, password: str) -> PersonId | None:
        """Whose login and password these are; as slow when the login is unknown."""
        nobody = self._nobody  # before it is known whether it is needed: the first check too takes as long either way
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(FIND, (login.strip().lower(),))
            row = cursor.fetchone()
        try:
            self._hasher.verify(row[1] if row else nobody, password)
        except (VerificationError, InvalidHashError):
            return None
        return PersonId(row[0]) if row else None
