"""The vault: keys that seal and open personal data.

There is one key per person and retention class. It is made when first needed, and committed before the first fact
that it seals, in a separate database, wrapped with the master key. Each personal field of a fact has its own content
key: HKDF-SHA256 of the person's key, the append's id and the field's place. The cipher is AES-256-GCM with the fact's
identity as associated data, so that a ciphertext cannot be opened in another place. Destroying a key erases
everything that it sealed.

Opening fetches the key each time (a `FieldOpener`, once per answer), so that erased data is unreadable at once in
every process. Sealing caches a key for two seconds, and queries the register each time. Data sealed just before an
erasure and recorded just after it counts as erased, as if it had been recorded just before.

The keys' database dates each key, after every erasure in the register; an erasure is dated by the same clock, and not
before the existing key. Therefore the order of a key and an erasure does not depend on any host's clock. A key older
than an erasure is invalid: it neither opens nor seals, even before it is destroyed.
"""

from __future__ import annotations

import base64
import hmac
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg2.errors import ForeignKeyViolation

from adapters.database.pool import Database
from adapters.keys.erasures import Erasure, ErasureRegister
from adapters.keys.master_key import EXPECTED, KeysDatabaseBlank, MasterKey, WrongMasterKey
from domain.fact import Retention

Pair = tuple[UUID, Retention]

log = logging.getLogger(__name__)

REMEMBERED: Final = 2.0
"""Seconds for which sealing caches a key; expired keys are dropped at the next request for any key."""
TRIES: Final = 3
SHA256_SIZE: Final = 32
TICK: Final = timedelta(microseconds=1)
AMONG = "(person, class) in (select * from unnest(%s::uuid[], %s::text[]))"
KEYS = f"select person, class, made_at, wrapped, master from vault.key where {AMONG}"  # noqa: S608  (constants only)
FOUND_OR_MADE = "select * from vault.found_or_made(%s, %s, %s, %s, %s::timestamptz)"
MOMENT = """
select greatest(clock_timestamp(), (select made_at from vault.key where person = %s and class = %s), %s::timestamptz)
"""
ADOPT = "insert into vault.master (id) values (%s) on conflict do nothing"
DESTROY = "select vault.destroy(%s, %s, coalesce(%s::timestamptz, 'infinity'))"
OVERTAKEN = """
select k.person, k.class
  from unnest(%s::uuid[], %s::text[], %s::timestamptz[]) as erased (person, class, at)
  join vault.key k on k.person = erased.person and k.class = erased.class and k.made_at <= erased.at
"""
DESTROY_AGAIN = """
select count(*) filter (where vault.destroy(person, class, at))
  from unnest(%s::uuid[], %s::text[], %s::timestamptz[]) as erased (person, class, at)
"""


class KeyState(StrEnum):
    """The reason why a person's data of one class cannot be read: erased on purpose, or lost."""

    ERASED = "erased"
    LOST = "lost"


class FieldPlace(NamedTuple):
    """The place of a personal field: its append, its fact's place in it, stream, type and version, its own name."""

    append_id: UUID
    n: int
    stream: UUID
    type: str
    version: int
    field: str

    def bound(self) -> bytes:
        """Return the associated data, which binds the ciphertext to this place."""
        return f"{self.append_id}/{self.n}/{self.stream}/{self.type}/{self.version}/{self.field}".encode()


class Vault:
    """The store of keys, which seals and opens personal data with them."""

    def __init__(
        self,
        keys: Database,
        master: MasterKey,
        register: ErasureRegister,
        holds_sealed: Callable[[], bool] = lambda: False,
    ) -> None:
        """Use the database with schema `vault`; nothing is queried yet.

        `holds_sealed` returns whether the log holds anything sealed: a blank keys' database is then the wrong one.
        """
        self._database = keys
        self._master = master
        self._holds_sealed = holds_sealed
        self.register = register
        self._remembered: dict[Pair, tuple[bytes, Erasure | None, float]] = {}
        self._remembering = Lock()
        self._begun = False
        self._beginning = Lock()

    def begin(self) -> int:
        """Check the master key, and destroy the keys that a restored backup brought back; return how many.

        It is called at start, or else runs before the first key is used. Raises WrongMasterKey, KeysDatabaseBlank.
        """
        with self._beginning:
            if self._begun:
                return 0
            self._check_master()
            again = self._destroy_again()
            self._begun = True
            return again

    @property
    def database(self) -> Database:
        """The keys' database."""
        return self._database

    def check(self) -> None:
        """Check again the database, the master key and the register; raises the error of the first that fails."""
        self.begin()
        self._check_master()
        self.register.entries()

    def close(self) -> None:
        """Close the connections."""
        self._database.close()

    # sealing

    def seal(self, text: bytes, person: UUID, retention: Retention, place: FieldPlace) -> str:
        """Seal a text about a person, in base64; create and commit the person's key first if it is missing."""
        nonce = os.urandom(12)
        cipher = AESGCM(_content_key(self.sealing_key(person, retention), place))
        return base64.b64encode(nonce + cipher.encrypt(nonce, text, place.bound())).decode("ascii")

    def sealing_key(self, person: UUID, retention: Retention) -> bytes:
        """Return the key to seal with, created and committed if missing; it is cached for `REMEMBERED` seconds."""
        self._forget_old()
        known, erased = self._remembered.get((person, retention)), self.register.newest(person, retention)
        if known is not None and known[1] == erased:
            return known[0]
        until = time.monotonic() + REMEMBERED
        key = self._found_or_made(person, retention)
        with self._remembering:
            self._remembered.pop((person, retention), None)  # the newest is last
            self._remembered[person, retention] = (key, erased, until)
        return key

    def file_key(self, person: UUID, retention: Retention = Retention.PAPERS) -> bytes:
        """Return the secret that encrypts a person's files of a class; create their key if it is missing."""
        return _file_key(self.sealing_key(person, retention))

    # opening

    def opening(self) -> FieldOpener:
        """Return an opener for the fields of one answer."""
        return FieldOpener(self)

    def open(self, sealed: str, person: UUID, retention: Retention, place: FieldPlace) -> bytes | None:
        """Open one sealed text; None if its key is gone or it was sealed for another place."""
        return self.opening().open(sealed, person, retention, place)

    def unread(self, person: UUID, retention: Retention, recorded: datetime | None = None) -> KeyState:
        """Return why data recorded at that time cannot be read: it was erased since, or else its key is lost.

        Without `recorded` it counts as erased if any data of that class was erased.
        """
        return KeyState.ERASED if self.register.holds(person, retention, recorded) else KeyState.LOST

    # keys

    def present(self, wanted: Iterable[Pair]) -> set[Pair]:
        """Return which of these keys exist, damaged or not."""
        return {pair for pair, _, _ in self._rows(wanted)}

    def keys(self, wanted: Iterable[Pair]) -> dict[Pair, bytes]:
        """Return those of these keys that can be unwrapped; raises WrongMasterKey for another master key.

        A damaged key counts as lost, like a missing one, and is logged; the other keys are returned.
        """
        found = {}
        for (person, retention), wrapped, master in self._rows(wanted):
            with suppress(InvalidTag):
                found[person, retention] = self._unwrapped(wrapped, master, person, retention)
        return found

    def destroy(self, person: UUID, retention: Retention, until: datetime | None = None) -> bool:
        """Destroy a key, once the erasure is in the register; return whether there was one.

        A key made after `until` is kept: it is a new key, for data sealed since. `until` is the erasure's date in the
        register, which `moment` returned when the line was written.
        """
        self.begin()
        with self._remembering:
            self._remembered.pop((person, retention), None)
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(DESTROY, (person, retention.value, until))
            destroyed: bool = cursor.fetchall()[0][0]
            return destroyed

    def moment(self, person: UUID, retention: Retention) -> datetime:
        """Return the date for the next erasure: now by the keys' clock, after the existing key and every erasure."""
        erased = self.register.newest(person, retention)
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(MOMENT, (person, retention.value, erased and erased.at + TICK))
            moment: datetime = cursor.fetchall()[0][0]
            return moment

    def overtaken(self, before: datetime) -> list[Pair]:
        """Return the invalid keys that still exist although an erasure before that moment covers them."""
        newest = {(each.person, each.retention): each for each in self.register.entries() if each.at <= before}
        erased = [(*pair, each.at) for pair, each in newest.items()]
        if not erased:
            return []
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(OVERTAKEN, tuple(map(list, zip(*erased, strict=True))))
            return sorted((person, Retention(kept)) for person, kept in cursor.fetchall())

    def made_at(self, person: UUID, retention: Retention) -> datetime | None:
        """Return the creation time of the existing key, valid or not; None without a key."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(KEYS, ([person], [retention.value]))
            return next((made_at for _, _, made_at, _, _ in cursor.fetchall()), None)

    def _forget_old(self) -> None:
        """Drop all expired keys from the cache, so that keys erased by other processes do not stay in memory."""
        now = time.monotonic()
        with self._remembering:
            while self._remembered:
                oldest = next(iter(self._remembered))
                if self._remembered[oldest][2] > now:
                    return
                del self._remembered[oldest]

    def _found_or_made(self, person: UUID, retention: Retention) -> bytes:
        """Return the existing key or a new one, in one query; it is committed on return.

        The register is read again once the key is committed, since an erasure may have covered it meanwhile.
        """
        self.begin()
        for _ in range(TRIES):
            wrapped = self._master.wrap(os.urandom(32), person, retention)  # a new key, never a destroyed one
            erased = self.register.newest(person, retention)
            rows = self._asked((person, retention.value, wrapped, self._master.id, erased and erased.at))
            for found, master, made_at in rows:
                erased = self.register.newest(person, retention)
                if erased is None or made_at > erased.at:
                    try:
                        return self._unwrapped(bytes(found), bytes(master), person, retention)
                    except InvalidTag as error:
                        raise RuntimeError(f"the key of {person} for {retention.value} is damaged") from error
        raise RuntimeError(f"the key of {person} for {retention.value} is destroyed as fast as made")

    def _asked(self, arguments: tuple[object, ...]) -> list[tuple[bytes, bytes, datetime]]:
        with self._database.connection() as connection, connection.cursor() as cursor:
            try:
                cursor.execute(FOUND_OR_MADE, arguments)
            except ForeignKeyViolation:
                self._check_master()
                raise
            return cursor.fetchall()

    def _rows(self, wanted: Iterable[Pair]) -> Iterator[tuple[Pair, bytes, bytes]]:
        """Yield the valid ones of these keys, wrapped, with their master key's id."""
        self.begin()
        self._forget_old()
        pairs = list(wanted)
        if not pairs:
            return
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(KEYS, ([person for person, _ in pairs], [kept.value for _, kept in pairs]))
            rows = cursor.fetchall()
        for person, of_class, made_at, wrapped, master in rows:
            retention = Retention(of_class)
            erased = self.register.newest(person, retention)
            if erased is None or made_at > erased.at:
                yield (person, retention), bytes(wrapped), bytes(master)

    def _unwrapped(self, wrapped: bytes, master: bytes, person: UUID, retention: Retention) -> bytes:
        """Unwrap a key; raises WrongMasterKey, and InvalidTag, with a log entry, for a damaged one."""
        if master != self._master.id:
            raise WrongMasterKey(master, self._master.id)
        try:
            return self._master.unwrap(wrapped, person, retention)
        except InvalidTag:
            log.critical("the key of %s for %s is damaged: what it sealed is lost", person, retention.value)
            raise

    def _check_master(self) -> None:
        expected = self._expected()
        if expected is None:
            sealed = self._holds_sealed()
            expected = self._expected()  # set by a process that started at the same time, before anything was sealed
            if expected is None and sealed:
                raise KeysDatabaseBlank
            expected = expected or self._adopted()
        if expected != self._master.id:
            raise WrongMasterKey(expected, self._master.id)

    def _expected(self) -> bytes | None:
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(EXPECTED)
            rows = cursor.fetchall()
            return bytes(rows[0][0]) if rows else None

    def _adopted(self) -> bytes:
        """Set this process's master key as the expected one, unless one is set; return the id of the expected one."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(ADOPT, (self._master.id,))
            cursor.execute(EXPECTED)
            return bytes(cursor.fetchall()[0][0])

    def _destroy_again(self) -> int:
        self.register.mend()
        erased: dict[Pair, datetime] = {}
        for each in self.register.entries():
            pair = each.person, each.retention
            erased[pair] = max(each.at, erased.get(pair, each.at))
        if not erased:
            return 0
        persons, classes = [person for person, _ in erased], [kept.value for _, kept in erased]
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.execute(DESTROY_AGAIN, (persons, classes, list(erased.values())))
            again: int = cursor.fetchall()[0][0]
            return again


class FieldOpener:
    """Opener of the personal fields of one answer: each key is fetched once, and dropped with the answer."""

    def __init__(self, vault: Vault) -> None:
        """Start without keys."""
        self._vault = vault
        self._keys: dict[Pair, bytes | None] = {}

    def prepare(self, wanted: Iterable[Pair]) -> None:
        """Fetch the keys that are not known yet in one query."""
        missing = sorted({pair for pair in wanted if pair not in self._keys})
        if missing:
            self._keys |= dict.fromkeys(missing) | self._vault.keys(missing)

    def key(self, person: UUID, retention: Retention) -> bytes | None:
        """Return the key of a person and class; None if it is gone."""
        if (person, retention) not in self._keys:
            self.prepare([(person, retention)])
        return self._keys[person, retention]

    def content_key(self, person: UUID, retention: Retention, place: FieldPlace) -> bytes | None:
        """Return the key of one field; None if the person's key is gone."""
        key = self.key(person, retention)
        return None if key is None else _content_key(key, place)

    def file_key(self, person: UUID, retention: Retention = Retention.PAPERS) -> bytes | None:
        """Return the secret that decrypts a person's files of a class; None if that key is gone."""
        key = self.key(person, retention)
        return None if key is None else _file_key(key)

    def open(self, sealed: str, person: UUID, retention: Retention, place: FieldPlace) -> bytes | None:
        """Open a sealed text; None if its key is gone or it was sealed for another place."""
        key = self.content_key(person, retention, place)
        if key is None:
            return None
        raw = base64.b64decode(sealed)
        try:
            return AESGCM(key).decrypt(raw[:12], raw[12:], place.bound())
        except InvalidTag:
            return None

    def still_opens(self) -> bool:
        """Return whether all keys found still exist unchanged, so that nothing that they opened was erased since."""
        found = {pair: key for pair, key in self._keys.items() if key is not None}
        return self._vault.keys(found) == found

    def unread(self, person: UUID, retention: Retention, recorded: datetime | None = None) -> KeyState:
        """Return why data recorded at that time cannot be read: it was erased since, or else its key is lost."""
        return self._vault.unread(person, retention, recorded)


def _content_key(key: bytes, place: FieldPlace) -> bytes:
    return _derived(key, place.append_id.bytes, f"acquis/fact/{place.n}/{place.field}".encode())


def _file_key(key: bytes) -> bytes:
    return _derived(key, bytes(SHA256_SIZE), b"acquis/files")


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    """Return one block of HKDF-SHA256 (RFC 5869), in two calls of OpenSSL, since an answer may open forty fields."""
    return hmac.digest(hmac.digest(salt, key, "sha256"), info + b"\x01", "sha256")
