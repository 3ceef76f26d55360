"""A receipt that lacks any of its words, or has another kind of word there, is found wanting: it raises nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.verify.verifier import verify
from tests.fuzz.written import receipts

(RECEIPT,) = map(json.loads, receipts())
OPTIONAL = "endorsed"


def kinds(said: dict[str, object], tmp_path: Path) -> set[str]:
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(said))
    return {finding.kind for finding in verify(path).findings}


def test_the_receipt_itself_is_sound(tmp_path: Path) -> None:
    assert kinds(RECEIPT, tmp_path) == set()


@pytest.mark.parametrize("word", [word for word in RECEIPT if word != OPTIONAL])
def test_without_any_of_its_words_it_is_of_no_known_format(tmp_path: Path, word: str) -> None:
    assert kinds({each: RECEIPT[each] for each in RECEIPT if each != word}, tmp_path) == {"unknown-format"}


@pytest.mark.parametrize("word", RECEIPT)
@pytest.mark.parametrize("other", [None, 7, [], {"x": 1}, "\ud800", -1, [["x"]]])
def test_with_another_kind_of_word_it_is_found_wanting(tmp_path: Path, word: str, other: object) -> None:
    if RECEIPT[word] != other:
        assert kinds(RECEIPT | {word: other}, tmp_path)
