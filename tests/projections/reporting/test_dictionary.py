"""The published dictionary of reports, compared with the contract."""

from tests.generated import dictionary_page


def test_the_dictionary_is_what_the_contract_says() -> None:
    assert dictionary_page.PAGE.read_text("utf-8") == dictionary_page.text(), "make dictionary"
