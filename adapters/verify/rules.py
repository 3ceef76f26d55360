"""Was each decision lawful on the facts then known, and do the opened values and files belong to their facts?

Facts come by in order of position, each read once; each personal field that the auditor may read is opened with its
own key; the rules run again (`domain/replay.py`), and what they would refuse is found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from adapters.verify.bag import Bag, digest, entries
from adapters.verify.facts import Decoded, Sealed, Unreadable, decode
from adapters.verify.opening import opened, place
from adapters.verify.proof import Finding, Line, unbase64
from domain.candidacy import EvidenceSubmitted
from domain.fact import Told
from domain.replay import Unchecked, replay_in_part


@dataclass(frozen=True, kw_only=True)
class Shut:
    """A personal field that nobody opens here: of whom, which class, why (`erased`, `lost`, `not-for-you`)."""

    position: int
    field: str
    kept: str
    of: str
    why: str | None


@dataclass(frozen=True, kw_only=True)
class NotChecked:
    """Something of which this bag does not say whether it is sound."""

    why: str
    position: int | None = None
    file: str | None = None
    stream: str | None = None


@dataclass(kw_only=True)
class Piece:
    """A piece of evidence as its fact describes it; the digest where it was opened."""

    position: int
    size: int
    digest: str | None = None


@dataclass
class Replayed:
    """What the facts themselves gave."""

    findings: list[Finding] = field(default_factory=list)
    shut: list[Shut] = field(default_factory=list)
    not_checked: list[NotChecked] = field(default_factory=list)
    opened: int = 0
    decisions: int = 0
    pieces: dict[str, Piece] = field(default_factory=dict)

    def found(self, kind: str, **where: Any) -> None:
        """Note that something is wrong."""
        self.findings.append(Finding(kind=kind, **where))


def replayed(bag: Bag, lines: Iterable[Line], whole: frozenset[str] | None) -> Replayed:
    """Open, replay, and re-hash the evidence; `whole` streams only where not all are (None)."""
    found = Replayed()
    told = _told(bag, lines, found)
    for each in replay_in_part(told, None if whole is None else {UUID(stream) for stream in whole}):
        if isinstance(each, Unchecked):
            found.not_checked.append(
                NotChecked(why="rests-on-what-is-not-here", position=each.position, stream=str(each.stream))
            )
        else:
            found.found("unlawful-decision", position=each.position, detail=each.rule)
    _evidence(bag, found)
    return found


def _told(bag: Bag, lines: Iterable[Line], found: Replayed) -> Iterator[Told]:
    openings = _AtPositions(bag.lines("opened.ndjson"))
    withheld = _AtPositions(bag.lines("withheld.ndjson"))
    for line in lines:
        try:
            decoded = decode(line)
        except Unreadable as error:
            found.found("malformed-line", position=line.position, file="facts.ndjson", detail=str(error))
            continue
        keys = openings.at(line.position)
        _open(line, decoded, keys, found)
        shut = decoded.sealed.keys() - {entry.get("field") for entry in keys}
        if shut:
            reasons = {entry.get("field"): entry.get("why") for entry in withheld.at(line.position)}
            found.shut += [_shut(line, name, decoded.sealed[name], reasons.get(name)) for name in sorted(shut)]
        found.decisions += 1
        yield decoded.told
    for position in openings.strangers():
        found.found("wrong-opening", position=position, file="opened.ndjson")


def _open(line: Line, decoded: Decoded, keys: list[dict[str, Any]], found: Replayed) -> None:
    """Open what has a key, and compare with the value that stands beside it."""
    fact = decoded.told.fact
    if isinstance(fact, EvidenceSubmitted):
        found.pieces[str(fact.evidence)] = Piece(position=line.position, size=fact.size)
    for entry in keys:
        name = str(entry.get("field"))
        value = _value(line, decoded.sealed.get(name), name, entry.get("key"))
        if value is None or value != _canonical(entry.get("value")):
            found.found("wrong-opening", position=line.position, file="opened.ndjson", detail=name)
            continue
        found.opened += 1
        if isinstance(fact, EvidenceSubmitted) and name == "digest":
            found.pieces[str(fact.evidence)].digest = entry["value"]


def _value(line: Line, sealed: Sealed | None, name: str, key: Any) -> str | None:
    """The sealed value, as JSON in one form; None where this key does not open it here."""
    if sealed is None or not isinstance(key, str):
        return None
    try:
        text = opened(sealed.text, unbase64(key, 32), place(line, name))
        return None if text is None else _canonical(json.loads(text))
    except (ValueError, RecursionError):
        return None


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _shut(line: Line, name: str, sealed: Sealed, why: Any) -> Shut:
    said = why if isinstance(why, str) else None
    return Shut(position=line.position, field=name, kept=sealed.kept.value, of=str(sealed.of), why=said)


class _AtPositions:
    """The entries of a file in order of position, given out as the facts come by."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._entries = entries(lines)
        self._next = next(self._entries, None)
        self._strangers: list[int | None] = []

    def at(self, position: int) -> list[dict[str, Any]]:
        """The entries of this position; those before it belong to no fact, or stand out of order."""
        here = []
        while self._next is not None:
            stands = self._next.get("position")
            if not isinstance(stands, int) or stands < position:
                self._strangers.append(stands if isinstance(stands, int) else None)
            elif stands == position:
                here.append(self._next)
            else:
                break
            self._next = next(self._entries, None)
        return here

    def strangers(self) -> list[int | None]:
        """The positions that no fact stood at."""
        self.at(2**63)
        return self._strangers


def _evidence(bag: Bag, found: Replayed) -> None:
    """Hash each file again, and hold it against the digest in its fact."""
    here = set()
    for name, path in bag.evidence():
        here.add(name)
        piece = found.pieces.get(name)
        position, file = piece.position if piece else None, f"data/evidence/{name}"
        if piece is None or piece.size != path.stat().st_size or piece.digest not in {None, digest(path)}:
            found.found("changed-evidence", position=position, file=file)
        elif piece.digest is None:
            found.not_checked.append(NotChecked(why="digest-not-opened", position=position, file=file))
    listed = {piece.evidence: piece for piece in bag.export.evidence} if bag.export else {}
    for evidence, listing in listed.items():
        if evidence not in here:
            found.found("missing-evidence", position=listing.position, file=f"data/evidence/{evidence}")
    for evidence, piece in found.pieces.items():
        if evidence not in here and evidence not in listed and piece.digest is not None:
            found.not_checked.append(NotChecked(why="file-not-in-bag", position=piece.position))
