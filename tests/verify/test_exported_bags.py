"""What the product itself exports is sound, in every scope; not checked is only what rests on others' dossiers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from adapters.bag.receipt import Receipts
from adapters.bag.scope import Covered
from adapters.settings import Settings
from adapters.verify.verifier import verify
from domain.fact import Retention
from domain.organisation import Scope
from domain.person import ErasureGround
from domain.ports import PersonId
from tests.databases import a_database
from tests.played import Played, played

MOST_UNCHECKED = 8
"""A session opens, lists and closes for several candidates: what rests on the others is not in one's bag."""


@pytest.fixture(scope="module")
def play(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    data = tmp_path_factory.mktemp("exported")
    with (
        a_database(server_url, template) as url,
        played(Settings(data=data, database_url=url, secret_key="tests only " * 4)) as made,
    ):
        yield made


def test_the_whole_log_is_sound_and_wholly_checked(play: Played, tmp_path: Path) -> None:
    bag = play.export(tmp_path / "bag")
    report = verify(bag, str(play.signer.key))
    assert report.findings == []
    assert report.not_checked == []
    assert report.facts == report.size


def test_one_candidacy_one_session_one_period_are_sound(play: Played, tmp_path: Path) -> None:
    story = play.story
    scopes = [
        *(Covered(scope=Scope.CANDIDACY, subject=each) for each in story.candidacies),
        *(Covered(scope=Scope.SESSION, subject=each) for each in story.sessions),
        Covered(scope=Scope.PERIOD, first_day=date(2021, 1, 1), last_day=date(2021, 12, 31)),
    ]
    for n, covered in enumerate(scopes):
        report = verify(play.export(tmp_path / str(n), covered), str(play.signer.key))
        assert report.findings == [], covered
        assert report.facts < report.size
        assert len(report.not_checked) <= MOST_UNCHECKED, covered


def test_the_receipt_of_a_fact_is_sound(play: Played, tmp_path: Path) -> None:
    receipts = Receipts(database=play.house.database, checkpoints=play.folder)
    receipt = receipts.of(100, play.story.cast["alix"].id)
    (tmp_path / "receipt.json").write_text(json.dumps(receipt), "utf-8")
    assert verify(tmp_path / "receipt.json", str(play.signer.key)).findings == []


def test_what_was_erased_is_listed_and_all_the_rest_still_verifies(play: Played, tmp_path: Path) -> None:
    alix = play.story.cast["alix"].id
    erased_one(play, alix)
    report = verify(play.export(tmp_path / "bag"), str(play.signer.key))
    assert report.findings == []
    assert {(each.of, each.kept, each.why) for each in report.shut} == {(str(alix), "papers", "erased")}
    assert report.decisions == report.facts


def erased_one(play: Played, person: PersonId) -> None:
    play.house.vault.register.note(person, Retention.PAPERS, ErasureGround.REQUEST)
    assert play.house.vault.destroy(person, Retention.PAPERS)
