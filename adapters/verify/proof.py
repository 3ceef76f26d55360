"""Proof that no fact was changed, removed, added or reordered since the checkpoints were signed.

This file contains the whole proof, can be read in an hour, and imports the standard library only. Its parts are:

1. the Merkle tree of RFC 9162: leaves, nodes, roots, and the two kinds of proof;
2. Ed25519 of RFC 8032: verification of signatures;
3. keys, signed notes and checkpoints of C2SP, the form in which a root is signed;
4. the line of a fact, the bytes that a leaf hashes;
5. `LogReading` computes the roots again from the lines, then checks each line with its leaf, and its members;
6. `Judgement` compares those roots with the checkpoints, and the checkpoints with the key that the reader trusts.

Nothing else is trusted. The hashes that the database stores (`leaves.ndjson`) only help to *locate* a change; the
signed roots show whether there is one. If lines and leaves do not match, the log is not sound, and `disorder.py`
finds the removed, inserted or moved facts.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from heapq import heappop, heappush
from itertools import islice
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A detected fault and its place: a fact (position, index), a span of leaves (first, last), or a file."""

    kind: str
    position: int | None = None
    index: int | None = None
    first: int | None = None
    last: int | None = None
    file: str | None = None
    detail: str = ""


# 1. The tree (RFC 9162, section 2.1)


def leaf_hash(line: bytes) -> bytes:
    """Hash a leaf: a 0 byte, then the line."""
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash the node over two subtrees: a 1 byte, then both hashes."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree that keeps only its complete subtrees, largest first."""

    def __init__(self) -> None:
        """Start with no leaf."""
        self.size = 0
        self._subtrees: list[bytes] = []

    def add(self, leaves: list[bytes]) -> None:
        """Add leaves, in groups that each form one complete subtree."""
        while leaves:
            width = 1 << (len(leaves).bit_length() - 1)
            width = min(width, self.size & -self.size or width)
            level, leaves = leaves[:width], leaves[width:]
            while len(level) > 1:
                level = [sha256(b"\x01" + one + other).digest() for one, other in zip(level[::2], level[1::2])]  # noqa: B905
            self._join(level[0], width)

    def _join(self, subtree: bytes, width: int) -> None:
        """Add a subtree; it completes one subtree for each 1 bit of the old size, from this width up."""
        rest = self.size // width
        while rest & 1:
            subtree = node_hash(self._subtrees.pop(), subtree)
            rest >>= 1
        self._subtrees.append(subtree)
        self.size += width

    def root(self) -> bytes:
        """Return the root: the subtrees joined from the right."""
        if not self._subtrees:
            return sha256(b"").digest()
        *others, root = self._subtrees
        for left in reversed(others):
            root = node_hash(left, root)
        return root


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether the proof leads from leaf number `index` to the root of `size` leaves (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, reached = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            reached = node_hash(other, reached)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            reached = node_hash(reached, other)
        here, last = here >> 1, last >> 1
    return last == 0 and reached == root


def continued(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Return whether the tree of `new` leaves begins with the tree of `old` leaves (section 2.1.4.2)."""
    if not 0 < old < new:
        same = new_root if old == new else sha256(b"").digest() if old == 0 else None
        return same == old_root and not proof
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path or not proof:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, after = node_hash(other, before), node_hash(other, after)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            after = node_hash(after, other)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


# 2. Ed25519 (RFC 8032, section 5.1): points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
ZERO: Point = (0, 1, 1, 0)


def _sum(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _twice(point: Point) -> Point:
    x, y, z, _ = point
    a, b = x * x % P, y * y % P
    h, g = a + b, a - b
    e, f = h - (x + y) ** 2 % P, 2 * z * z % P + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def _point(encoded: bytes) -> Point | None:
    """Decode a point: y, and the sign of x in the last bit; None if there is no such point."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = _point(bytes([0x58]) + bytes([0x66]) * 31) or ZERO


@lru_cache(10_000)
def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether this is the key's signature of the message: S·B - k·A must encode to R, and S be below L."""
    if len(key) != 32 or len(signature) != 64:  # noqa: PLR2004  (the RFC's lengths)
        return False
    a, s = _point(key), int.from_bytes(signature[32:], "little")
    if a is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    minus_a = (P - a[0], a[1], 1, P - a[3])
    x, y, z, _ = _both(s, BASE, k, minus_a)
    inverse = pow(z, P - 2, P)
    encoded = y * inverse % P | (x * inverse % P & 1) << 255
    return encoded.to_bytes(32, "little") == signature[:32]


def _both(s: int, base: Point, k: int, other: Point) -> Point:
    """Return s·base + k·other; both numbers are processed together from the top, two bits at a time."""
    ones, others = [ZERO, base, _twice(base)], [ZERO, other, _twice(other)]
    ones, others = [*ones, _sum(ones[2], base)], [*others, _sum(others[2], other)]
    table = [_sum(one, another) for one in ones for another in others]
    result = ZERO
    for shift in range(254, -2, -2):
        result = _twice(_twice(result))
        if digit := (s >> shift & 3) << 2 | (k >> shift & 3):
            result = _sum(result, table[digit])
    return result


# 3. Keys, signed notes, checkpoints (C2SP signed-note and tlog-checkpoint)


class Malformed(ValueError):  # noqa: N818  (named after what happened)
    """Input is not in the form that it must have."""


def unbase64(text: str | bytes, length: int | None = None) -> bytes:
    """Decode base64 in canonical form; raises Malformed."""
    raw = text.encode("ascii", "replace") if isinstance(text, str) else text
    try:
        found = base64.b64decode(raw, validate=True)
    except NotBase64 as error:
        raise Malformed("not base64") from error
    if base64.b64encode(found) != raw or (length is not None and len(found) != length):
        raise Malformed("not base64 of its length")
    return found


@dataclass(frozen=True)
class Key:
    """A verifier key, `name+id+key`: the name, four bytes that distinguish keys, and the Ed25519 public key."""

    name: str
    id: bytes
    public: bytes

    @classmethod
    def read(cls, text: str) -> Key:
        """Parse a key; raises Malformed. The id must be the one computed from name and key."""
        name, _, rest = text.strip().partition("+")
        number, _, encoded = rest.partition("+")
        raw = unbase64(encoded, 33)
        expected = sha256(name.encode("utf-8", "surrogatepass") + b"\n" + raw).digest()[:4]
        if not re.fullmatch(r"[^\s+\ud800-\udfff]+", name) or raw[0] != 1 or number != expected.hex():
            raise Malformed("not a verifier key of this kind")
        return cls(name, expected, raw[1:])

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([1]) + self.public).decode('ascii')}"


SIGNATURE = re.compile(r"— ([^\s+]+) (\S+)\n")
SIGNATURES = re.compile(rf"(?:{SIGNATURE.pattern})+")
MOST_SIGNATURES = 100
Signatures = tuple[tuple[str, bytes, bytes], ...]
SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, eq=False)
class Note:
    """A signed note: the signed text and the signatures under it. Notes are compared by identity."""

    signed_text: bytes
    signatures: Signatures
    file: str

    @staticmethod
    def parts(note: bytes) -> tuple[list[str], bytes, Signatures]:
        """Return the lines, the signed text, and the signatures (name, key id, raw); raises Malformed."""
        try:
            text = note.decode()
        except UnicodeDecodeError as error:
            raise Malformed("not UTF-8") from error
        body, blank, below = text.rpartition("\n\n")
        if not blank or re.search(r"[\x00-\x09\x0b-\x1f]", text) or not SIGNATURES.fullmatch(below):
            raise Malformed("not a signed note")
        if below.count("\n") > MOST_SIGNATURES:
            raise Malformed("more signatures than anybody checks")
        raw = [(name, unbase64(text)) for name, text in SIGNATURE.findall(below)]
        return body.split("\n"), f"{body}\n".encode(), tuple((name, each[:4], each[4:]) for name, each in raw)

    def signer(self, keys: Iterable[Key]) -> Key | None:
        """Return the first of these keys that is named under the note, with a valid signature or not."""
        named = {(name, number) for name, number, _ in self.signatures}
        return next((key for key in keys if (key.name, key.id) in named), None)

    def holds(self, key: Key) -> bool:
        """Return whether this key signed the note."""
        return any(
            (name, number) == (key.name, key.id) and signed(key.public, self.signed_text, raw)
            for name, number, raw in self.signatures
        )


@dataclass(frozen=True, eq=False)
class CheckpointNote(Note):
    """A checkpoint: the log's name, the number of leaves, and their root."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def read(cls, note: bytes, file: str) -> CheckpointNote:
        """Parse a signed note; raises Malformed."""
        lines, signed_text, signatures = cls.parts(note)
        if len(lines) < 3 or not all(lines) or not SIZE.fullmatch(lines[1]):  # noqa: PLR2004  (name, size, root)
            raise Malformed("not a checkpoint")
        return cls(signed_text, signatures, file, lines[0], int(lines[1]), unbase64(lines[2], 32))


@dataclass(frozen=True, eq=False)
class Endorsement(Note):
    """The note in which the holder of a key endorses the one that replaces it (a planned rotation)."""

    new: Key
    old: Key

    @classmethod
    def read(cls, note: bytes, file: str) -> Endorsement:
        """Parse a signed note; raises Malformed."""
        lines, signed_text, signatures = cls.parts(note)
        form = (len(lines), len(signatures), lines[0], lines[-1][:9])
        if form != (3, 1, "acquis checkpoint key", "replaces "):
            raise Malformed("not an endorsement")
        return cls(signed_text, signatures, file, Key.read(lines[1]), Key.read(lines[2][9:]))


# 4. The line of a fact

UUID_FORM = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
FORMS = {
    "append_id": re.compile(UUID_FORM),
    "recorded_at": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"),
    "stream": re.compile(UUID_FORM),
    "type": re.compile("[A-Za-z]+"),
}
MEMBERS = ("append_id", "body", "n", "position", "recorded_at", "stream", "type", "version")
ENDLESS = 2**63
AS_WRITTEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class LogLine:
    """The members of a fact's line; the body is JSON in a string."""

    append_id: str
    body: str
    n: int
    position: int
    recorded_at: str
    stream: str
    type: str
    version: int

    @classmethod
    def read(cls, raw: bytes) -> LogLine:
        """Parse a line; raises Malformed unless writing its members again gives the same bytes."""
        try:
            members = json.loads(raw.decode())
            again = AS_WRITTEN.encode(members).encode()
        except (ValueError, RecursionError) as error:
            raise Malformed("not JSON") from error
        if again != raw or not isinstance(members, dict) or tuple(members) != MEMBERS:
            raise Malformed("not the members of a fact, or not in their form")
        line = cls(**members)
        numbers = (line.n, line.position, line.version)
        texts = (line.append_id, line.body, line.recorded_at, line.stream, line.type)
        if not all(type(each) is int and 0 <= each < ENDLESS for each in numbers) or not line.position:
            raise Malformed("a number is none")
        if not all(isinstance(each, str) for each in texts):
            raise Malformed("a text is none")
        if not all(form.fullmatch(members[name]) for name, form in FORMS.items()):
            raise Malformed("an id, an instant or a type is not in its form")
        try:
            instant(line.recorded_at)
        except ValueError as error:
            raise Malformed("no such instant") from error
        return line


def instant(recorded_at: str) -> datetime:
    """Return when the database wrote a fact; raises ValueError if there is no such day or hour."""
    return datetime.fromisoformat(recorded_at)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf as stored by the database, and, in a partial export, the proof that it is in the tree.

    `left_out`: the bag declares the leaf's line as left out; only the fact's hash and place are known.
    """

    index: int
    position: int
    hash: bytes
    proof: tuple[bytes, ...]
    left_out: bool = False

    @classmethod
    def read(cls, raw: bytes) -> Leaf:
        """Parse a line of `leaves.ndjson`; raises Malformed."""
        try:
            members = json.loads(raw)
            index, position, kept = members["index"], members["position"], members["hash"]
            proof, left_out = members.get("proof", []), members.get("left_out", False)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Malformed("not a leaf") from error
        if not all(type(each) is int and 0 <= each < ENDLESS for each in (index, position)):
            raise Malformed("an index or a position is none")
        if not isinstance(kept, str) or not isinstance(proof, list) or not isinstance(left_out, bool):
            raise Malformed("no hash, or no proof")
        return cls(index, position, unbase64(kept, 32), tuple(unbase64(str(step), 32) for step in proof), left_out)


# 5. Reading facts and leaves

CLOCK_TOLERANCE = timedelta(seconds=5)
FACTS = "facts.ndjson"
AT_ONCE = 1024
"""Leaves added to the tree at a time."""


@dataclass(frozen=True, kw_only=True)
class Claims:
    """The input of the proof: the lines and leaves (with or without line ends, read more than once), and the claims.

    `size` and `root` are the newest checkpoint's. `whole`: these are all facts below it. Otherwise each leaf has its
    proof, and `streams` are the streams included completely. `sizes` are the sizes of all available checkpoints.
    `lacking` is the number of facts that a whole log declares as left out: only their leaves are present, and marked.
    `cut` are the streams that it names, whose later facts may be left out.
    """

    facts: Iterable[bytes]
    leaves: Iterable[bytes]
    size: int
    root: bytes
    whole: bool = True
    streams: frozenset[str] = frozenset()
    sizes: frozenset[int] = frozenset()
    cut: frozenset[str] = frozenset()
    lacking: int = 0


class OutOfStep(Exception):  # noqa: N818  (named after what happened)
    """Lines and leaves do not match one by one, in order: something was removed, inserted or moved."""


class LogReading:
    """The result of reading the lines: the tree and its roots, the findings, and the endorsements of keys.

    `endorsed` has, by key, the leaf of the first fact that endorses it and the key that it replaces, as texts. A key
    is endorsed once; later endorsements of it are false, and are ignored.
    """

    def __init__(self, claims: Claims) -> None:
        """Prepare without reading."""
        self.claims = claims
        self.findings: list[Finding] = []
        self.facts = 0
        self.left_out = 0
        self.tree = Frontier()
        self.roots = {0: self.tree.root()}
        self.endorsed: dict[str, tuple[int, str | None]] = {}
        self._versions: dict[str, int] = {}
        self._appends: set[int] = set()
        self._latest = ""

    def found(self, kind: str, **where: Any) -> None:
        """Note a finding."""
        self.findings.append(Finding(kind=kind, **where))

    def prove(self) -> None:
        """Hash every line again, build the tree, and keep the roots at the checkpoints' sizes."""
        leaves = self._hashes()
        for size in [*sorted(self.claims.sizes), ENDLESS]:
            while some := list(islice(leaves, self._room(size))):
                self.tree.add(some)
            self.keep(size)

    def _hashes(self) -> Iterator[bytes]:
        """Yield the hash of each line; for a line that is left out, its leaf's stored hash."""
        lines, place = iter(self.claims.facts), 0
        held = self._left_out() if self.claims.lacking else {}
        while True:
            if place in held:
                yield held[place]
            elif (line := next(lines, None)) is not None:
                yield sha256(b"\x00" + line.removesuffix(b"\n")).digest()
            else:
                return
            place += 1

    def _left_out(self) -> dict[int, bytes]:
        """Return the leaves whose lines are left out, by index."""
        held = {}
        for raw in self.claims.leaves:
            with suppress(Malformed):
                leaf = Leaf.read(raw)
                if leaf.left_out:
                    held[leaf.index] = leaf.hash
        return held

    def _room(self, size: int) -> int:
        return min(AT_ONCE, size - self.tree.size)

    def keep(self, size: int) -> None:
        """Store the root if the tree has reached this size."""
        if self.tree.size == size:
            self.roots[size] = self.tree.root()

    def in_step(self) -> Iterator[LogLine]:
        """Check each line with its leaf, in order, storing neither; yield the lines. Raises OutOfStep."""
        lines, index, position = iter(self.claims.facts), -1, -1
        for kept in self.claims.leaves:
            try:
                leaf = Leaf.read(kept)
            except Malformed as error:
                raise OutOfStep from error
            follows = leaf.index == index + 1 if self.claims.whole else leaf.index > index
            if not follows or leaf.position <= position:
                raise OutOfStep
            index, position = leaf.index, leaf.position
            if leaf.left_out and self.claims.lacking:
                self.left_out += 1
            elif line := self._step(next(lines, None), leaf):
                yield line
        if next(lines, None) is not None:
            raise OutOfStep

    def _step(self, raw: bytes | None, leaf: Leaf) -> LogLine | None:
        """Check a line with its leaf; return None if it is unreadable, raise OutOfStep if they do not match."""
        if raw is None:
            raise OutOfStep
        text = raw.removesuffix(b"\n")
        line = self.line(text, leaf.index)
        if line and line.position != leaf.position:
            raise OutOfStep
        self.pair(leaf_hash(text), line, leaf, leaf.index)
        return line

    def line(self, raw: bytes, index: int) -> LogLine | None:
        """Parse a line; a malformed one becomes a finding, and its hash still counts."""
        self.facts += 1
        try:
            return LogLine.read(raw)
        except Malformed as error:
            self.found("malformed-line", index=index, file=FACTS, detail=str(error))
            return None

    def pair(self, again: bytes, line: LogLine | None, leaf: Leaf, place: int) -> None:
        """Check a line and its leaf: the recomputed hash, the proof in a partial export, the members.

        `place` is the line's own place in the tree: in a whole log its row, even if the leaf has another index.
        """
        here = {"position": leaf.position, "index": leaf.index}
        if again != leaf.hash:
            self.found("changed-fact", **here)
        claims = self.claims
        proved = claims.whole or included(again, leaf.index, claims.size, leaf.proof, claims.root)
        if not proved and again == leaf.hash:
            self.found("bad-proof", **here)
        if line is not None:
            self._members(line, here)
            if line.type == "CheckpointKeyEndorsed" and proved:
                self._endorsement(line, here, place)

    def _members(self, line: LogLine, here: dict[str, int]) -> None:
        """Check that versions are consecutive, no append's fact is repeated, and the clock did not go back."""
        before = self._versions.get(line.stream, 0)
        if line.version <= before:
            self.found("duplicate-version", **here, detail=line.stream)
        elif line.version > before + 1 and self._to_its_end(line.stream):
            self.found("version-gap", **here, detail=line.stream)
        self._versions[line.stream] = max(before, line.version)
        append = int(line.append_id.replace("-", ""), 16) << 64 | line.n
        if append in self._appends:
            self.found("duplicate-append", **here, detail=line.append_id)
        self._appends.add(append)
        if line.recorded_at < self._latest and instant(self._latest) - instant(line.recorded_at) > CLOCK_TOLERANCE:
            self.found("clock-went-back", **here, detail=line.recorded_at)
            self._latest = ""  # reported once: later facts are compared with this fact
        self._latest = max(self._latest, line.recorded_at)

    def _to_its_end(self, stream: str) -> bool:
        """Return whether this stream must be complete here."""
        return stream not in self.claims.cut if self.claims.whole else stream in self.claims.streams

    def _endorsement(self, line: LogLine, here: dict[str, int], place: int) -> None:
        try:
            body = json.loads(line.body)
            self.endorsed.setdefault(str(body["key"]), (place, body["replaces"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            self.found("malformed-line", **here, file=FACTS, detail=line.type)


# 6. Comparison of what was read with what was signed


@dataclass(frozen=True)
class Relied:
    """A trusted key, the reason for trusting it, and the greatest note size for it if another key replaced it."""

    key: Key
    why: str  # "given", "endorsed" (`of` vouches for it) or "replaced" (by `of`)
    of: Key | None = None
    until: int = ENDLESS


class Judgement:
    """The verdict: which checkpoints agree with the facts, who signed them, and the findings.

    `checkpoints` are the bag's, `older` those that the reader brought; `steps` are consistency proofs by old and new
    size. The keys whose signatures count (`relied`):

    - the key that the reader trusts;
    - forward, a key whose endorsement such a key *signed*: the fact alone could come from anybody who may append;
    - backward, a key that such a key replaced according to a fact under one of its roots, up to its successor's first
      note: later signatures may come from somebody who stole the key since (`retired-key`).
    """

    def __init__(
        self,
        reading: LogReading,
        key: Key,
        checkpoints: Sequence[CheckpointNote],
        older: Sequence[CheckpointNote] = (),
        steps: Mapping[tuple[int, int], Sequence[bytes]] | None = None,
        *,
        endorsements: Sequence[Endorsement] = (),
    ) -> None:
        """Judge what was read, with the key that the reader trusts."""
        self.findings: list[Finding] = []
        self.agreed: dict[int, bytes] = {}
        self.relied = {key: Relied(key, "given")}
        self._reading, self._claims = reading, reading.claims
        every = [*checkpoints, *older]
        for each in every:
            if each.origin != key.name:
                self._found("other-log", file=each.file, detail=each.origin)
        ours = [each for each in every if each.origin == key.name]
        if self._claims.whole:
            self._roots(ours)
        else:
            self._steps(ours, steps or {}, older)
        self._signed = [each for each in ours if self.agreed.get(each.size) == each.root]
        self._keys(endorsements)
        self._signatures(ours)

    def _found(self, kind: str, **where: Any) -> None:
        self.findings.append(Finding(kind=kind, **where))

    def _roots(self, checkpoints: Sequence[CheckpointNote]) -> None:
        """Compare each checkpoint's root with that of as many facts; report the sizes between which they diverge."""
        roots, size = self._reading.roots, self._reading.tree.size
        wrong = [each for each in checkpoints if roots.get(each.size) != each.root]
        self.agreed = {each.size: each.root for each in checkpoints if roots.get(each.size) == each.root}
        within = any(each.size <= size for each in wrong) or any(
            finding.kind == "version-gap" for finding in self._reading.findings
        )
        for each in sorted(wrong, key=lambda checkpoint: checkpoint.size):
            kind, first = "inconsistent-checkpoint", self._agreed_below(each.size)
            if each.size > size:  # fewer facts than were signed; after a renumbering the missing ones are unknown
                kind = "missing-fact" if within else "truncated-log"
            elif each.size == self._claims.size:
                kind = "wrong-root"
            self._found(kind, first=first, last=each.size - 1, file=each.file)
        if size > self._claims.size:
            self._found("extra-fact", first=self._claims.size, last=size - 1)

    def _steps(
        self,
        checkpoints: Sequence[CheckpointNote],
        proofs: Mapping[tuple[int, int], Sequence[bytes]],
        older: Sequence[CheckpointNote],
    ) -> None:
        """In a partial export, check the checkpoints from the newest back, by consistency proofs."""
        newest, roots = self._claims.size, {self._claims.size: self._claims.root}
        for each in checkpoints:
            if roots.setdefault(each.size, each.root) != each.root:
                self._found("inconsistent-checkpoint", first=0, last=each.size - 1, file=each.file)
        self.agreed = {newest: self._claims.root}
        for old, new in sorted(proofs, reverse=True):
            if new in self.agreed and old in roots and continued(old, new, proofs[old, new], roots[old], roots[new]):
                self.agreed[old] = roots[old]
        for each in checkpoints:
            if each.size > newest:
                self._found("truncated-log", first=newest, last=each.size - 1, file=each.file)
            elif each.size not in self.agreed:
                unproved = each in older and all(each.size != old for old, _ in proofs)
                kind = "unproved-checkpoint" if unproved else "inconsistent-checkpoint"
                self._found(kind, first=self._agreed_below(each.size), last=each.size - 1, file=each.file)

    def _agreed_below(self, size: int) -> int:
        return max((good for good in self.agreed if good < size), default=0)

    def _keys(self, endorsements: Sequence[Endorsement]) -> None:
        """Find the keys to rely on: forward by signed endorsements, then backward by the facts about those."""
        self._follow(endorsements)
        for successor in reversed(list(self.relied.values())):
            if successor.of:
                before = self.relied[successor.of]
                self.relied[before.key] = replace(before, until=min(before.until, self._first(successor.key)))
        covered = max((each.size for each in self._signed if any(map(each.holds, self.relied))), default=0)
        waiting = list(self.relied)
        for key in waiting:
            index, replaced = self._reading.endorsed.get(str(key), (covered, None))
            with suppress(Malformed):
                old = Key.read(str(replaced))
                if index < covered and old.name == key.name and old not in self.relied:
                    self.relied[old] = Relied(old, "replaced", key, self._first(key))
                    waiting.append(old)

    def _follow(self, endorsements: Sequence[Endorsement]) -> None:
        """Add the keys that a relied-on key endorses, each by the first valid endorsement."""
        by: dict[Key, list[int]] = {}
        for number, each in enumerate(endorsements):
            if each.new.name == each.old.name and each.holds(each.old):
                by.setdefault(each.old, []).append(number)
            else:
                self._found("bad-signature", file=each.file)
        waiting = [number for key in self.relied for number in by.get(key, ())]
        while waiting:
            each = endorsements[heappop(waiting)]
            if each.new not in self.relied:
                self.relied[each.new] = Relied(each.new, "endorsed", each.old)
                for number in by.get(each.new, ()):
                    heappush(waiting, number)

    def _first(self, key: Key) -> int:
        """Return the size of a key's first note that agrees with the facts, or else of its successor's first note."""
        sizes = [each.size for each in self._signed if each.holds(key)]
        return min(sizes, default=self.relied[key].until)

    def _signatures(self, checkpoints: Sequence[CheckpointNote]) -> None:
        """Find the relied-on key that signed each note, and report a key that had been replaced by then."""
        for each in checkpoints:
            by = [relied for key, relied in self.relied.items() if each.holds(key)]
            if not by:
                self._found("bad-signature" if each.signer(self.relied) else "unknown-key", file=each.file)
            elif all(each.size > relied.until for relied in by):
                self._found("retired-key", first=by[0].until, last=each.size - 1, file=each.file)
