"""The proofs of RFC 9162, made from a list of leaves; the product looks them up in its tree."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from adapters.log.merkle import consistency_spans, inclusion_spans, root


def inclusion_proof(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the leaf of this index is in the list; raises ValueError if it is not."""
    return [_root(tuple(hashes[first:end])) for first, end in inclusion_spans(index, len(hashes))]


def consistency_proof(old: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the tree of the first `old` leaves is the beginning of the whole tree."""
    return [_root(tuple(hashes[first:end])) for first, end in consistency_spans(old, len(hashes))]


@lru_cache(512)
def _root(hashes: tuple[bytes, ...]) -> bytes:
    """Return the root of a subtree, cached because many proofs share it."""
    return root(hashes)
