"""A second verifier, written from RFC 9162, C2SP and ADR 0011 only: recursions, lists and sets.

It imports nothing from `adapters.verify` and `adapters.log.merkle`, and returns only whether the log is sound.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HEX = "[0-9a-f]"
ID = re.compile(f"{HEX}{{8}}(-{HEX}{{4}}){{3}}-{HEX}{{12}}")
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass
class Material:
    """The input of a verifier: lines, leaves, checkpoints by file name, consistency proofs, the trusted key."""

    lines: list[bytes]
    leaves: list[bytes]
    notes: dict[str, bytes]
    key: str
    whole: bool = True
    streams: frozenset[str] = frozenset()
    older: dict[str, bytes] = field(default_factory=dict)
    steps: dict[tuple[int, int], list[bytes]] = field(default_factory=dict)
    endorsed: dict[str, bytes] = field(default_factory=dict)


def sound(material: Material) -> bool:
    """Return whether everything is right."""
    try:
        _check(material)
    except (AssertionError, ValueError, KeyError, TypeError, IndexError, InvalidSignature):
        return False
    return True


def _check(material: Material) -> None:
    ours = [_note(raw, material.key) for raw in material.notes.values()]
    brought = [_note(raw, material.key) for raw in material.older.values()]
    size, root = max((note.size, note.root) for note in ours)
    facts = [_fact(raw) for raw in material.lines]
    leaves = [json.loads(raw) for raw in material.leaves]
    assert [fact["position"] for fact in facts] == [leaf["position"] for leaf in leaves]
    assert [fact["position"] for fact in facts] == sorted({fact["position"] for fact in facts})
    hashes = [_h(b"\0" + raw) for raw in material.lines]
    assert hashes == [_b64(leaf["hash"], 32) for leaf in leaves]
    indexes = [leaf["index"] for leaf in leaves]
    assert all(type(number) is int for leaf in leaves for number in (leaf["index"], leaf["position"]))
    if material.whole:
        assert indexes == list(range(size))
        assert all(mth(hashes[: note.size]) == note.root for note in ours + brought if note.size <= size)
    else:
        assert indexes == sorted(set(indexes))
        for number, leaf, here in zip(indexes, leaves, hashes, strict=True):
            proof = [_b64(step, 32) for step in leaf.get("proof", [])]
            assert 0 <= number < size
            assert climb(here, number, size, proof) == root
        _chain(material, ours, brought)
    assert all(note.size <= size for note in ours + brought)
    _streams(material, facts)
    _keys(material, ours + brought, list(zip(indexes, facts, strict=True)))


def _chain(material: Material, ours: Sequence[Note], brought: Sequence[Note]) -> None:
    """Return whether each note of the bag leads to the next, and each note of the reader's to the newest."""
    roots = {note.size: note.root for note in ours}
    assert all(roots[note.size] == note.root for note in ours)
    assert set(pairwise(sorted(roots))) <= material.steps.keys()
    roots = {note.size: note.root for note in brought} | roots
    assert all(roots[note.size] == note.root for note in brought)
    led, before = {max(note.size for note in ours)}, set[int]()
    while led != before:
        before = set(led)
        led |= {
            old for old, new in material.steps if new in led and old in roots and _leads(material, old, new, roots)
        }
    assert led == set(roots)


def _leads(material: Material, old: int, new: int, roots: Mapping[int, bytes]) -> bool:
    proof = list(material.steps[old, new])
    try:
        return rebuilt(old, new, proof, roots[old]) == (roots[old], roots[new]) and not proof
    except IndexError:
        return False


def _keys(material: Material, notes: Sequence[Note], facts: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Return the keys whose signatures count, by the four rules of ADR 0011."""
    vouched = [_endorsement(raw, material.key) for _, raw in sorted(material.endorsed.items())]
    named: dict[str, tuple[int, str]] = {}
    for index, fact in facts:
        if fact["type"] == "CheckpointKeyEndorsed":
            body = json.loads(fact["body"])
            named.setdefault(str(body["key"]), (index, str(body["replaces"])))
    came: dict[str, str | None] = {material.key: None}  # each key counts by its predecessor
    while more := [(new, old) for old, new in vouched if old in came and new not in came]:
        came |= dict(more[:1])
    until: dict[str, int] = {}

    def first(key: str) -> int:
        return min([note.size for note in notes if note.by(key)] or [until[key]])

    def end(key: str) -> int:
        until[key] = min([min(end(new), first(new)) for new, old in came.items() if old == key], default=2**63)
        return until[key]

    end(material.key)
    covered = max([note.size for note in notes if any(note.by(key) for key in came)], default=0)
    while before := {
        old: first(key)
        for key in until
        for index, old in [named.get(key, (covered, ""))]
        if index < covered and _readable(old, material.key) and old not in until
    }:
        until |= before
    assert all(any(note.by(key) and note.size <= until[key] for key in until) for note in notes)


def _streams(material: Material, facts: Sequence[Mapping[str, Any]]) -> None:
    assert len({(fact["append_id"], fact["n"]) for fact in facts}) == len(facts)
    for stream in {fact["stream"] for fact in facts}:
        versions = [fact["version"] for fact in facts if fact["stream"] == stream]
        assert versions == sorted(set(versions))
        assert versions[0] > 0
        if material.whole or stream in material.streams:
            assert versions == list(range(1, len(versions) + 1))
    instants = [_at(fact["recorded_at"]) for fact in facts]
    assert all(max(instants[: n + 1]) - at <= 5 for n, at in enumerate(instants))


def _at(text: str) -> float:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", text, re.ASCII)
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).timestamp()


def _fact(raw: bytes) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(raw.decode())
    texts = {name: f'"{_escaped(value)}"' for name, value in said.items() if isinstance(value, str)}
    numbers = {name: str(value) for name, value in said.items() if type(value) is int and 0 <= value < 2**63}
    members = ",".join(f'"{name}":{(texts | numbers)[name]}' for name in sorted(said))
    assert f"{{{members}}}".encode() == raw
    assert set(texts) == {"append_id", "body", "recorded_at", "stream", "type"}
    assert set(numbers) == {"n", "position", "version"}
    assert ID.fullmatch(said["append_id"])
    assert ID.fullmatch(said["stream"])
    assert re.fullmatch("[A-Za-z]+", said["type"])
    assert said["position"] > 0
    return said


def _escaped(text: str) -> str:
    return "".join(ESCAPES.get(c, c if c >= " " else f"\\u{ord(c):04x}") for c in text)


@dataclass
class Note:
    """A checkpoint with its signatures."""

    size: int
    root: bytes
    text: str
    below: list[tuple[str, bytes]]

    def by(self, key: str) -> set[str]:
        """Return the key if it signed this note; else None."""
        return {key} if _signed(self.text, self.below, key) else set()


def _parts(raw: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    text, _, below = raw.decode().rpartition("\n\n")
    lines = below.split("\n")
    assert lines.pop() == ""
    assert lines
    split = [line.split(" ") for line in lines]
    assert all(dash == "—" for dash, _, _ in split)
    return f"{text}\n", [(who, _b64(signature)) for _, who, signature in split]


def _note(raw: bytes, key: str) -> Note:
    """Return a checkpoint of the log to which this key belongs."""
    text, below = _parts(raw)
    origin, size, root, *more, end = text.split("\n")
    assert origin == key.partition("+")[0]
    assert str(int(size)) == size
    assert int(size) >= 0
    assert all(more)
    assert end == ""
    return Note(int(size), _b64(root, 32), text, below)


def _endorsement(raw: bytes, key: str) -> tuple[str, str]:
    """Return the old and the new key of an endorsement that the old one signed."""
    text, below = _parts(raw)
    title, new, replaces, end = text.split("\n")
    assert (title, replaces[:9], end) == ("acquis checkpoint key", "replaces ", "")
    assert _readable(new, key)
    assert _readable(replaces[9:], key)
    assert _signed(text, below, replaces[9:])
    return replaces[9:], new


def _readable(key: str, beside: str) -> bool:
    """Return whether this is a key of the same log."""
    try:
        name, number, encoded = key.split("+", 2)
        public = _b64(encoded, 33)
    except (ValueError, AssertionError):
        return False
    known = _h(name.encode() + b"\n" + public)[:4].hex() == number
    return known and public[0] == 1 and name == beside.partition("+")[0]


def _signed(text: str, below: list[tuple[str, bytes]], key: str) -> bool:
    name, number, encoded = key.split("+", 2)
    theirs = [found[4:] for who, found in below if (who, found[:4].hex()) == (name, number)]
    for signature in theirs:
        try:
            Ed25519PublicKey.from_public_bytes(_b64(encoded, 33)[1:]).verify(signature, text.encode())
        except InvalidSignature:
            continue
        return True
    return False


def _b64(text: str, length: int | None = None) -> bytes:
    found = base64.b64decode(text, validate=True)
    assert base64.b64encode(found).decode() == text
    assert length in {None, len(found)}
    return found


def _h(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def mth(hashes: Sequence[bytes]) -> bytes:
    """Return MTH of RFC 9162, 2.1.1, of hashed leaves."""
    return _mth(tuple(hashes))


@lru_cache(maxsize=4096)
def _mth(hashes: tuple[bytes, ...]) -> bytes:
    if len(hashes) < 2:
        return hashes[0] if hashes else _h(b"")
    k = _split(len(hashes))
    return _h(b"\1" + _mth(hashes[:k]) + _mth(hashes[k:]))


def path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Return PATH of RFC 9162, 2.1.3.1."""
    if len(hashes) == 1:
        return []
    k = _split(len(hashes))
    if index < k:
        return [*path(index, hashes[:k]), mth(hashes[k:])]
    return [*path(index - k, hashes[k:]), mth(hashes[:k])]


def climb(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """Return the root to which a path leads: PATH reversed."""
    if size == 1:
        assert not proof
        return leaf
    k, (*below, other) = _split(size), proof
    if index < k:
        return _h(b"\1" + climb(leaf, index, k, below) + other)
    return _h(b"\1" + other + climb(leaf, index - k, size - k, below))


def subproof(old: int, hashes: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """Return SUBPROOF of RFC 9162, 2.1.4.1; PROOF if the old root is known."""
    if old == len(hashes):
        return [] if known else [mth(hashes)]
    k = _split(len(hashes))
    if old <= k:
        return [*subproof(old, hashes[:k], known=known), mth(hashes[k:])]
    return [*subproof(old - k, hashes[k:], known=False), mth(hashes[:k])]


def rebuilt(old: int, new: int, proof: list[bytes], known: bytes | None) -> tuple[bytes, bytes]:
    """Return the two roots to which a consistency proof leads: SUBPROOF reversed.

    The hashes used are removed from `proof`.
    """
    if old == new:
        same = proof.pop() if known is None else known
        return same, same
    k, other = _split(new), proof.pop()
    if old <= k:
        before, after = rebuilt(old, k, proof, known)
        return before, _h(b"\1" + after + other)
    before, after = rebuilt(old - k, new - k, proof, None)
    return _h(b"\1" + other + before), _h(b"\1" + other + after)
