"""Refusals: each states its rule in two languages, its source and kind, and is met by a test."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import domain
from domain.framework.framework import RouteClosed
from domain.refusal import Kind, Violation
from domain.rulebook.rule_set import HowKnown
from tests.given.domain.law import D6412, R335_7
from tests.given.domain.refusals import REFUSALS
from tests.given.naming import naming

DOMAIN = "\n".join(path.read_text("utf-8") for path in Path(str(domain.__path__[0])).rglob("*.py"))
RAISED = set(re.findall(r"(?:raise |, |=|not_now\()(\w+)\b", DOMAIN))
TESTS = "\n".join(
    path.read_text("utf-8")
    for path in [*Path(__file__).parent.rglob("test_*.py"), *Path(__file__).parents[1].glob("given/domain/*.py")]
)
MEETINGS = re.findall(r"(?:then_refused|raises|broken|isinstance)\(([^)]*)", TESTS)
MET = {name for meeting in MEETINGS for name in re.findall(r"\w+", meeting)}


class TestEveryRefusal:
    def test_is_a_sentence_in_english_and_in_french(self) -> None:
        for refusal in REFUSALS:
            with naming(refusal):
                assert refusal.__doc__, refusal
                for language in ("en", "fr"):
                    sentence = refusal.sentence(language)
                    assert re.fullmatch(r"[A-ZÉÀ].+\.", sentence), sentence
                assert "fr" in vars(refusal)
                assert refusal.sentence("fr") != refusal.sentence("en")

    def test_says_in_both_languages_where_its_rule_comes_from(self) -> None:
        """A text's own reference is the same in both languages; our own sources are in each."""
        for refusal in REFUSALS:
            with naming(refusal):
                english, french = refusal.reference("en"), refusal.reference("fr")
                assert bool(english) == bool(french)
                assert not re.search(r"\b(the|of|and|read|known|sheet|rulebook|law|for|by|through)\b", french), french
                assert not re.search(r"\b(fiche|règlement|lus?|connue?s?|par|droits)\b", english.split("«")[0]), (
                    english
                )
                assert (english == french) == (not english)

    def test_has_a_name_in_kebab_case_and_a_known_kind(self) -> None:
        for refusal in REFUSALS:
            with naming(refusal):
                assert re.fullmatch(r"[a-z]+(-[a-z]+)*", refusal.slug())
                assert refusal.kind in get_args(Kind)

    def test_is_raised_by_the_domain_or_by_a_store_and_met_by_a_test(self) -> None:
        for refusal in REFUSALS:
            with naming(refusal):
                name = refusal.__name__
                assert name in {*RAISED, "IdempotencyKeyReused"}, "neither a rule nor the store raises it"
                assert name in MET, "no test meets it"


def test_violation_quotes_a_text_unchanged_and_our_own_source_in_the_readers_language() -> None:
    text = Violation("rule", "A rule.", "Une règle.", "art. 4")
    ours = Violation("rule", "A rule.", "Une règle.", "the certifier's rulebook", "le règlement du certificateur")
    assert [each.reference("fr") for each in (text, ours)] == ["art. 4", "le règlement du certificateur"]
    assert [each.reference("en") for each in (text, ours)] == ["art. 4", "the certifier's rulebook"]


def test_domain_names_no_sheet_of_one_certification() -> None:
    """Rules of one sheet are read from it; a rule citing it would cite it to candidates of other certifications."""
    assert not re.findall(r"\b(?:RNCP|RS) ?\d+", DOMAIN)
    assert not re.findall(r"(?:RNCP sheet|[Ff]iche RNCP)", DOMAIN), "not every sheet is of the RNCP"


def test_refusal_cites_the_sheet_that_it_is_about() -> None:
    refusal = RouteClosed("vae", sheet="RNCP39387")
    cited = [refusal.reference(language, refusal.sheet) for language in ("en", "fr")]
    assert cited == [
        "sheet RNCP39387, table of the routes of access",
        "fiche RNCP39387, tableau des voies d'accès",
    ]
    assert RouteClosed.reference("fr") == "la fiche de la certification, tableau des voies d'accès"


def test_refusals_have_unique_names() -> None:
    slugs = [refusal.slug() for refusal in REFUSALS]
    assert len(set(slugs)) == len(slugs) > 50


def test_refusals_agree_with_the_shipped_law_on_how_an_article_is_known() -> None:
    for article, text in (("D6412-6", D6412), ("R335-7", R335_7)):
        assert article in text.reference
        citing = [each for each in REFUSALS if article in each.reference("en")]
        assert len(citing) > 1
        by_summary = text.known is HowKnown.SUMMARY
        for each in citing:
            assert (f"{article} (known through a summary)" in each.reference("en")) == by_summary, each
            assert (f"{article} (connu par un résumé)" in each.reference("fr")) == by_summary, each


def test_refusals_that_cite_an_article_that_was_read_give_its_version() -> None:
    for article, version in (("D6412-6", "LEGIARTI000049406241"), ("R335-8", "LEGIARTI000039330030")):
        citing = [each for each in REFUSALS if article in each.reference("en") and each.slug() != "no-marker-in-vae"]
        assert len(citing) > 1
        for each in citing:
            assert f"{article} ({version})" in each.reference("en"), each
            assert f"{article} ({version})" in each.reference("fr"), each
