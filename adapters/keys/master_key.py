"""The master key, which wraps the keys of personal data: 32 bytes, given or made once in the data folder.

It is stored in no database. Its id, eight bytes that reveal nothing about the key, identifies it: the keys' database
holds the id of the expected key, so that another key is refused before anything is read or sealed. The first key is
made while the log holds nothing sealed, and never later: a new key could decrypt nothing, and would hide the loss of
the right one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg2.errors import UndefinedTable

from adapters.database.pool import Database
from adapters.settings import SettingError, Settings, kept_secret
from adapters.trouble import Trouble

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from adapters.database import DatabaseServer
    from domain.fact import Retention

SIZE: Final = 32  # bytes
NONCE: Final = 12
FORM: Final = 1  # of wrapping
EXPECTED: Final = "select id from vault.master"
SEALED: Final = """
select exists (select from log.fact where body like '%"sealed":{%')
"""


class WrongMasterKey(Trouble):
    """The keys of personal data are wrapped with another master key than the one given."""

    def __init__(self, expected: bytes, given: bytes) -> None:
        """Set the message with the ids of both keys."""
        aside = f"keys/master-{expected.hex()}.key"
        super().__init__(
            f"The keys database expects master key {expected.hex()} and was given {given.hex()}: set "
            "ACQUIS_MASTER_KEY or ACQUIS_MASTER_KEY_FILE to the right one, or put it back in the data folder. "
            f"A copy made before a rotation wants the key of then, which the rotation put aside: {aside}.",
            f"La base des clés attend la clé maîtresse {expected.hex()} et a reçu {given.hex()} : donnez la bonne "
            "dans ACQUIS_MASTER_KEY ou ACQUIS_MASTER_KEY_FILE, ou remettez-la dans le dossier de données. Une "
            f"copie faite avant une rotation veut la clé d'alors, que la rotation a mise de côté : {aside}.",
        )
        self.expected = expected
        self.given = given


class MasterKeyMissing(Trouble):
    """No master key exists although personal data were sealed; none is made, since it could not decrypt them."""

    def __init__(self, expected: bytes | None, where: Path) -> None:
        """Set the message with the expected key's id, if the keys' database has it, and the path searched."""
        named = expected.hex() if expected else None
        super().__init__(
            f"Master key not found: neither in ACQUIS_MASTER_KEY or ACQUIS_MASTER_KEY_FILE nor in {where}. The "
            f"keys database {f'expects {named}' if named else 'does not know which it was'}. Put back your copy of "
            "it: no other one opens what was sealed, so none is made (deploy/RUNBOOK.md).",
            f"Clé maîtresse introuvable : ni dans ACQUIS_MASTER_KEY ou ACQUIS_MASTER_KEY_FILE, ni dans {where}. La "
            f"base des clés {f'attend {named}' if named else 'ne sait pas laquelle'}. Remettez-en votre copie : "
            "aucune autre n'ouvre ce qui est scellé, et aucune n'est donc créée (deploy/RUNBOOK.md).",
        )


class KeysDatabaseBlank(Trouble):
    """The keys' database has no master key's id although personal data were sealed: it is the wrong one, or lost."""

    def __init__(self) -> None:
        """Set the message: what to do."""
        super().__init__(
            "The keys database is blank, but the log holds sealed fields: it is not the one that holds their keys, "
            "or it was lost. Set ACQUIS_KEYS_DATABASE_URL to the right one, or restore it (deploy/RUNBOOK.md).",
            "La base des clés est vierge, mais le journal contient des champs scellés : ce n'est pas celle qui a "
            "leurs clés, ou elle est perdue. Indiquez la bonne dans ACQUIS_KEYS_DATABASE_URL, ou restaurez-la "
            "(deploy/RUNBOOK.md).",
        )


class MasterKey:
    """The key that wraps all other keys."""

    def __init__(self, raw: bytes) -> None:
        """Use these 32 bytes."""
        if len(raw) != SIZE:
            raise SettingError(
                f"A master key has {SIZE} bytes, not {len(raw)}.",
                f"Une clé maîtresse a {SIZE} octets, et non {len(raw)}.",
            )
        self.id = hmac.digest(raw, b"acquis master key", "sha256")[:8]
        self._cipher = AESGCM(raw)

    def __repr__(self) -> str:
        return f"MasterKey({self.id.hex()})"

    @classmethod
    def of(cls, settings: Settings, server: DatabaseServer) -> MasterKey:
        """Return the settings' master key, or else the data folder's own, which is made while nothing is sealed.

        No key is made in production. Raises SettingError, MasterKeyMissing.
        """
        if settings.production and not settings.master_key:
            raise SettingError(
                "ACQUIS_MASTER_KEY or ACQUIS_MASTER_KEY_FILE must be set in production: 32 bytes in base64, kept "
                "apart from both databases and their backups.",
                "ACQUIS_MASTER_KEY ou ACQUIS_MASTER_KEY_FILE doit être défini en production : 32 octets en base64, "
                "gardés à part des deux bases et de leurs sauvegardes.",
            )
        if found := cls.given(settings):
            return found
        expected = expected_id(server)
        # a process started at the same time may have made the key, and sealed and recorded data since
        if (expected or holds_sealed(server)) and not own_file(settings).exists():
            raise MasterKeyMissing(expected, own_file(settings))
        return cls.written(kept(own_file(settings)))

    @classmethod
    def given(cls, settings: Settings) -> MasterKey | None:
        """Return the key that `of` would return, or None if it would have to be made."""
        own = own_file(settings)
        if settings.master_key:
            return cls.written(settings.master_key)
        return cls.written(own.read_text().strip()) if own.exists() else None

    @classmethod
    def written(cls, text: str) -> MasterKey:
        """Parse a base64 key; raises SettingError for any other text, such as the content of a wrong file."""
        try:
            return cls(base64.b64decode(text, validate=True))
        except binascii.Error as error:
            raise SettingError(
                "A master key is 32 bytes in base64: what is kept or given is not.",
                "Une clé maîtresse est faite de 32 octets en base64 : ce qui est gardé ou donné n'en est pas.",
            ) from error

    def wrap(self, key: bytes, person: UUID, retention: Retention) -> bytes:
        """Wrap the key of a person and class, bound to both."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, key, _bound(person, retention))

    def unwrap(self, wrapped: bytes, person: UUID, retention: Retention) -> bytes:
        """Unwrap it; raises InvalidTag unless this key wrapped it for this person and class."""
        return self._cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], _bound(person, retention))


def own_file(settings: Settings) -> Path:
    """Return the path of the data folder's own master key."""
    return settings.data / "keys" / "master.key"


def kept(path: Path) -> str:
    """Return the master key stored in `path` (0600), in base64; generate it the first time."""
    return kept_secret(path, lambda: base64.b64encode(os.urandom(SIZE)).decode("ascii"))


def expected_id(server: DatabaseServer) -> bytes | None:
    """Return the id of the master key that the keys' database expects; None before the first key."""
    with closing(Database(server.keys_dsn, role=server.role, size=1)) as keys:
        rows = _asked(keys, EXPECTED)
    return bytes(rows[0][0]) if rows else None


def holds_sealed(server: DatabaseServer) -> bool:
    """Return whether the log holds any sealed field."""
    with closing(server.open(server.role, 1)) as database:
        return _asked(database, SEALED) == [(True,)]


def _asked(database: Database, question: str) -> list[tuple[Any, ...]]:
    with database.connection() as connection, connection.cursor() as cursor:
        try:
            cursor.execute(question)
        except UndefinedTable:  # not migrated: nothing was ever sealed in it
            return []
        return cursor.fetchall()


def _bound(person: UUID, retention: Retention) -> bytes:
    return f"acquis/key/{FORM}/{person}/{retention}".encode()
