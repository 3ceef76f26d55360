"""Second factors: codes of six digits (TOTP, RFC 6238), each used once, and recovery codes.

The secret is sealed with the person's identity key, and so takes part in rotations of the master key and in erasures.
Recovery codes have eighty bits each, so that nobody can guess them from their SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.operations.erasures import ERASED
from domain.fact import Retention

if TYPE_CHECKING:
    from adapters.database.pool import Database
    from adapters.keys.vault import Vault
    from domain.ports import PersonId

BEGIN: Final = f"""
insert into desk.second_factor as f (person, secret) select %(person)s, %(secret)s where not {ERASED}
    on conflict (person) do update set secret = excluded.secret, created_at = now(), last_step = 0
 where f.confirmed_at is null
returning person
"""
FOUND: Final = """
select f.secret, f.confirmed_at, f.last_step, (select count(*) from desk.recovery_code c where c.person = f.person),
       f.created_at > now() - interval '10 minutes'
  from desk.second_factor f where person = %s
"""
ACCEPT: Final = """
update desk.second_factor set last_step = %s, confirmed_at = coalesce(confirmed_at, now())
 where person = %s and not last_step between %s and %s
returning person
"""
"""Accepts one of two equal codes sent at the same moment. A stored step more than AHEAD ahead of the code's was noted
while the clock was ahead, and is ignored."""
HOLD: Final = "select from desk.second_factor where person = %s for update"
"""Run before any recovery code is locked, since an erasure locks in this order."""
OFF: Final = "delete from desk.second_factor where person = %s and confirmed_at is not null returning person"
FORGET: Final = "delete from desk.recovery_code where person = %s"
KEEP: Final = "insert into desk.recovery_code (person, hash) values (%s, %s)"
USE: Final = "delete from desk.recovery_code where person = %s and hash = %s returning person"
STEP: Final = 30
"""Seconds that a code is shown."""
DRIFT: Final = 1
"""Steps that a telephone's clock may be off, either way."""
AHEAD: Final = 10
"""Steps by which the newest accepted code may be ahead of another one: 5 minutes, for hosts whose clocks differ."""
DIGITS: Final = 6
CODES: Final = 10


@dataclass(frozen=True)
class Factor:
    """A confirmed second factor: the time of its confirmation, and the number of unused recovery codes."""

    since: datetime
    codes_left: int


class SecondFactors:
    """Second factors, and recovery codes for a lost telephone."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Use schema `desk`, and the keys with which the secrets are sealed."""
        self._database = database
        self._vault = vault

    def begin(self, person: PersonId) -> str | None:
        """Generate a secret and return it in base32; it becomes active once the person enters a code.

        Returns None if the person has an active one, or their identity was erased.
        """
        secret = pyotp.random_base32()
        sealed = _seal(self._vault.sealing_key(person, Retention.IDENTITY), person, secret)
        return secret if self._asked(BEGIN, {"person": person, "secret": sealed}) else None

    def on(self, person: PersonId) -> Factor | None:
        """Return the active second factor, or None; an unconfirmed one does not count."""
        rows = self._asked(FOUND, (person,))
        return Factor(rows[0][1], rows[0][3]) if rows and rows[0][1] is not None else None

    def shown(self, person: PersonId) -> str | None:
        """Return the unconfirmed secret generated in the last ten minutes, or None."""
        rows = self._asked(FOUND, (person,))
        return self._opened(person, bytes(rows[0][0])) if rows and rows[0][1] is None and rows[0][4] else None

    def accepts(self, person: PersonId, code: str, *, proved: bool = True) -> bool:
        """Return whether this is a current code, used for the first time; it confirms an unconfirmed secret.

        `proved`: whether the code must be of a confirmed second factor, or of an unconfirmed one.
        """
        rows = self._asked(FOUND, (person,))
        given = "".join(code.split())
        if not rows or (rows[0][1] is not None) is not proved or not (len(given) == DIGITS and given.isdecimal()):
            return False
        secret = self._opened(person, bytes(rows[0][0]))
        step = _step_of(secret, given, int(time.time()) // STEP) if secret else None
        return step is not None and bool(self._asked(ACCEPT, (step, person, step, step + AHEAD)))

    def recovers(self, person: PersonId, code: str) -> bool:
        """Return whether this is an unused recovery code, and use it up."""
        return self.on(person) is not None and bool(self._asked(USE, (person, _hash(code))))

    def new_codes(self, person: PersonId) -> list[str]:
        """Generate recovery codes that replace the old ones, and return them; none without a second factor."""
        codes = [_drawn() for _ in range(CODES)]
        with self._database.transaction() as cursor:
            cursor.execute(HOLD, (person,))
            if cursor.fetchone() is None:
                return []
            cursor.execute(FORGET, (person,))
            for code in codes:
                cursor.execute(KEEP, (person, _hash(code)))
        return codes

    def off(self, person: PersonId) -> bool:
        """Delete the second factor and its codes; return whether it was active."""
        with self._database.transaction() as cursor:
            cursor.execute(OFF, (person,))
            was_on = cursor.fetchone() is not None
            cursor.execute(FORGET, (person,))
        return was_on

    def _opened(self, person: PersonId, sealed: bytes) -> str | None:
        key = self._vault.opening().key(person, Retention.IDENTITY)
        if key is None:
            return None
        try:
            return _cipher(key).decrypt(sealed[:12], sealed[12:], person.bytes).decode()
        except InvalidTag:
            return None

    def _asked(self, statement: str, values: tuple[object, ...] | dict[str, object]) -> list[tuple[Any, ...]]:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()


def _step_of(secret: str, code: str, now: int) -> int | None:
    """Return the time step of the code, or None; all steps are compared, so that the time taken reveals nothing."""
    totp = pyotp.TOTP(secret)
    steps = range(now - DRIFT, now + DRIFT + 1)
    found = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
    return found[-1] if found else None


def _drawn() -> str:
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))


def _hash(code: str) -> bytes:
    return hashlib.sha256("".join(c for c in code.lower() if c.isalnum()).encode()).digest()


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"acquis/second-factor").derive(key))


def _seal(key: bytes, person: PersonId, secret: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + _cipher(key).encrypt(nonce, secret.encode(), person.bytes)
