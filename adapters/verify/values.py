"""Check that each opened value is what its fact seals, and that each sealed field is opened or withheld."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from adapters.verify.facts import Decoded, SealedText
from adapters.verify.opening import opened, place
from adapters.verify.proof import ENDLESS, LogLine, unbase64
from domain.fact import Retention

OPENED: Final = "opened.ndjson"
WITHHELD: Final = "withheld.ndjson"
MEMBERS: Final = {OPENED: {"field", "key", "position", "value"}, WITHHELD: {"field", "position", "why"}}
ERASED, LOST, NOT_FOR_YOU = "erased", "lost", "not-for-you"
NOT_FOR_AUDITORS = frozenset({Retention.ACCESSIBILITY, Retention.PORTFOLIO})
"""The classes closed to auditors: medical papers are for the disability officer, a portfolio for its person."""
Entry = dict[str, Any]
Found = Callable[..., None]
"""Function that notes a finding: its kind, and its place."""


class Entries:
    """The lines of one of the two files, in order of position, read together with the facts."""

    def __init__(self, name: str, lines: Iterable[bytes], found: Found) -> None:
        """Prepare without reading."""
        self._name, self._found = name, found
        self._entries = self._in_form(lines)
        self._next = next(self._entries, None)

    def at(self, position: int) -> list[Entry]:
        """Return the entries of this position; earlier entries belong to no fact, and are findings."""
        here = []
        while self._next is not None and self._next["position"] <= position:
            if self._next["position"] == position:
                here.append(self._next)
            else:
                self._stray(self._next)
            self._next = next(self._entries, None)
        return here

    def end(self) -> None:
        """Report the remaining entries, which belong to no fact."""
        self.at(ENDLESS)

    def _stray(self, entry: Entry) -> None:
        kind = "wrong-opening" if self._name == OPENED else "unaccounted-value"
        self._found(kind, position=entry["position"], file=self._name, detail=entry["field"])

    def _in_form(self, lines: Iterable[bytes]) -> Iterator[Entry]:
        """Yield the entries that are well-formed and in order; each other line is a finding."""
        last = 0
        for number, raw in enumerate(lines, 1):
            entry = _entry(raw, MEMBERS[self._name])
            if entry is None or entry["position"] < last:
                self._found("unknown-format", file=f"data/{self._name}", detail=f"{number}")
                continue
            last = entry["position"]
            yield entry


def _entry(raw: bytes, members: set[str]) -> Entry | None:
    """Parse a line; return None unless these members, written again, give the same bytes."""
    try:
        said = json.loads(raw.decode())
        if written(said) != raw or not isinstance(said, dict) or said.keys() != members:
            return None
    except (ValueError, RecursionError):
        return None
    position, texts = said["position"], [said[name] for name in members & {"field", "key", "why"}]
    if type(position) is not int or not 0 < position < ENDLESS or not all(isinstance(each, str) for each in texts):
        return None
    return said if said.get("why") in {None, ERASED, LOST, NOT_FOR_YOU} else None


def written(said: Any) -> bytes:
    """Return the canonical form of a line: UTF-8, keys sorted, no spaces, a newline."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def values(
    line: LogLine, decoded: Decoded, keys: list[Entry], withheld: list[Entry], found: Found
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the opened values, and the reasons why other fields stay sealed, by field.

    Each sealed field must be in one of the files, once; a value must equal the text that its key opens here.
    """
    said = Counter(each["field"] for each in (*keys, *withheld))
    for name in sorted(decoded.sealed.keys() | said.keys()):
        if said[name] != (name in decoded.sealed):
            found("unaccounted-value", position=line.position, detail=name)
    clear = {}
    for entry in keys:
        name = entry["field"]
        value = _value(line, decoded.sealed.get(name), name, entry["key"])
        if value is None or value != written(entry["value"]):
            found("wrong-opening", position=line.position, file=OPENED, detail=name)
        else:
            clear[name] = entry["value"]
    return clear, {each["field"]: each["why"] for each in withheld if each["field"] in decoded.sealed}


def _value(line: LogLine, sealed: SealedText | None, name: str, key: str) -> bytes | None:
    """Return the sealed value as canonical JSON; None if this key does not open it here."""
    if sealed is None:
        return None
    try:
        text = opened(sealed.text, unbase64(key, 32), place(line, name))
        return None if text is None else written(json.loads(text))
    except (ValueError, RecursionError):
        return None
