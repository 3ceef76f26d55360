"""Does everything that the pages say stand in the catalogues, whole, and does a certifier's own word win?"""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, Any

import pytest

from domain.ports import Role
from tests.generated.words import said
from webapi.words.catalogue import HERE, Words, catalogue, words

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH = sorted((HERE / "en").glob("*.po"))


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_phrase_has_its_english_with_the_same_places_to_fill_and_none_is_left_over():
    known: Any = {message.id: message.string for message in catalogue(ENGLISH, "en") if message.id}
    phrases = {(one, several) if several else one for one, several in said()}
    assert phrases - known.keys() == set(), "`make words` writes what English lacks"
    assert known.keys() - phrases == set(), "no page says these any more"
    for french, english in known.items():
        pairs = zip(french, english, strict=True) if isinstance(french, tuple) else [(french, english)]
        for one, other in pairs:
            assert other.strip(), one
            assert _places(one) == _places(other), one


def test_a_catalogue_says_one_thing_of_a_phrase():
    found: dict[object, object] = {}
    for file in ENGLISH:
        for message in catalogue([file], "en"):
            if message.id:
                assert found.setdefault(message.id, message.string) == message.string, (file.name, message.id)


@pytest.mark.parametrize(
    ("n", "fr", "en"), [(0, "0 bloc", "0 blocks"), (1, "1 bloc", "1 block"), (2, "2 blocs", "2 blocks")]
)
def test_zero_is_singular_in_french_and_plural_in_english(n: int, fr: str, en: str):
    assert words("fr").count("{n} bloc", "{n} blocs", n) == fr
    assert words("en").count("{n} bloc", "{n} blocs", n) == en


def test_french_ends_no_line_before_its_high_punctuation():
    assert words("fr")("Besoin d'aide ?") == "Besoin d'aide\u00a0?"


def test_a_certifier_lays_their_own_words_over_ours(tmp_path: Path):
    own = 'msgid "Convocation"\nmsgstr "Invitation au jury"\n\nmsgid "membre du jury"\nmsgstr "juré"\n'
    (tmp_path / "fr.po").write_text(own, "utf-8")
    theirs: Words = words("fr", tmp_path)
    assert theirs("Convocation") == "Invitation au jury"
    assert theirs("Accueil") == "Accueil"
    assert words("en", tmp_path)("Convocation") == "Summons"
    assert (theirs.term(Role.JUROR), words("en", tmp_path).term(Role.JUROR)) == ("juré", "juror")
    assert words("fr").term(Role.JUROR) == "membre du jury"


def test_a_phrase_of_theirs_that_could_not_be_filled_in_leaves_ours(tmp_path: Path):
    for theirs in ("Bloc {numero}", "Bloc {number"):
        (tmp_path / theirs).mkdir()
        (tmp_path / theirs / "fr.po").write_text(f'msgid "Bloc {{number}}"\nmsgstr "{theirs}"\n', "utf-8")
        assert words("fr", tmp_path / theirs)("Bloc {number}", number=2) == "Bloc 2", theirs


def test_a_name_with_braces_in_it_is_said_as_it_is():
    assert words("fr")("Bloc {n}", n="{x}") == "Bloc {x}"
