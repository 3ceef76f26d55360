"""The dictionary of a bag: it explains every fact and every field."""

from __future__ import annotations

from dataclasses import fields

from adapters.bag.dictionary import FIELDS, dictionary
from adapters.log.codec import FACTS, PERSONAL
from adapters.verify.report import CLASSES
from domain.fact import Retention


def test_every_fact_and_every_field_is_said_in_both_languages_and_nothing_else_is() -> None:
    assert FIELDS.keys() == {field.name for cls in FACTS.values() for field in fields(cls)}
    page = dictionary()
    for name, cls in FACTS.items():
        assert f'<h2 id="{name}">' in page
        assert (cls.__doc__ or "").split()[0] in page


def test_a_personal_field_shows_its_retention_class() -> None:
    page = dictionary()
    section = page[page.index('<h2 id="EvidenceSubmitted">') :]
    row = next(line for line in section.splitlines() if "<code>digest</code>" in line)
    assert all(word in row for word in CLASSES[PERSONAL["EvidenceSubmitted"]["digest"]])
    assert "<code>str</code>" in row
    assert CLASSES.keys() == set(Retention)


def test_the_page_holds_no_script_and_loads_nothing() -> None:
    page = dictionary()
    assert not any(
        word in page.lower() for word in ("<script", "src=", "href=", "http:", "https:", "@import", "url(")
    )
