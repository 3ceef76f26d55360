"""Do the pages have a sentence for everything, in both languages?"""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from enum import EnumType
from functools import partial
from string import Formatter
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest

from adapters.framework_file import read, shipped
from adapters.log.codec import FACTS, PERSONAL
from adapters.text.sentences import Names, sentence
from adapters.text.wording import competences
from domain.appeal.facts import CourtRuled
from domain.candidacy.facts import BlocksSought
from domain.fact import Fact
from domain.framework.definition import Definition, Route
from domain.jury.facts import BlockNotGranted
from domain.rulebook.rules import Rules
from tests.given.naming import naming
from webapi.language import missing, size
from webapi.notifications.words_of_letters import LETTERS, WIDE, written
from webapi.words.catalogue import words
from webapi.words.fields import FIELDS

FILLED = ("link", "to", "roles", "why", "provider", "role", "tokens", "by", "found", "on", "place", "before")
SOMEBODY = UUID(int=7)
NAMES = Names(who=lambda _person, otherwise: otherwise, mark=str, rule=lambda code: f"{code}.")


def sample(kind: type[Fact]) -> Fact:
    """A fact of this kind, with something in each field."""
    hints = get_type_hints(kind)
    return kind(**{field.name: _value(hints[field.name]) for field in dataclasses.fields(kind)})


def _value(hint: Any) -> Any:
    if hint is Definition:
        return read(shipped("rncp31936.yaml"))
    if hint is Rules:
        return Rules(**{f.name: 1 for f in dataclasses.fields(Rules)})  # type: ignore[arg-type]
    if dataclasses.is_dataclass(hint):
        return sample(hint)  # type: ignore[arg-type]
    if isinstance(hint, UnionType):
        return _value(next(each for each in get_args(hint) if each is not type(None)))
    if get_origin(hint) is tuple:
        return (_value(get_args(hint)[0]),)
    plain = {int: 3, str: "mot", bool: True, date: date(2021, 3, 1), Route: Route.VAE}
    if hint in plain:
        return plain[hint]
    return next(iter(hint)) if isinstance(hint, EnumType) else SOMEBODY


def test_every_fact_has_a_sentence_in_french_and_another_in_english():
    for name in sorted(FACTS):
        with naming(name):
            fact = sample(FACTS[name])
            french, english = sentence(fact, NAMES, "fr"), sentence(fact, NAMES, "en")
            assert french.endswith(".")
            assert english.endswith(".")
            assert french != english


def test_no_french_sentence_leaves_a_vowel_unelided():
    for name in sorted(FACTS):
        with naming(name):
            assert not re.search(
                r"\b(?:de|que|le|la) (?:un|une|il|elle)\b", sentence(sample(FACTS[name]), NAMES, "fr")
            )


@pytest.mark.parametrize(
    ("blocks", "fr", "en"),
    [
        ((), "la certification entière", "the whole certification"),
        ((2,), "le bloc 2", "block 2"),
        ((1, 2, 4), "les blocs 1, 2 et 4", "blocks 1, 2 and 4"),
    ],
)
def test_blocks_sought_are_told_as_one_or_several(blocks, fr, en):
    fact = BlocksSought(blocks=blocks, sought_on=date(2021, 6, 15))
    assert sentence(fact, NAMES, "fr") == f"La candidature vise désormais {fr}."
    assert sentence(fact, NAMES, "en") == f"The candidacy now seeks {en}."


def test_every_fact_has_sentences_in_both_languages_with_the_same_placeholders():
    for name, kind in FACTS.items():
        assert {"fr", "said_fr", "said_en"} <= vars(kind).keys(), f"{name}: its own, none inherited"
        assert kind.fr.endswith("."), name
        assert _gaps(kind.said_fr) == _gaps(kind.said_en) <= set(dir(sample(kind))), name


def _gaps(text: str) -> set[str]:
    """The fields that a sentence tells, wherever in it they stand."""
    found = {(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name}
    return {name.split(".")[0] for name, _ in found} | {gap for _, spec in found for gap in _gaps(spec)}


def test_missing_sentence_raises_an_error():
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class SomethingNew(Fact):
        pass

    for language in ("fr", "en"):
        with pytest.raises(AttributeError):
            sentence(SomethingNew(), NAMES, language)


def test_a_choice_may_hold_another_in_either_half():
    ruled = partial(dataclasses.replace, sample(CourtRuled))
    assert sentence(ruled(annuls=False, quashes=True), NAMES, "en").endswith("which stands again.")
    assert sentence(ruled(annuls=True, quashes=False), NAMES, "en").endswith("annulled the jury's decision.")
    assert sentence(ruled(annuls=False, quashes=False), NAMES, "en").endswith("let the jury's decision stand.")


def test_every_personal_field_of_every_fact_has_a_label():
    assert {field for fields in PERSONAL.values() for field in fields} <= FIELDS.keys()


@pytest.mark.parametrize(
    ("mandatory", "others", "french", "english"),
    [
        (
            (7,),
            2,
            "Il manque la compétence obligatoire 7 et 2 autres.",
            "Missing: mandatory competence 7, and 2 more.",
        ),
        ((7,), 0, "Il manque la compétence obligatoire 7.", "Missing: mandatory competence 7."),
        (
            (4, 7, 9),
            2,
            "Il manque les compétences obligatoires 4, 7 et 9, et 2 autres.",
            "Missing: mandatory competences 4, 7 and 9, and 2 more.",
        ),
        ((), 1, "Il manque 1 compétence au choix.", "Missing: any 1 competence."),
        ((), 3, "Il manque 3 compétences au choix.", "Missing: any 3 competences."),
    ],
)
def test_missing_competences_of_a_block_are_described_in_plain_words(mandatory, others, french, english):
    assert missing(mandatory, others, "fr") == french
    assert missing(mandatory, others, "en") == english


def test_missing_competences_are_not_described_as_free_when_the_block_sets_them():
    assert missing((), 2, "fr", free=False) == "Il manque 2 compétences selon la règle du bloc."
    assert missing((), 1, "en", free=False) == "Missing: 1 competence as the block asks."


def test_competences_in_a_row_are_told_together():
    assert competences((1, 2, 3, 4, 9), "fr") == "les compétences 1 à 4 et 9"
    assert competences((21, 22), "en") == "competences 21 and 22"
    assert competences((7,), "fr") == "la compétence 7"


def test_sizes_are_told_as_people_say_them():
    assert size(611, "fr") == "611\u00a0octets"
    assert size(200 * 1024 * 1024, "fr") == "200\u00a0Mo"
    assert size(1_572_864, "en") == "1.5\u00a0MB"


def test_the_sample_facts_are_real_ones():
    assert isinstance(sample(BlockNotGranted), BlockNotGranted)


def test_no_line_of_a_letter_begins_with_a_sign_that_ends_one_or_is_too_wide() -> None:
    for kind in LETTERS:
        _, text = written(kind, words("fr"), **dict.fromkeys(FILLED, ""))
        assert not re.findall(r"^\s*[:;?!»].*", text, re.MULTILINE), kind
        assert all(len(line) <= WIDE for line in text.splitlines()), kind
