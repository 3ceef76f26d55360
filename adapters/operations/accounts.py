"""Accounts of people who sign in with a password (comptes)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from threading import BoundedSemaphore
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.database.pool import Database
from adapters.operations.erasures import ERASED, GONE, WayInErased
from adapters.operations.one_time_codes import HALF_WAY, TAKE, OneTimeCode, hash_of
from adapters.operations.passwords import check_guesses, check_strength
from adapters.operations.sessions import END_ALL, LOCKS
from adapters.operations.tokens import REVOKE_OF
from adapters.process.thread_slots import HASHING
from domain.ports import PersonId
from domain.refusal import Refused

ADD = f"""
insert into desk.account (person, login, password)
select %(person)s, %(login)s, %(password)s where not {ERASED} on conflict do nothing returning person
"""
SERVICE = "select exists (select from desk.service where person = %s)"
REMOVE = "delete from desk.account where person = %s"
HELD = "select login, created_at from desk.account where person = %s"
HAS_PASSWORD = "select exists (select from desk.account where person = %s and password is not null)"  # noqa: S105  (a statement)
LOGINS = "select person, login from desk.account where person = any(%s)"
FIND = f"select person, password, {LOCKS} from desk.account a where login = %s"  # noqa: S608  (constants only)
OWNER = "select person from desk.account where login = %s"
FIRST = "lock table desk.account in row exclusive mode"
"""Run before any other lock is taken, since an erasure locks in this order."""
TOKENS_FIRST = "lock table desk.token in row exclusive mode"
"""Run even before `FIRST`, for the same reason."""
HOLD = "select person from desk.account where person = %s for update"
"""Run before the link is used up, since a request for a newer link locks in this order."""
RENEW = "update desk.account set password = %s where person = %s"
MOVE = """
update desk.account set login = %(login)s where person = %(person)s
   and not exists (select from desk.account where login = %(login)s and person <> %(person)s) returning person
"""
AT_ONCE = 2
"""Passwords that one process hashes at the same time: each takes 64 MiB, and keeps a core busy."""
PATIENCE = 2.0
"""Seconds that one more request waits for its turn; further ones are refused at once (ADR 50)."""
CHOSEN = PasswordHasher()
"""The hasher of passwords chosen by people: argon2id with the second recommended choice of RFC 9106, 4."""
DRAWN = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
"""The hasher of passwords drawn at random among 2^96: guessing finds none, however quick each guess is."""


class ServiceWithPassword(Refused):
    """A service comes by a token, and has no password."""

    fr = "Un compte de service vient par un jeton, et n'a pas de mot de passe."


class LoginTaken(Refused):
    """An e-mail address opens one account, and a person has one."""

    fr = "Une adresse électronique n'ouvre qu'un compte, et une personne n'en a qu'un."


class TooManyPasswords(Refused):
    """Too many people sign in at this moment: try again in a few seconds."""

    fr = "Trop de personnes se connectent en ce moment : réessayez dans quelques secondes."
    kind = "busy"


@dataclass(frozen=True, kw_only=True)
class OpenedAccount:
    """The owner of an account whose password was correct, with its `locks`: if these change, no session begins."""

    person: PersonId
    locks: str


class Accounts:
    """Accounts and their passwords, as argon2id hashes."""

    def __init__(self, database: Database, hasher: PasswordHasher = CHOSEN) -> None:
        """Use schema `desk`."""
        self._database = database
        self._hasher = hasher
        self._turns = BoundedSemaphore(AT_ONCE)

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")

    @property
    def busy(self) -> bool:
        """True if no further request may wait for a turn; callers check this before other work on a sign-in."""
        return HASHING.full

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for a turn to hash; raises TooManyPasswords at once if others wait, or if none comes in time."""
        with HASHING.taken() as there:
            if not there or not self._turns.acquire(timeout=PATIENCE):
                raise TooManyPasswords
            try:
                yield
            finally:
                self._turns.release()

    def add(self, person: PersonId, login: str, password: str, *known: str, drawn: bool = False) -> None:
        """Create a person's account; raises WeakPassword, LoginTaken, ServiceWithPassword or WayInErased.

        `known`: words that everybody knows of the person, besides the login. `drawn`: the password was drawn at
        random and gets a cheap hash, so that checking it takes less time than checking an unknown login.
        """
        hashed = DRAWN.hash(password) if drawn else self._hashed(password, login, *known)
        with self._database.connection() as connection, connection.cursor() as cursor:
            insert(cursor, person, login, hashed)

    def renew(self, person: PersonId, password: str, *known: str) -> None:
        """Replace an account's password; raises WeakPassword. Does nothing if the account is gone."""
        hashed = self._hashed(password, *known)
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(RENEW, (hashed, person))

    def open(self, person: PersonId, login: str, password: str, invitation: str, *known: str) -> bool:
        """Create the account of an invited person, atomically; return False if the link is no longer valid.

        Raises WeakPassword, LoginTaken, ServiceWithPassword, WayInErased and TooManyPasswords; the link then stays
        valid.
        """
        hashed = self._hashed(password, login, *known)
        with self._database.transaction() as cursor:
            if not _takes(cursor, person, OneTimeCode.INVITATION, invitation):
                return False
            insert(cursor, person, login, hashed)
        return True

    def change(self, person: PersonId, password: str, *known: str, here: str) -> None:
        """Replace an account's password, and end all its sessions except `here`.

        The change is atomic. Raises WeakPassword, TooManyPasswords.
        """
        hashed = self._hashed(password, *known)
        with self._database.transaction() as cursor:
            cursor.execute(FIRST)
            _replace(cursor, person, hashed, here)

    def reset(self, person: PersonId, link: str, password: str, *known: str) -> bool:
        """Replace an account's password, and end all its sessions; return False if the link is no longer valid.

        Tokens are revoked too: a person who recovers an account does not know which tokens others made. The change is
        atomic. Raises WeakPassword, TooManyPasswords: the link then stays valid.
        """
        hashed = self._hashed(password, *known)
        with self._database.transaction() as cursor:
            cursor.execute(TOKENS_FIRST)
            if not _takes(cursor, person, OneTimeCode.PASSWORD_RESET, link):
                return False
            _replace(cursor, person, hashed)
            cursor.execute(REVOKE_OF, (person,))
        return True

    def _hashed(self, password: str, *known: str) -> str:
        """Return the hash of a chosen password; raises WeakPassword, TooManyPasswords."""
        check_strength(password, *known)
        with self._turn():
            check_guesses(password, *known)
            return self._hasher.hash(password)

    def move(self, person: PersonId, login: str, link: str, *, here: str = "") -> bool:
        """Change an account's login to one that the link proves; return False if the link is no longer valid.

        Ends the sessions except `here`, and the links to a new password sent to the old address, atomically. Raises
        LoginTaken: the link then stays valid.
        """
        with self._database.transaction() as cursor:
            if not _takes(cursor, person, OneTimeCode.ADDRESS, link):
                return False
            cursor.execute(MOVE, {"login": login, "person": person})
            if cursor.fetchone() is None:
                raise LoginTaken
            _end_all(cursor, person, here)
        return True

    def remove(self, person: PersonId) -> None:
        """Delete a person's account."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(REMOVE, (person,))

    def held(self, person: PersonId) -> dict[str, str]:
        """Return the data of a person's account, for the person's own export: login and day; empty without one."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(HELD, (person,))
            row = cursor.fetchone()
        return {"login": row[0], "since": row[1].isoformat()} if row else {}

    def has_password(self, person: PersonId) -> bool:
        """Return whether a person has a password: an invited person may have opened their account without one."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(HAS_PASSWORD, (person,))
            return cursor.fetchone() == (True,)

    def check(self, login: str, password: str) -> OpenedAccount | None:
        """Return the owner of this login and password; takes as long when the login is unknown."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(FIND, (login.strip().lower(),))
            row = cursor.fetchone()
        try:
            with self._turn():
                nobody = self._nobody  # computed even if unused, so that the first check takes as long either way
                self._hasher.verify((row and row[1]) or nobody, password)
        except (VerificationError, InvalidHashError):
            return None
        return OpenedAccount(person=PersonId(row[0]), locks=row[2]) if row and row[1] else None

    def known_by(self, login: str) -> PersonId | None:
        """Return the owner of a login, or None; no account has a login with U+0000."""
        if "\0" in login:
            return None
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(OWNER, (login.strip().lower(),))
            row = cursor.fetchone()
        return PersonId(row[0]) if row else None

    def logins(self, persons: Sequence[UUID]) -> dict[UUID, str]:
        """Return the logins of those of these persons who have an account, in one query."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(LOGINS, (list(persons),))
            return dict(cursor.fetchall())


def _replace(cursor: Cursor, person: PersonId, hashed: str, here: str = "") -> None:
    cursor.execute(RENEW, (hashed, person))
    _end_all(cursor, person, here)


def _end_all(cursor: Cursor, person: PersonId, here: str) -> None:
    """End a person's sessions except `here`, sign-ins that lack the code, and links to a new password."""
    cursor.execute(END_ALL, (person, hash_of(here)))
    cursor.execute(HALF_WAY, (person,))


def _takes(cursor: Cursor, person: PersonId, kind: OneTimeCode, link: str) -> bool:
    cursor.execute(FIRST)
    cursor.execute(HOLD, (person,))
    cursor.execute(TAKE, (hash_of(link), kind.value))
    return cursor.fetchone() is not None


def insert(cursor: Cursor, person: PersonId, login: str, hashed: str | None) -> None:
    """Insert an account, with or without a password; raises LoginTaken, ServiceWithPassword or WayInErased."""
    cursor.execute(SERVICE, (person,))
    if cursor.fetchone() == (True,):
        raise ServiceWithPassword
    cursor.execute(ADD, {"person": person, "login": login.strip().lower(), "password": hashed})
    if cursor.fetchone() is not None:
        return
    cursor.execute(GONE, {"person": person})
    raise WayInErased(person) if cursor.fetchone() == (True,) else LoginTaken
