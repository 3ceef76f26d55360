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
from adapters.sentences import Names, sentence
from adapters.wording import competences
from domain.appeal.facts import CourtRuled
from domain.candidacy.facts import BlocksSought
from domain.fact import Fact
from domain.framework.block_rule import Choice, Gap, all_of, any_of, at_least
from domain.framework.definition import Definition, Route
from domain.jury.facts import BlockNotGranted
from domain.ports import Role
from domain.rulebook.rules import Rules
from domain.standing.why import branch
from tests.given.naming import naming
from webapi.explain import explanation as explaining
from webapi.language import WORDS, missing, size
from webapi.upkeep.words_of_letters import LETTERS

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


def test_each_fact_says_what_it_is_and_what_it_tells_in_both_languages_with_the_same_gaps():
    for name, kind in FACTS.items():
        assert {"fr", "said_fr", "said_en"} <= vars(kind).keys(), f"{name}: its own, none inherited"
        assert kind.fr.endswith("."), name
        assert _gaps(kind.said_fr) == _gaps(kind.said_en) <= set(dir(sample(kind))), name


def _gaps(text: str) -> set[str]:
    """The fields that a sentence tells, wherever in it they stand."""
    found = {(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name}
    return {name.split(".")[0] for name, _ in found} | {gap for _, spec in found for gap in _gaps(spec)}


def test_what_has_no_sentence_is_refused_rather_than_passed_over():
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
    labelled = {key.removeprefix("field.") for key in WORDS if key.startswith("field.")}
    assert {field for fields in PERSONAL.values() for field in fields} <= labelled


def test_every_role_is_named():
    assert {f"as.{role.value}" for role in Role} <= WORDS.keys()


def test_every_phrase_stands_in_both_languages_with_the_same_places_to_fill():
    for key, (french, english) in WORDS.items():
        assert french.strip(), key
        assert english.strip(), key
        assert _places(french) == _places(english), key


def _places(phrase: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(phrase)} - {None}


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
def test_what_a_block_needs_is_said_in_plain_words(mandatory, others, french, english):
    assert missing(mandatory, others, "fr") == french
    assert missing(mandatory, others, "en") == english


def test_what_is_not_free_to_choose_is_not_said_to_be():
    assert missing((), 2, "fr", free=False) == "Il manque 2 compétences selon la règle du bloc."
    assert missing((), 1, "en", free=False) == "Missing: 1 competence as the block asks."


RULES_IN_WORDS = [
    (at_least(5, *range(1, 10), mandatory=(4,)), "5 parmi 1 à 9, dont 4", "5 of 1 to 9, including 4"),
    (all_of(1, any_of(all_of(2, 3), all_of(4, 5))), "1 et ((2 et 3) ou (4 et 5))", "1 and ((2 and 3) or (4 and 5))"),
    (all_of(1, 2, 3, 4), "1 à 4", "1 to 4"),
    (any_of(1, 2), "1 ou 2", "1 or 2"),
    (any_of(7), "7", "7"),
    (at_least(1, 1, 2, mandatory=(2,)), "1 parmi 1 et 2, dont 2", "1 of 1 and 2, including 2"),
    (at_least(2, 1, all_of(2, 3), any_of(4)), "2 parmi 1, (2 et 3) et 4", "2 of 1, (2 and 3) and 4"),
]


@pytest.mark.parametrize(("rule", "french", "english"), RULES_IN_WORDS)
def test_a_rule_is_said_in_both_languages(rule, french, english):
    standing = branch(rule, frozenset())
    assert (explaining.rule(standing, "fr"), explaining.rule(standing, "en")) == (french, english)


def test_a_gap_is_said_with_what_is_sure_before_what_can_be_chosen():
    both = Gap(numbers=(4, 7), choices=(Choice(count=2, among=(1, 2, 3)),))
    assert explaining.gap(both, "fr") == "4 et 7, et 2 parmi 1 à 3"
    assert explaining.gap(both, "en") == "4 and 7, and 2 of 1 to 3"
    assert explaining.gap(Gap(numbers=(4,)), "fr") == "4"


def test_every_phrase_of_an_explanation_stands_in_both_languages_with_the_same_places_to_fill():
    for key, (french, english) in explaining.PHRASES.items():
        assert french.strip() != english.strip(), key
        assert _places(french) == _places(english), key


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


@pytest.mark.parametrize("kind", LETTERS)
def test_no_line_of_a_letter_begins_with_a_sign_that_ends_one(kind: str) -> None:
    assert not re.findall(r"^\s*[:;?!»].*", LETTERS[kind].fr, re.MULTILINE)
