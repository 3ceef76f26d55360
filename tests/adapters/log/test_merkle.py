"""Merkle trees of RFC 9162: correct proofs alone verify, and the reference tree of Certificate Transparency holds."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.log.merkle import (
    EMPTY,
    consistency_spans,
    inclusion_spans,
    joined,
    leaf_hash,
    node_hash,
    pieces,
    root,
)
from adapters.verify.proof import continued, included
from tests.given.log.proofs import consistency_proof, inclusion_proof

MOST = 300
REFERENCE = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
LEAVES = [leaf_hash(bytes.fromhex(entry)) for entry in REFERENCE]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MANY = [leaf_hash(str(number).encode()) for number in range(MOST)]


@pytest.fixture(scope="module")
def roots() -> list[bytes]:
    return [by_the_book(MANY[:size]) for size in range(MOST + 1)]


def by_the_book(leaves: list[bytes]) -> bytes:
    """Return MTH by the recursion of RFC 9162 2.1.1."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256().digest()
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return hashlib.sha256(b"\x01" + by_the_book(leaves[:middle]) + by_the_book(leaves[middle:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_reference_tree_has_the_published_root_at_each_size(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
    ],
)
def test_the_reference_inclusion_proofs(index: int, size: int, proof: list[str]) -> None:
    assert [step.hex() for step in inclusion_proof(index, LEAVES[:size])] == proof


@pytest.mark.parametrize(
    ("old", "new", "proof"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_the_reference_consistency_proofs(old: int, new: int, proof: list[str]) -> None:
    assert [step.hex() for step in consistency_proof(old, LEAVES[:new])] == proof


def test_roots_are_the_books_at_every_size(roots: list[bytes]) -> None:
    for size in range(MOST + 1):
        assert roots[size] == root(MANY[:size])


def test_every_leaf_of_every_size_proves_itself(roots: list[bytes]) -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            if size > 64 and index % 7 and index not in {0, size - 1}:
                continue  # all of the small ones, a seventh of the large
            proof = inclusion_proof(index, MANY[:size])
            assert included(MANY[index], index, size, proof, roots[size]), (index, size)


def test_every_size_proves_its_beginnings(roots: list[bytes]) -> None:
    for new in range(MOST + 1):
        for old in range(new + 1):
            if new > 64 and old % 7 and old not in {1, new - 1, new}:
                continue
            proof = consistency_proof(old, MANY[:new])
            assert continued(old, new, proof, roots[old], roots[new]), (old, new)


@st.composite
def a_leaf(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, MOST))
    return draw(st.integers(0, size - 1)), size


@st.composite
def two_sizes(draw: st.DrawFn) -> tuple[int, int]:
    new = draw(st.integers(2, MOST))
    return draw(st.integers(1, new - 1)), new


@given(a_leaf(), st.data())
def test_no_wrong_inclusion_proof_verifies(leaf: tuple[int, int], data: st.DataObject) -> None:
    index, size = leaf
    proof, top = inclusion_proof(index, MANY[:size]), root(MANY[:size])
    assert not included(leaf_hash(b"another"), index, size, proof, top)
    assert not included(MANY[index], index, size, proof, leaf_hash(b"another"))
    assert not included(MANY[index], index, size, [*proof, EMPTY], top)
    assert not included(MANY[index], size, size, proof, top)
    assert not included(MANY[index], -1, size, proof, top)
    other = data.draw(st.integers(0, size - 1).filter(lambda each: each != index) if size > 1 else st.none())
    if other is not None:
        assert not included(MANY[index], other, size, proof, top)
        assert not included(MANY[index], index, size, proof[:-1], top)
        broken = data.draw(st.integers(0, len(proof) - 1))
        assert not included(MANY[index], index, size, flipped(proof, broken), top)


@given(two_sizes(), st.data())
def test_no_wrong_consistency_proof_verifies(sizes: tuple[int, int], data: st.DataObject) -> None:
    old, new = sizes
    proof, before, after = consistency_proof(old, MANY[:new]), root(MANY[:old]), root(MANY[:new])
    other = leaf_hash(b"another")
    assert not continued(old, new, proof, other, after)
    assert not continued(old, new, proof, before, other)
    assert not continued(old, new, [], before, after)
    assert not continued(old, new, proof[:-1], before, after)
    assert not continued(old, new, [*proof, other], before, after)
    assert not continued(new, old, proof, after, before)
    assert not continued(old, new, flipped(proof, data.draw(st.integers(0, len(proof) - 1))), before, after)


def test_empty_tree_precedes_every_tree_and_a_full_tree_continues_only_itself() -> None:
    assert continued(0, 5, [], EMPTY, root(MANY[:5]))
    assert not continued(0, 5, [], MANY[0], root(MANY[:5]))
    assert not continued(0, 5, [EMPTY], EMPTY, root(MANY[:5]))
    assert not continued(5, 5, [], root(MANY[:5]), root(MANY[1:6]))


@given(a_leaf())
def test_proof_hashes_are_joined_from_complete_subtrees(leaf: tuple[int, int]) -> None:
    index, size = leaf
    for first, end in [*inclusion_spans(index, size), *consistency_spans(index, size)]:
        found = [root(MANY[place << level : (place + 1) << level]) for level, place in pieces(first, end)]
        assert joined(found) == root(MANY[first:end])


def test_proof_of_a_missing_leaf_or_a_longer_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="leaf 3 is not among 3"):
        inclusion_proof(3, MANY[:3])
    with pytest.raises(ValueError, match="4 leaves do not come before 3"):
        consistency_proof(4, MANY[:3])


def test_a_node_is_not_a_leaf() -> None:
    """The prefixes of RFC 9162 2.1.1 keep a node from being shown as a leaf."""
    assert node_hash(MANY[0], MANY[1]) != leaf_hash(MANY[0] + MANY[1])


def flipped(proof: list[bytes], at: int) -> list[bytes]:
    """Return the proof with one bit of one hash flipped."""
    return [bytes([step[0] ^ 1]) + step[1:] if place == at else step for place, step in enumerate(proof)]
