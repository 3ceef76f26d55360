"""deploy/TAMPERING.md: it states what the campaign finds; a decision record justifies what goes unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.generated.tampering_page import ARGUED, PAGE, Campaign, campaign, line, served_line, text
from tests.tampering.kinds import KINDS
from tests.tampering.served import SERVED, logins

SOME = 10
"""The sample: one kind in this many."""
ADRS = PAGE.parent / "adr"


@pytest.fixture(scope="module")
def played(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campaign]:
    with campaign(server_url, template, tmp_path_factory.mktemp("tampering")) as made:
        yield made


def test_untouched_installation_raises_no_alarm(played: Campaign) -> None:
    row = played.row(None)
    assert row.by_nobody, row


def test_page_states_the_result_of_a_sample_of_every_family_of_tampering(played: Campaign) -> None:
    said = PAGE.read_text("utf-8").splitlines()
    for family in KINDS.values():
        for kind in family[::SOME]:
            assert line(played.row(kind)) in said, "make tampering"


@pytest.mark.slow
def test_page_states_the_result_of_every_tampering(played: Campaign) -> None:
    """Written by `make tampering`."""
    found = played.run()
    assert sum(map(len, found.values())) >= 30
    assert {row.kind for rows in found.values() for row in rows if row.by_nobody} == set(ARGUED)
    assert PAGE.read_text("utf-8") == text(found, played.run_served()), "make tampering"


def test_served_application_that_nobody_touched_is_ready_reads_and_records(played: Campaign, server_url: str) -> None:
    with logins(server_url) as who:
        row = played.served(who, None)
    assert (row.unready, row.reads, row.writes) == ((), "as before", "recorded")


def test_page_is_true_of_some_tamperings_of_the_served_application(played: Campaign, server_url: str) -> None:
    said = PAGE.read_text("utf-8").splitlines()
    with logins(server_url) as who:
        for family in SERVED.values():
            for kind in family[5::SOME]:
                assert served_line(played.served(who, kind)) in said, "make tampering"


def test_decision_record_exists_for_every_tampering_that_goes_unnoticed() -> None:
    for kind, said in ARGUED.items():
        assert kind in {each for kinds in KINDS.values() for each in kinds}
        assert Path(ADRS / said.partition("(adr/")[2].partition(")")[0]).is_file(), said
