"""Name and modification time of an uploaded file as its sender stated them, encrypted with a person's key."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from uuid import UUID

import msgspec

from adapters.files.age import AnotherKey, Damaged, encrypt
from adapters.files.seeking import Seekable
from adapters.keys.vault import Vault
from adapters.typed_json import read_as
from domain.fact import Retention
from domain.people.naming import UNSEEN

LONGEST_NAME: Final = 255


@dataclass(frozen=True, kw_only=True)
class StatedFile:
    """The file's name, and its modification time in milliseconds since 1970, which help the sender recognise it."""

    name: str
    modified: int | None = None


_stated = read_as(StatedFile)


def seal(stated: StatedFile, vault: Vault, person: UUID, retention: Retention) -> bytes:
    """Encrypt it with the person's key for files of this class, so that an erasure makes it unreadable."""
    target = BytesIO()
    encrypt(BytesIO(msgspec.json.encode(stated)), target, vault.file_key(person, retention))
    return target.getvalue()


def unseal(sealed: bytes | None, vault: Vault, person: UUID, retention: Retention) -> StatedFile | None:
    """Decrypt it; None without data, or if the person's data of this class was erased."""
    secret = vault.opening().file_key(person, retention)
    if sealed is None or secret is None:
        return None
    try:
        with Seekable(BytesIO(sealed), secret) as said:
            return _stated(said.read())
    except (AnotherKey, Damaged):
        return None


def stated_name(given: str) -> str:
    """Return the name of a file as its sender stated it, without characters that hide or break a line.

    The name is displayed, never used as a path. Control, format and unassigned characters, and line breaks, are
    replaced by an underscore. Letters are composed (NFC), since some systems store letters and accents separately.
    """
    composed = unicodedata.normalize("NFC", given)
    shown = "".join("_" if unicodedata.category(each) in UNSEEN else each for each in composed)
    return shown[:LONGEST_NAME] or "_"
