"""Tests of the sentence that explains a block or a title in each of its states."""

from __future__ import annotations

from domain.standing.what_if import Supposed, what_if
from domain.standing.why import StandingExplanation, why
from tests.given.domain.known_facts import told
from tests.given.domain.people import MARIE_FI, RNCP31936, RULES, granted, not_granted, ruled
from tests.given.domain.scenario import At
from tests.given.domain.what_if import START
from webapi.explain.in_a_sentence import (
    of_block,
    of_block_supposed,
    of_title,
    of_title_supposed,
    question,
    title_question,
)
from webapi.words.catalogue import words

FR, EN = words("fr"), words("en")
ALL = {1: range(1, 10), 2: range(10, 21), 3: range(21, 26), 4: range(26, 31)}


def standing(*facts: At) -> StandingExplanation:
    return why(RNCP31936, RULES, told(*START, *facts))


def said(answer: StandingExplanation, block: int = 1) -> str:
    return of_block(next(each for each in answer.blocks if each.number == block), FR)


def test_sentence_on_a_refused_block_states_the_part_of_its_rule_that_is_not_met() -> None:
    """RNCP 31936, block 1: five competences of nine, 4, 7 and 9 among them."""
    short = "le nombre n'y est pas :"
    for acquired, sentence in (
        (
            [1, 2, 3, 4, 9],
            "acquise la compétence 7, obligatoire. Le nombre, lui, suffisait : 5 compétences pour 5 requises",
        ),
        ([1, 2, 3, 5, 6, 4], "acquises les compétences 7 et 9, obligatoires. Le nombre, lui, suffisait : 6"),
        ([4, 7, 9], f"{short} 3 compétences pour 5 requises."),
        ([1], f"{short} 1 compétence pour 5 requises ; et parmi les obligatoires il manque 4, 7 et 9."),
    ):
        lacking = [number for number in ALL[1] if number not in acquired]
        answer = said(standing(ruled(MARIE_FI, acquired, lacking), not_granted(MARIE_FI, 1)))
        assert sentence.replace(" :", "\N{NO-BREAK SPACE}:").replace(" ;", "\N{NO-BREAK SPACE};") in answer
        assert answer.startswith("Parce que")


def test_sentence_on_a_block_refused_against_its_rule_says_that_the_rule_is_met() -> None:
    answer = said(standing(ruled(MARIE_FI, list(ALL[1]), []), not_granted(MARIE_FI, 1)))
    assert "en a décidé ainsi" in answer
    assert "la règle, elle, est remplie" in answer


def test_sentence_on_a_granted_block_states_the_number_and_the_mandatory_competences() -> None:
    won = standing(ruled(MARIE_FI, [1, 2, 4, 7, 9], [3, 5, 6, 8]), granted(MARIE_FI, 1))
    assert "5 compétences pour 5 requises, dont les obligatoires 4, 7 et 9." in said(won)
    block = next(each for each in won.blocks if each.number == 1)
    assert of_block(block, EN).endswith("5 competences, 5 required, including the mandatory ones, 4, 7 and 9.")
    assert question(block, EN) == "Why was block 1 granted?"


def test_sentence_on_an_undecided_block_states_what_is_still_to_be_acquired() -> None:
    assert "aucun jury n'en a encore décidé" in said(standing())
    assert "4, 7 et 9, et 2 parmi" in said(standing())
    assert "aucun jury ne l'a encore accordé" in said(standing(ruled(MARIE_FI, list(ALL[1]), [])))


def test_sentence_on_the_title_states_its_blocks_or_the_missing_ones() -> None:
    three = [each for n in (2, 3, 4) for each in (ruled(MARIE_FI, list(ALL[n]), []), granted(MARIE_FI, n))]
    lacks = standing(*three)
    assert title_question(lacks.title, FR).startswith("Pourquoi le titre n'a-t-il pas")
    assert of_title(lacks.title, FR) == "Parce qu'il manque le bloc 1."
    met = standing(*three, ruled(MARIE_FI, list(ALL[1]), []))
    assert "reste à l'accorder" in of_title(met.title, FR)
    assert of_title(standing().title, FR) == "Parce qu'il manque les blocs 1 à 4."
    whole = standing(*three, ruled(MARIE_FI, list(ALL[1]), []), granted(MARIE_FI, 1))
    assert "il reste à un jury à le prononcer" in of_title(whole.title, FR)


def test_sentence_on_a_supposition_is_in_the_conditional() -> None:
    facts = told(*START, ruled(MARIE_FI, [1, 2, 3, 4, 9], [5, 6, 7, 8]), not_granted(MARIE_FI, 1))
    found = what_if(RNCP31936, RULES, facts, Supposed(acquired=frozenset({7})))
    then = next(each for each in found.then.blocks if each.number == 1)
    assert of_block_supposed(then, FR).startswith("La règle du bloc serait remplie")
    lost = next(each for each in found.now.blocks if each.number == 1)
    assert of_block_supposed(lost, FR).endswith("il manquerait\N{NO-BREAK SPACE}: 7.")
    assert "bloc" in of_title_supposed(found.then.title, FR)
