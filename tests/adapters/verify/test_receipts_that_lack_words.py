"""A receipt that lacks any of its words, or has another kind of word there, is found wanting: it raises nothing."""

from __future__ import annotations

import json
from pathlib import Path

from adapters.verify.verifier import verify
from tests.fuzz.written import receipts
from tests.given.naming import naming

(RECEIPT,) = map(json.loads, receipts())
OPTIONAL = "endorsed"


def kinds(said: dict[str, object], tmp_path: Path) -> set[str]:
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(said))
    return {finding.kind for finding in verify(path).findings}


def test_the_receipt_itself_is_sound(tmp_path: Path) -> None:
    assert kinds(RECEIPT, tmp_path) == set()


def test_without_any_of_its_words_it_is_of_no_known_format(tmp_path: Path) -> None:
    for word in [word for word in RECEIPT if word != OPTIONAL]:
        with naming(word):
            assert kinds({each: RECEIPT[each] for each in RECEIPT if each != word}, tmp_path) == {"unknown-format"}


def test_with_another_kind_of_word_it_is_found_wanting(tmp_path: Path) -> None:
    for word in RECEIPT:
        for other in [None, 7, [], {"x": 1}, "\ud800", -1, [["x"]]]:
            with naming(word, other):
                if RECEIPT[word] != other:
                    assert kinds(RECEIPT | {word: other}, tmp_path)
