"""A second verifier, written from RFC 9162, C2SP and ADR 0011 alone: recursions, lists and sets.

It imports nothing of `adapters.verify` nor of `adapters.log.merkle`, and says only: sound, or not.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HEX = "[0-9a-f]"
ID = re.compile(f"{HEX}{{8}}(-{HEX}{{4}}){{3}}-{HEX}{{12}}")
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass
class Material:
    """What a verifier is given: lines, leaves, checkpoints by file name, consistency proofs, the trusted key."""

    lines: list[bytes]
    leaves: list[bytes]
    notes: dict[str, bytes]
    key: str
    whole: bool = True
    streams: frozenset[str] = frozenset()
    older: dict[str, bytes] = field(default_factory=dict)
    steps: dict[tuple[int, int], list[bytes]] = field(default_factory=dict)


def sound(material: Material) -> bool:
    """Whether nothing at all is wrong."""
    try:
        _check(material)
    except (AssertionError, ValueError, KeyError, TypeError, IndexError, InvalidSignature):
        return False
    return True


def _check(material: Material) -> None:
    notes = {name: _note(raw, material.key) for name, raw in [*material.notes.items(), *material.older.items()]}
    size, root = max(notes[name] for name in material.notes)
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
        assert all(mth(hashes[:up_to]) == signed for up_to, signed in notes.values() if up_to <= size)
    else:
        assert indexes == sorted(set(indexes))
        for number, leaf, here in zip(indexes, leaves, hashes, strict=True):
            proof = [_b64(step, 32) for step in leaf["proof"]]
            assert 0 <= number < size
            assert climb(here, number, size, proof) == root
        _chain(material, notes)
    assert all(up_to <= size for up_to, _ in notes.values())
    _streams(material, facts)


def _chain(material: Material, notes: Mapping[str, tuple[int, bytes]]) -> None:
    sizes = sorted({notes[name] for name in material.notes})
    assert len({size for size, _ in sizes}) == len(sizes)
    for (old, old_root), (new, new_root) in pairwise(sizes):
        proof = list(material.steps[old, new])
        assert rebuilt(old, new, proof, old_root) == (old_root, new_root)
        assert not proof
    held = dict(sizes)
    assert all(held.get(size, root) == root for size, root in (notes[name] for name in material.older))


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


def _note(raw: bytes, key: str) -> tuple[int, bytes]:
    """Give the size and root of a checkpoint that this key signed."""
    text, _, below = raw.decode().rpartition("\n\n")
    name, number, encoded = key.split("+", 2)
    origin, size, root, *more = text.split("\n")
    assert origin == name
    assert str(int(size)) == size
    assert int(size) >= 0
    assert all(more)
    public = base64.b64decode(encoded)
    assert _h(name.encode() + b"\n" + public)[:4].hex() == number
    lines = below.split("\n")
    assert lines.pop() == ""
    for line in lines:
        dash, who, signature = line.split(" ")
        assert dash == "—"
        found = _b64(signature)
        if who == name and found[:4].hex() == number:
            Ed25519PublicKey.from_public_bytes(public[1:]).verify(found[4:], f"{text}\n".encode())
            return int(size), _b64(root, 32)
    raise ValueError("not signed by this key")


def _b64(text: str, length: int | None = None) -> bytes:
    found = base64.b64decode(text, validate=True)
    assert base64.b64encode(found).decode() == text
    assert length in {None, len(found)}
    return found


def _h(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def mth(hashes: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, over leaves already hashed."""
    if len(hashes) < 2:
        return hashes[0] if hashes else _h(b"")
    k = _split(len(hashes))
    return _h(b"\1" + mth(hashes[:k]) + mth(hashes[k:]))


def path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 9162, 2.1.3.1."""
    if len(hashes) == 1:
        return []
    k = _split(len(hashes))
    if index < k:
        return [*path(index, hashes[:k]), mth(hashes[k:])]
    return [*path(index - k, hashes[k:]), mth(hashes[:k])]


def climb(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root to which a path leads: PATH read backwards."""
    if size == 1:
        assert not proof
        return leaf
    k, (*below, other) = _split(size), proof
    if index < k:
        return _h(b"\1" + climb(leaf, index, k, below) + other)
    return _h(b"\1" + other + climb(leaf, index - k, size - k, below))


def subproof(old: int, hashes: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 9162, 2.1.4.1; PROOF where the old root is known."""
    if old == len(hashes):
        return [] if known else [mth(hashes)]
    k = _split(len(hashes))
    if old <= k:
        return [*subproof(old, hashes[:k], known=known), mth(hashes[k:])]
    return [*subproof(old - k, hashes[k:], known=False), mth(hashes[:k])]


def rebuilt(old: int, new: int, proof: list[bytes], known: bytes | None) -> tuple[bytes, bytes]:
    """The two roots to which a consistency proof leads: SUBPROOF read backwards; takes from `proof` what it uses."""
    if old == new:
        same = proof.pop() if known is None else known
        return same, same
    k, other = _split(new), proof.pop()
    if old <= k:
        before, after = rebuilt(old, k, proof, known)
        return before, _h(b"\1" + after + other)
    before, after = rebuilt(old - k, new - k, proof, None)
    return _h(b"\1" + other + before), _h(b"\1" + other + after)
