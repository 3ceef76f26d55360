"""The proofs that RFC 9162 makes of a list of leaves: what the product looks up in its tree, made from the leaves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from adapters.log.merkle import consistency_spans, inclusion_spans, root


def inclusion_proof(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Prove that the leaf of this index is among these; ValueError when there is none."""
    return [_root(tuple(hashes[first:end])) for first, end in inclusion_spans(index, len(hashes))]


def consistency_proof(old: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Prove that the tree of the first `old` of these leaves is the beginning of theirs."""
    return [_root(tuple(hashes[first:end])) for first, end in consistency_spans(old, len(hashes))]


@lru_cache(512)
def _root(hashes: tuple[bytes, ...]) -> bytes:
    """Of subtrees that many proofs share."""
    return root(hashes)
