"""Tests of explanations in words, in French and English."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from domain.framework.block_rule import Choice, Gap, Rule, all_of, any_of, at_least
from domain.standing.what_if import Supposed, what_if
from domain.standing.why import branch, why
from tests.given.domain.known_facts import told
from tests.given.domain.people import MARIE_FI, RNCP31936, RULES, granted, not_granted, ruled
from tests.given.domain.what_if import START
from webapi.explain.explanation import explained, gap, rule, what_would_be
from webapi.words.catalogue import words

FR, EN = words("fr", plain=True), words("en", plain=True)


@pytest.mark.parametrize(
    ("said", "fr", "en"),
    [
        (all_of(1), "1", "1"),
        (all_of(1, 2, 3, 5), "1 à 3 et 5", "1 to 3 and 5"),
        (any_of(1, 2, 3), "1 ou 2 ou 3", "1 or 2 or 3"),
        (
            all_of(1, any_of(all_of(2, 3), all_of(4, 5))),
            "1 et ((2 et 3) ou (4 et 5))",
            "1 and ((2 and 3) or (4 and 5))",
        ),
        (
            at_least(5, *range(1, 10), mandatory=(4, 7, 9)),
            "5 parmi 1 à 9, dont 4, 7 et 9",
            "5 of 1 to 9, including 4, 7 and 9",
        ),
        (at_least(1, 1, 2, mandatory=(2,)), "1 parmi 1 et 2, dont 2", "1 of 1 and 2, including 2"),
        (at_least(2, 1, all_of(2, 3), any_of(4)), "2 parmi 1, (2 et 3) et 4", "2 of 1, (2 and 3) and 4"),
    ],
)
def test_rule_of_a_title_is_written_in_words(said: Rule, fr: str, en: str) -> None:
    assert (rule(branch(said, frozenset()), FR), rule(branch(said, frozenset()), EN)) == (fr, en)


@pytest.mark.parametrize(
    ("missing", "fr", "en"),
    [
        (Gap(numbers=(7,)), "7", "7"),
        (Gap(numbers=(7, 9)), "7 et 9", "7 and 9"),
        (
            Gap(numbers=(7, 9), choices=(Choice(count=2, among=(1, 2, 3)),)),
            "7 et 9, et 2 parmi 1 à 3",
            "7 and 9, and 2 of 1 to 3",
        ),
        (Gap(numbers=(), choices=(Choice(count=1, among=(1, 4)),)), "1 parmi 1 et 4", "1 of 1 and 4"),
    ],
)
def test_missing_competences_are_written_in_words(missing: Gap, fr: str, en: str) -> None:
    assert (gap(missing, FR), gap(missing, EN)) == (fr, en)


def test_explanation_of_a_refused_block_says_that_a_new_jury_rules_on_all_of_it() -> None:
    """RNCP 31936: only granted blocks are kept, so the next jury rules on every competence of the block."""
    refused = (ruled(MARIE_FI, [1, 2, 3, 4, 9], [5, 6, 7, 8]), not_granted(MARIE_FI, 1))
    answer = why(RNCP31936, RULES, told(*START, *refused, ruled(MARIE_FI, [21, 22, 25]), granted(MARIE_FI, 3)))
    anew = {
        "fr": "  Un nouveau jury se prononcera sur toutes ses compétences : seuls les blocs accordés restent acquis.",
        "en": "  A new jury will rule anew on all its competences: only granted blocks are kept.",
    }
    for language, sentence in anew.items():
        assert list(explained(answer, words(language, plain=True), 1)).count(sentence) == 1
        assert sentence not in list(explained(answer, words(language, plain=True), 2)), "nothing was decided of it"
        assert sentence not in list(explained(answer, words(language, plain=True), 3)), "it is granted"


def heads(lines: Iterable[str]) -> list[str]:
    """Return the lines without those of the competences."""
    return [line for line in lines if not re.match(r" {4,6}\d| {4,6} \d", line)]


STANDS = (
    ruled(MARIE_FI, [1, 2, 3, 4, 9], [5, 6, 7, 8]),
    not_granted(MARIE_FI, 1),
    ruled(MARIE_FI, [21, 22, 25]),
    granted(MARIE_FI, 3),
    ruled(MARIE_FI, [26, 27, 28]),
)


def test_whole_explanation_is_written_in_both_languages() -> None:
    answer = why(RNCP31936, RULES, told(*START, *STANDS))
    assert heads(explained(answer, FR)) == [
        "Validation partielle",
        "RNCP31936 v1, règlement IMCI v2",
        "Titre · Pas encore · fait 19",
        "  Règle non remplie : 1 à 4",
        "  Blocs manquants : 1, 2 et 4",
        "  Compétences à acquérir, au moins : 7",
        "Bloc 1 · Non accordé (15 juin 2021) · fait 15",
        "  Règle non remplie : 5 parmi 1 à 9, dont 4, 7 et 9",
        "  Compétence manquante : 7",
        "  Un nouveau jury se prononcera sur toutes ses compétences : seuls les blocs accordés restent acquis.",
        "Bloc 2 · Pas encore décidé",
        "  Règle non remplie : 6 parmi 10 à 20, dont 10, 16 et 19",
        "  Compétences manquantes : 10, 16 et 19, et 3 parmi 11 à 15, 17, 18 et 20",
        "Bloc 3 · Accordé (15 juin 2021) · fait 19",
        "  Règle remplie : 3 parmi 21 à 25, dont 21 et 25",
        "Bloc 4 · Pas encore décidé",
        "  Règle remplie : 3 parmi 26 à 30, dont 27 et 28",
    ]
    assert heads(explained(answer, EN, 4)) == [
        "Partial validation",
        "RNCP31936 v1, rulebook IMCI v2",
        "Block 4 · Not decided yet",
        "  Rule met: 3 of 26 to 30, including 27 and 28",
    ]
    assert [line for line in explained(answer, EN, 4) if line not in heads([line])] == [
        "    26 + Acquired · fact 20",
        "    27 + Acquired · fact 21",
        "    28 + Acquired · fact 22",
        "    29   No evidence",
        "    30   No evidence",
    ]


def test_what_if_explanation_begins_with_the_change_and_ends_with_nothing_recorded() -> None:
    facts = told(*START, *STANDS)
    gained, lost = (
        what_if(RNCP31936, RULES, facts, supposed)
        for supposed in (Supposed(acquired=frozenset({7})), Supposed(not_acquired=frozenset({27})))
    )
    said = list(what_would_be(gained, FR))
    assert (said[:2], said[-1]) == (
        ["Règle remplie en plus, blocs : 1", "Ce qui serait :"],
        "Rien n'a été enregistré.",
    )
    assert "       7 + Acquise · fait supposé" in said
    assert list(what_would_be(lost, EN))[:2] == ["Rule no longer met, blocks: 4", "What would be:"]
    same = what_if(RNCP31936, RULES, facts, Supposed(acquired=frozenset({29})))
    assert list(what_would_be(same, EN))[:2] == ["No block would be gained or lost", "What would be:"]
