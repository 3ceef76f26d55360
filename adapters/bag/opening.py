"""The personal fields of facts that an auditor may read, and why the others stay sealed."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from adapters.bag.scope import ExportSelection
from adapters.keys.vault import FieldOpener, FieldPlace, Vault
from adapters.verify.values import NOT_FOR_AUDITORS
from domain.fact import Retention

_loads = msgspec.json.Decoder().decode


@dataclass(frozen=True, kw_only=True)
class OpenedField:
    """A personal field in clear, with the key that opens it."""

    position: int
    field: str
    key: bytes
    value: Any

    def line(self) -> dict[str, Any]:
        """Return its line of `opened.ndjson`."""
        key = base64.b64encode(self.key).decode()
        return {"position": self.position, "field": self.field, "key": key, "value": self.value}


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """A personal field that stays sealed: erased, lost, or not for this auditor."""

    position: int
    field: str
    why: str

    def line(self) -> dict[str, Any]:
        """Return its line of `withheld.ndjson`."""
        return {"position": self.position, "field": self.field, "why": self.why}


class Opener:
    """Opener of the fields that an auditor may read in one export."""

    def __init__(self, vault: Vault, selection: ExportSelection) -> None:
        """Open fields about the people that the export is about; about everybody, if it holds everything."""
        self._opening = vault.opening()
        self._selection = selection

    def of(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[OpenedField | Withheld]:
        """Yield the personal fields of some facts, opened or withheld, in order."""
        found = [each for row in rows for each in _sealed(row)]
        opening = self._opening
        shut = self._selection.untold.shut
        opening.prepare(
            {(person, kept) for at, _, person, kept, _, _ in found if at not in shut and self._may(person, kept)}
        )
        for position, place, person, kept, text, recorded in found:
            if position in shut or not self._may(person, kept):
                yield Withheld(position=position, field=place.field, why="not-for-you")
                continue
            key = opening.content_key(person, kept, place)
            clear = _clear(opening, text, person, kept, place)
            if key is None or clear is None:
                why = opening.unread(person, kept, recorded)  # a new key may exist, for data sealed later
                yield Withheld(position=position, field=place.field, why=why.value)
                continue
            yield OpenedField(position=position, field=place.field, key=key, value=_loads(clear))

    def erased_since(self) -> bool:
        """Return whether something that was opened has been erased since, even if a new key was made."""
        return not self._opening.still_opens()

    def _may(self, person: UUID, kept: Retention) -> bool:
        if kept in NOT_FOR_AUDITORS:
            return False
        return self._selection.everything or person in self._selection.persons


def _clear(opening: FieldOpener, text: str, person: UUID, kept: Retention, place: FieldPlace) -> bytes | None:
    """Return the decrypted text; None for a ciphertext that somebody changed so that it is not even base64."""
    try:
        return opening.open(text, person, kept, place)
    except ValueError:
        return None


def _sealed(row: tuple[Any, ...]) -> Iterator[tuple[int, FieldPlace, UUID, Retention, str, datetime]]:
    """Yield the sealed fields of a row; none for an unreadable body, which the verifier reports."""
    position, stream, version, name, body, append_id, n, recorded, *_ = row
    if '"sealed":{' not in body:
        return
    try:
        sealed = _loads(body)["sealed"].items()
        for field, held in sealed:
            place = FieldPlace(append_id, n, stream, name, version, field)
            yield position, place, UUID(held["of"]), Retention(held["class"]), str(held["text"]), recorded
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError):
        return
