"""Which key wraps the keys of personal data? 32 bytes, given or made once in the data folder; it is in no database.

A key is known by its id, eight bytes that tell nothing of it: the keys database holds the id of the one that it
expects, so that another one is refused before anything is read or sealed.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.settings import SettingError, Settings, kept_secret

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from domain.fact import Retention

SIZE: Final = 32  # bytes
NONCE: Final = 12
FORM: Final = 1  # of wrapping


class WrongMasterKey(SettingError):  # noqa: N818  (it names what was met)
    """The keys of personal data are wrapped with another master key than the one given."""

    def __init__(self, expected: bytes, given: bytes) -> None:
        """Name both by their ids."""
        super().__init__(
            f"The keys database expects master key {expected.hex()} and was given {given.hex()}: set "
            "ACQUIS_MASTER_KEY or ACQUIS_MASTER_KEY_FILE to the right one, or restore it in the data folder."
        )
        self.expected = expected
        self.given = given


class MasterKey:
    """The key that wraps all others."""

    def __init__(self, raw: bytes) -> None:
        """Take its 32 bytes."""
        if len(raw) != SIZE:
            raise SettingError(f"A master key has {SIZE} bytes, not {len(raw)}.")
        self.id = hmac.digest(raw, b"acquis master key", "sha256")[:8]
        self._cipher = AESGCM(raw)

    def __repr__(self) -> str:
        return f"MasterKey({self.id.hex()})"

    @classmethod
    def of(cls, settings: Settings) -> MasterKey:
        """The one that the settings give, else the data folder's own, made the first time; not in production."""
        if settings.production and not settings.master_key:
            raise SettingError(
                "ACQUIS_MASTER_KEY or ACQUIS_MASTER_KEY_FILE must be set in production: 32 bytes in base64, kept "
                "apart from both databases and their backups."
            )
        return cls.written(settings.master_key or kept(own_file(settings)))

    @classmethod
    def given(cls, settings: Settings) -> MasterKey | None:
        """The one that `of` would give, None where it would be made; makes nothing."""
        own = own_file(settings)
        text = settings.master_key or (own.read_text().strip() if own.exists() else "")
        return cls.written(text) if text else None

    @classmethod
    def written(cls, text: str) -> MasterKey:
        """Read it in base64; raises SettingError for what is no master key, a file's content for example."""
        try:
            return cls(base64.b64decode(text, validate=True))
        except binascii.Error as error:
            raise SettingError("A master key is 32 bytes in base64: what is kept or given is not.") from error

    def wrap(self, key: bytes, person: UUID, retention: Retention) -> bytes:
        """Wrap the key of a person and class, bound to both."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, key, _bound(person, retention))

    def unwrap(self, wrapped: bytes, person: UUID, retention: Retention) -> bytes:
        """Unwrap it; raises InvalidTag for what this key did not wrap for this person and class."""
        return self._cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], _bound(person, retention))


def own_file(settings: Settings) -> Path:
    """Where the data folder's own master key is kept."""
    return settings.data / "keys" / "master.key"


def kept(path: Path) -> str:
    """The master key kept in `path` (0600), in base64, made the first time."""
    return kept_secret(path, lambda: base64.b64encode(os.urandom(SIZE)).decode("ascii"))


def _bound(person: UUID, retention: Retention) -> bytes:
    return f"acquis/key/{FORM}/{person}/{retention}".encode()
