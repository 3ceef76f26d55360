"""The witness on another host finds what is rewritten with all that stands beside it, and is missed when silent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from adapters.database.pool import Database
from adapters.log.checkpoint import origin_of
from adapters.log.note import Checkpoint
from adapters.log.outside import silent_for, witness
from adapters.log.tree import Tree
from adapters.settings import Settings
from tests.given.log.watched import NODES, REHASH, Watched, body, signed
from webapi.signing.checkpoint_key import signer
from webapi.upkeep.doubt import watched as alarms_of_the_watch


@pytest.fixture
def watched(settings: Settings) -> Iterator[Watched]:
    with signed(settings) as made:
        yield made


@pytest.fixture
def auditing(watched: Watched) -> Iterator[Database]:
    with closing(Database(watched.url, role="acquis_auditor", size=2)) as database:
        yield database


def rewritten_and_signed(watched: Watched) -> None:
    """Rewrite a fact, leaves, nodes and notes, and sign all with the true key."""
    changed = [body(position, "request", "forged") for position in (12, 13)]
    watched.tamper(*changed, REHASH, NODES, "delete from log.note")
    for note in watched.folder.path.glob("*/*.note"):
        note.unlink()
    tree = Tree(watched.database)
    size = tree.size()
    unsigned = Checkpoint(origin=origin_of(tree), size=size, root=tree.root(size))
    watched.folder.add(str(unsigned.signed(signer(watched.acquis.settings, watched.database))))


def test_the_witness_alone_finds_a_log_rewritten_and_signed_with_the_true_key(
    watched: Watched, auditing: Database, tmp_path: Path
) -> None:
    assert witness(auditing, tmp_path / "notes").findings == ()
    rewritten_and_signed(watched)
    assert watched.found() == []
    assert [(each.slug, each.place) for each in witness(auditing, tmp_path / "notes").findings] == [
        ("note-differs", "note 41")
    ]
    shutil.rmtree(tmp_path / "notes")
    assert witness(auditing, tmp_path / "notes").findings == ()  # without its own older note it sees nothing


def test_a_log_that_goes_on_is_noted_each_time_and_one_that_was_cut_is_found(
    watched: Watched, auditing: Database, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    for _ in range(2):
        assert witness(auditing, notes).findings == ()
        watched.register()
        watched.making()
    assert sorted(path.name for path in notes.iterdir()) == ["000000000041.json", "000000000043.json"]
    watched.tamper(
        "delete from log.event where position > 40",
        "delete from log.leaf where position > 40",
        "update log.head set next_index = 40, sealed = 40",
    )
    assert ("log-shorter", "note 41") in {(each.slug, each.place) for each in witness(auditing, notes).findings}


def test_a_witness_that_was_there_is_missed_when_it_is_silent(
    watched: Watched, auditing: Database, tmp_path: Path
) -> None:
    def said() -> list[str]:
        return [each.slug for each in alarms_of_the_watch(watched.acquis)]

    assert silent_for(watched.database) is None
    assert said() == []
    witness(auditing, tmp_path / "notes")
    assert said() == []
    watched.run("update log.witness set seen_at = seen_at - interval '7 hours'")
    assert said() == ["witness-silent"]


def test_the_witness_reads_and_says_that_it_was_there_and_writes_nothing_else(auditing: Database) -> None:
    with auditing.connection() as connection, connection.cursor() as cursor:
        for refused in ("update log.witness set size = 0", "insert into log.note values (1, '')"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(refused)
