"""Where are the keys that open personal data?

One key per person and retention class, made when first needed and committed before the first fact it seals. Each
personal field of a fact has its own content key: HKDF-SHA256 of the person's key, the append's id and the field's
place; AES-256-GCM, with the fact's identity as associated data, so that a ciphertext moved elsewhere does not open.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.database.pool import Database
from domain.fact import Retention

KEY = "select key from vault.key where person = %s and class = %s"
KEYS = (
    "select person, class, key from vault.key where (person, class) in (select * from unnest(%s::uuid[], %s::text[]))"
)
MAKE = "insert into vault.key (person, class, key) values (%s, %s, %s) on conflict do nothing"


@dataclass(frozen=True)
class Place:
    """Where a personal field stands: its append, its fact's place in it, stream, type and version, its own name."""

    append_id: UUID
    n: int
    stream: UUID
    type: str
    version: int
    field: str

    def bound(self) -> bytes:
        """The associated data: opens only here."""
        return f"{self.append_id}/{self.n}/{self.stream}/{self.type}/{self.version}/{self.field}".encode()


class Vault:
    """The key table, and what it seals and opens."""

    def __init__(self, database: Database) -> None:
        """Use the database that holds schema `vault`."""
        self._database = database
        self._known: dict[tuple[UUID, Retention], bytes] = {}

    def seal(self, text: bytes, person: UUID, retention: Retention, place: Place) -> str:
        """Seal a text about a person, in base64; makes and commits the person's key first if there is none."""
        nonce = os.urandom(12)
        cipher = AESGCM(_content_key(self._key(person, retention), place))
        return base64.b64encode(nonce + cipher.encrypt(nonce, text, place.bound())).decode("ascii")

    def open(self, sealed: str, person: UUID, retention: Retention, place: Place) -> bytes | None:
        """Open a sealed text; None when its key is gone (erased) or it does not belong here."""
        key = self._known.get((person, retention)) or self._fetch(person, retention)
        if key is None:
            return None
        raw = base64.b64decode(sealed)
        try:
            return AESGCM(_content_key(key, place)).decrypt(raw[:12], raw[12:], place.bound())
        except InvalidTag:
            return None

    def prepare(self, wanted: Iterable[tuple[UUID, Retention]]) -> None:
        """Fetch the keys of many personal fields in one question, before a history is opened."""
        missing = sorted({pair for pair in wanted if pair not in self._known})
        if not missing:
            return
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(KEYS, ([p for p, _ in missing], [r.value for _, r in missing]))
            for person, retention, key in cursor.fetchall():
                self._known[person, Retention(retention)] = bytes(key)

    def _key(self, person: UUID, retention: Retention) -> bytes:
        known = self._known.get((person, retention)) or self._fetch(person, retention)
        if known is not None:
            return known
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(MAKE, (person, retention.value, os.urandom(32)))
        made = self._fetch(person, retention)
        if made is None:
            raise RuntimeError("a key that was just committed is not there")
        return made

    def _fetch(self, person: UUID, retention: Retention) -> bytes | None:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(KEY, (person, retention.value))
            row = cursor.fetchone()
        if row is None:
            return None
        self._known[person, retention] = bytes(row[0])
        return self._known[person, retention]


def _content_key(key: bytes, place: Place) -> bytes:
    info = f"acquis/fact/{place.n}/{place.field}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=place.append_id.bytes, info=info).derive(key)
