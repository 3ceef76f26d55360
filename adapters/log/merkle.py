"""Merkle trees of RFC 9162: roots, inclusion proofs and consistency proofs.

A span is a half-open range of leaf indexes that the RFC hashes as one (its MTH over D[first:end]). Proofs are first
computed as spans; a caller that has the leaves hashes them, and a caller that has a tree looks them up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

Span = tuple[int, int]
EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(line: bytes) -> bytes:
    """Return the hash of a leaf; in Acquis, of a fact's line."""
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the root of a tree of these leaves (or of these complete subtrees of one size)."""
    level = list(hashes)
    while len(level) > 1:
        joined = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level = joined + level[2 * len(joined) :]  # a node without a sibling moves up unchanged
    return level[0] if level else EMPTY


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return the spans of a leaf's inclusion proof, from the leaf up."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not among {size}")
    first, end = 0, size
    spans: list[Span] = []
    while end - first > 1:
        middle = first + _half(end - first)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((first, middle))
            first = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """Return the spans of a consistency proof between two sizes, from the bottom up."""
    if not 0 <= old <= new:
        raise ValueError(f"{old} leaves do not come before {new}")
    first, end = 0, new
    spans: list[Span] = []
    while old and end != old:
        middle = first + _half(end - first)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((first, middle))
            first = middle
    if first:
        spans.append((first, end))  # otherwise this subtree is the old tree, whose root the verifier knows
    return spans[::-1]


def pieces(first: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the complete subtrees that make up a span, left to right, as (level, index)."""
    while first < end:
        level = (end - first).bit_length() - 1
        yield level, first >> level
        first += 1 << level


def joined(hashes: Iterable[bytes]) -> bytes:
    """Join the complete subtrees of one span, given left to right, largest first."""
    found = list(hashes)
    if not found:
        return EMPTY
    right = found.pop()
    while found:
        right = node_hash(found.pop(), right)
    return right


def _half(count: int) -> int:
    """Return the largest power of two below a number of leaves above one."""
    return 1 << (count - 1).bit_length() - 1


@dataclass(frozen=True)
class Peaks:
    """A tree that grows at its end: its size, and its complete subtrees, largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """Return the root."""
        return joined(self.hashes)

    def with_leaves(self, leaves: Iterable[bytes]) -> tuple[Peaks, list[tuple[int, int, bytes]]]:
        """Add leaves; return the new tree, and the subtrees completed by them as (level, index, hash)."""
        peaks, size, completed = list(self.hashes), self.size, []
        for leaf in leaves:
            subtree, rest, level = leaf, size, 0
            while rest & 1:
                subtree, rest, level = node_hash(peaks.pop(), subtree), rest >> 1, level + 1
                completed.append((level, rest, subtree))
            peaks.append(subtree)
            size += 1
        return Peaks(size, tuple(peaks)), completed
