"""Does deploy/TAMPERING.md say what the campaign finds, and is what nobody notices argued in a record?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.generated.tampering_page import ARGUED, PAGE, Campaign, campaign, line, text
from tests.tampering.kinds import KINDS

SOME = 10
"""One kind of so many is tried where not all are."""
ADRS = PAGE.parent / "adr"


@pytest.fixture(scope="module")
def played(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campaign]:
    with campaign(server_url, template, tmp_path_factory.mktemp("tampering")) as made:
        yield made


def test_an_installation_that_nobody_touched_raises_no_alarm(played: Campaign) -> None:
    row = played.row(None)
    assert row.by_nobody, row


def test_what_the_page_says_of_some_of_each_family_is_what_happens(played: Campaign) -> None:
    said = PAGE.read_text("utf-8").splitlines()
    for family in KINDS.values():
        for kind in family[::SOME]:
            assert line(played.row(kind)) in said, "make tampering"


@pytest.mark.slow
def test_what_the_page_says_of_each_tampering_is_what_happens(played: Campaign) -> None:
    """Written by `make tampering`."""
    found = played.run()
    assert sum(map(len, found.values())) >= 30
    assert {row.kind for rows in found.values() for row in rows if row.by_nobody} == set(ARGUED)
    assert PAGE.read_text("utf-8") == text(found), "make tampering"


def test_what_nobody_notices_is_argued_in_a_record_that_is_there() -> None:
    for kind, said in ARGUED.items():
        assert kind in {each for kinds in KINDS.values() for each in kinds}
        assert Path(ADRS / said.partition("(adr/")[2].partition(")")[0]).is_file(), said
