"""The page of the law: it matches the shipped files, and a test cites the article of each rule of law."""

from __future__ import annotations

from tests.generated import law_page
from tests.given.naming import naming


def test_law_page_is_the_one_generated_from_the_shipped_files() -> None:
    assert law_page.PAGE.read_text("utf-8") == law_page.text(), "make law"


def test_every_shipped_legal_text_is_cited_by_a_test() -> None:
    for sets in law_page.rule_sets().values():
        for each in sets:
            with naming(each.id):
                article, *_ = law_page.articles(each.reference)
                assert law_page.citing(article), f"no test cites {article}"


def test_every_article_that_a_refusal_cites_is_cited_by_a_test() -> None:
    for each in law_page.cited_refusals():
        with naming(each):
            assert any(map(law_page.citing, law_page.articles(each.reference("fr"))))
