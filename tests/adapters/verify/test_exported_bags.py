"""Exports of the product: sound in every scope; only decisions that rest on others' dossiers stay unchecked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from adapters.bag.export import NothingSealed
from adapters.bag.receipt import Receipts
from adapters.bag.scope import Covered
from adapters.log.checkpoint import CheckpointFolder, place
from adapters.log.note import Checkpoint
from adapters.settings import Settings
from adapters.verify.verifier import verify
from domain.commands.organisation.endorse_checkpoint_key import EndorseCheckpointKey
from domain.fact import Retention
from domain.organisation.facts import ExportScope, Occasion
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, PersonId
from tests.given.log.packing import canonical, seal
from tests.given.log.played import Played, played
from tests.given.servers.databases import a_database
from webapi.privacy.erasure import erase

MOST_UNCHECKED = 20
"""A session lists, closes, is signed and released for several candidates; a bag holds the dossier of one."""


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


def test_exports_of_a_candidacy_a_session_and_a_period_are_sound(play: Played, tmp_path: Path) -> None:
    story = play.story
    scopes = [
        *(Covered(scope=ExportScope.CANDIDACY, subject=each) for each in story.candidacies),
        *(Covered(scope=ExportScope.SESSION, subject=each) for each in story.sessions),
        Covered(scope=ExportScope.PERIOD, first_day=date(2021, 1, 1), last_day=date(2021, 12, 31)),
    ]
    for n, covered in enumerate(scopes):
        report = verify(play.export(tmp_path / str(n), covered), str(play.signer.key))
        assert report.findings == [], covered
        assert report.facts < report.size
        why = Counter(each.why for each in report.not_checked)
        assert why.pop("completeness-claimed") == 1
        assert why.pop("rests-on-what-is-not-here", 0) <= MOST_UNCHECKED, covered
        assert not why, covered


def test_the_receipt_of_a_fact_is_sound(play: Played, tmp_path: Path) -> None:
    receipts = Receipts(database=play.acquis.database, checkpoints=play.folder)
    receipt = receipts.of(100)
    (tmp_path / "receipt.json").write_text(json.dumps(receipt), "utf-8")
    assert verify(tmp_path / "receipt.json", str(play.signer.key)).findings == []


@pytest.mark.usefixtures("registers_at_their_word")
def test_export_lists_erased_values_and_the_rest_still_verifies(play: Played, tmp_path: Path) -> None:
    alix = play.story.cast["alix"].id
    erased_one(play, alix)
    report = verify(play.export(tmp_path / "bag"), str(play.signer.key))
    assert report.findings == []
    assert {(each.of, each.kept, each.why) for each in report.shut} == {(str(alix), "papers", "erased")}
    assert report.decisions
    assert {each.why for each in report.not_checked} == {"erasure-not-in-facts"}


def test_an_erasure_that_the_facts_order_is_borne_out_by_them(play: Played, tmp_path: Path) -> None:
    basile = play.story.cast["basile"].id
    signs(play)
    ordered = erase(play.acquis, basile, [Retention.PAPERS], ErasureGround.REQUEST, play.acquis.request_of(OPERATOR))
    assert ordered.recorded.facts
    report = verify(play.export(tmp_path / "bag"), str(play.signer.key))
    theirs = {each.position for each in report.shut if each.of == str(basile)}
    assert theirs
    assert report.findings == []
    assert theirs.isdisjoint({each.position for each in report.not_checked}), "its checkpoint covers the order"


# Changes by a recipient to an exported part


def test_a_scope_s_own_stream_is_there_from_its_beginning(play: Played, tmp_path: Path) -> None:
    subject = play.story.candidacies[0]
    bag = play.export(tmp_path / "bag", Covered(scope=ExportScope.CANDIDACY, subject=subject))
    path = bag / "data/export.json"
    said = json.loads(path.read_bytes())

    def found(**lie: Any) -> set[str]:
        path.write_bytes(canonical(said | lie) + b"\n")
        seal(bag)
        return {each.kind for each in verify(bag, str(play.signer.key)).findings}

    assert found() == set()
    others = [each for each in said["whole_streams"] if each != str(subject)]
    assert found(whole_streams=others) == {"wrong-scope"}
    for another in (str(play.story.candidacies[1]), others[0], str(UUID(int=0))):
        assert found(scope=said["scope"] | {"subject": another}) == {"wrong-scope"}
    as_session = said["scope"] | {"kind": "session"}
    assert found(scope=as_session) == {"wrong-scope"}


def test_export_refuses_a_scope_that_began_after_the_checkpoint(play: Played, tmp_path: Path) -> None:
    newest = next(iter(play.folder.all()))
    early = CheckpointFolder(tmp_path / "early")
    early.add(str(Checkpoint(origin=newest.origin, size=20, root=bytes(32)).signed(play.signer)))
    play.folder, kept = early, play.folder
    try:
        for covered in (
            Covered(scope=ExportScope.CANDIDACY, subject=play.story.candidacies[0]),
            Covered(scope=ExportScope.SESSION, subject=play.story.sessions[-1]),
        ):
            with pytest.raises(NothingSealed):
                play.export(tmp_path / "bag", covered)
    finally:
        play.folder = kept


def signs(play: Played) -> None:
    """Let the installation sign with the key of the play, which the certifier has endorsed."""
    place(play.acquis.settings.checkpoint_key, f"{play.signer.secret()}\n".encode(), 0o600)
    vouch = EndorseCheckpointKey(key=str(play.signer.key), replaces=None, occasion=Occasion.FIRST)
    play.acquis.do(vouch, OPERATOR)


def erased_one(play: Played, person: PersonId) -> None:
    play.acquis.vault.register.note(person, Retention.PAPERS, ErasureGround.REQUEST)
    assert play.acquis.vault.destroy(person, Retention.PAPERS)
