"""Does the page of the law say what ships, and is each rule of law held by a test that cites its article?"""

from __future__ import annotations

from tests.generated import law_page
from tests.given.naming import naming


def test_the_page_is_the_one_that_is_written_from_what_ships() -> None:
    assert law_page.PAGE.read_text("utf-8") == law_page.text(), "make law"


def test_each_text_that_ships_is_cited_by_a_test() -> None:
    for sets in law_page.rule_sets().values():
        for each in sets:
            with naming(each.id):
                article, *_ = law_page.articles(each.reference)
                assert law_page.citing(article), f"no test cites {article}"


def test_each_article_that_a_refusal_cites_is_cited_by_a_test() -> None:
    for each in law_page.cited_refusals():
        with naming(each):
            assert any(map(law_page.citing, law_page.articles(each.reference("fr"))))
