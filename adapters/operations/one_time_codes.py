"""One-time tickets: secrets in links that let their holder do one thing, such as accept an invitation.

Only the SHA-256 of the secret is stored; the ticket's content is encrypted with a key derived from the secret. For an
unregistered person an HMAC of the address is stored, so that a newer ticket replaces the older one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.operations.erasures import ERASED, WayInErased
from domain.ports import PersonId

if TYPE_CHECKING:
    from adapters.database.pool import Database

MAKE: Final = f"""
lock table desk.account in row exclusive mode;
insert into desk.ticket (hash, kind, person, address, made_by, sealed, expires_at)
select %(hash)s, %(kind)s, %(person)s, %(address)s, %(made_by)s, %(sealed)s, now() + %(lasts)s where not {ERASED}
returning hash
"""
"""Locks the accounts, so that it and an erasure wait for each other: an erasure does not lock the tickets."""
FOR_LOGIN: Final = """
insert into desk.ticket (hash, kind, person, expires_at)
select %s, %s, person, now() + %s from desk.account where login = %s for share
returning person
"""
"""Locks the account until the ticket is inserted, so that an erasure of the account finds the ticket."""
OTHERS: Final = "delete from desk.ticket where person = %s and kind = %s and hash <> %s"
OTHERS_TO: Final = "delete from desk.ticket where address = %s and kind = %s and hash <> %s"
"""Deletes the older tickets of unregistered people."""
OLDEST: Final = """
delete from desk.ticket where hash in (
    select hash from desk.ticket where person = %s and kind = %s order by created_at desc, hash offset %s)
"""
MOST_FORMS: Final = 20
"""Forms stored for one person; older ones are deleted."""
FIND: Final = """
select person, made_by, sealed from desk.ticket where hash = %s and kind = %s and expires_at > now()
"""
TAKE: Final = "delete from desk.ticket where hash = %s and kind = %s and expires_at > now() returning hash"
END: Final = "delete from desk.ticket where person = %s and kind = %s"
HALF_WAY: Final = "delete from desk.ticket where person = %s and kind in ('second_step', 'password_reset')"
PURGE: Final = "delete from desk.ticket where expires_at < now()"


class OneTimeCode(StrEnum):
    """The purpose of a ticket."""

    INVITATION = "invitation"
    SIGN_UP = "sign_up"
    PASSWORD_RESET = "password_reset"  # noqa: S105  (a purpose)
    SECOND_STEP = "second_step"
    ADDRESS = "address"
    KEPT_FORM = "kept_form"


LASTS: Final = {
    OneTimeCode.INVITATION: timedelta(days=7),
    OneTimeCode.SIGN_UP: timedelta(hours=24),
    OneTimeCode.PASSWORD_RESET: timedelta(hours=1),
    OneTimeCode.SECOND_STEP: timedelta(minutes=10),
    OneTimeCode.ADDRESS: timedelta(days=7),
    OneTimeCode.KEPT_FORM: timedelta(hours=12),
}


@dataclass(frozen=True, kw_only=True)
class ValidCode:
    """A valid ticket: its person, its maker, and its content; `id` is the same at each look-up."""

    id: str
    person: PersonId | None
    made_by: PersonId | None
    about: Mapping[str, str] = field(default_factory=dict)


class OneTimeCodes:
    """One-time tickets."""

    def __init__(self, database: Database, secret: str) -> None:
        """Use schema `desk`; `secret` makes the HMAC of addresses."""
        self._database = database
        self._secret = secret.encode()

    def make(
        self,
        kind: OneTimeCode,
        *,
        person: PersonId | None = None,
        to: str = "",
        made_by: UUID | None = None,
        about: Mapping[str, str] | None = None,
    ) -> str:
        """Make a ticket, which replaces earlier ones of its kind for this person or address; return its secret.

        A ticket for a stored form replaces no other. Raises WayInErased.
        """
        secret = secrets.token_urlsafe(32)
        hashed, sealed = hash_of(secret), sealed_under(secret, about) if about else None
        address = hmac.digest(self._secret, f"ticket/{to.strip().lower()}".encode(), "sha256") if to else None
        made = {"hash": hashed, "kind": kind.value, "person": person, "address": address, "made_by": made_by}
        with self._database.transaction() as cursor:
            cursor.execute(MAKE, made | {"sealed": sealed, "lasts": LASTS[kind]})
            if cursor.fetchone() is None:
                raise WayInErased(person)
            if kind is OneTimeCode.KEPT_FORM:
                cursor.execute(OLDEST, (person, kind.value, MOST_FORMS))
            elif kind is not OneTimeCode.SECOND_STEP:  # a person may sign in on two machines at once
                cursor.execute(OTHERS, (person, kind.value, hashed))
                cursor.execute(OTHERS_TO, (address, kind.value, hashed))
        return secret

    def for_login(self, kind: OneTimeCode, login: str) -> tuple[str, PersonId] | None:
        """Make a ticket for the owner of a login; return its secret and the owner, or None if there is no owner."""
        secret = secrets.token_urlsafe(32)
        hashed = hash_of(secret)
        with self._database.transaction() as cursor:
            cursor.execute(FOR_LOGIN, (hashed, kind.value, LASTS[kind], login.strip().lower()))
            found = cursor.fetchone()
            if found is None:
                return None
            cursor.execute(OTHERS, (found[0], kind.value, hashed))
        return secret, PersonId(found[0])

    def find(self, kind: OneTimeCode, secret: str) -> ValidCode | None:
        """Return the ticket of this secret, or None if it is not valid now."""
        hashed = hash_of(secret)
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(FIND, (hashed, kind.value))
            row = cursor.fetchone()
        if row is None:
            return None
        person, made_by, sealed = row
        about = opened_by(secret, bytes(sealed)) if sealed is not None else {}
        return ValidCode(id=hashed.hex(), person=person, made_by=made_by, about=about)

    def take(self, kind: OneTimeCode, secret: str) -> bool:
        """Use a ticket up; return whether it was valid. Only one of several concurrent calls succeeds."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(TAKE, (hash_of(secret), kind.value))
            return cursor.fetchone() is not None

    def end(self, kind: OneTimeCode, person: PersonId) -> None:
        """Delete a person's tickets of a kind: their links are no longer valid."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(END, (person, kind.value))

    def purge(self) -> None:
        """Delete expired tickets."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(PURGE)


def hash_of(secret: str) -> bytes:
    """Return the hash of a secret, as it is stored."""
    return hashlib.sha256(secret.encode()).digest()


def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"acquis/ticket").derive(secret.encode()))


def sealed_under(secret: str, about: Mapping[str, str]) -> bytes:
    """Encrypt some texts with a key derived from a secret whose hash alone is stored."""
    nonce = os.urandom(12)
    return nonce + _cipher(secret).encrypt(nonce, json.dumps(dict(about)).encode(), None)


def opened_by(secret: str, sealed: bytes) -> dict[str, str]:
    """Decrypt the texts that `sealed_under` encrypted."""
    about: dict[str, str] = json.loads(_cipher(secret).decrypt(sealed[:12], sealed[12:], None))
    return about
