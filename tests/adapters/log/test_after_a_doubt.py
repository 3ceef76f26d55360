"""After an accepted finding in the log: the installation goes on, and nothing more is in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.log import doubt
from adapters.log.checkpoint import CheckpointUnreadable
from adapters.log.note import Signer
from adapters.settings import Settings
from tests.given.log.watched import NODES, REHASH, Watched, accept, body, signed
from webapi.upkeep.alarms import alarms
from webapi.upkeep.slow_checks import look_closely

RUNBOOK = Path(__file__).parents[3] / "deploy" / "RUNBOOK.md"


@pytest.fixture
def watched(settings: Settings) -> Iterator[Watched]:
    with signed(settings) as made:
        yield made


def goes_on(watched: Watched) -> None:
    """Record and sign a few more facts, and assert that whole rounds find nothing."""
    for _ in range(3):
        watched.register()
        watched.making()
        assert watched.found() == []
    newest = watched.folder.newest()
    assert newest
    assert newest.size > 41


def test_after_a_changed_leaf_or_node_was_accepted_no_new_note_is_doubted(watched: Watched) -> None:
    kinds = {
        "a payload and its leaf, nodes left": (body(12), REHASH),
        "a leaf": ("update log.leaf set hash = sha256('') where index = 11",),
        "a node": ("update log.node set hash = sha256('') where level = 4 and index = 1",),
    }
    for kind, statements in kinds.items():
        with watched.spared():
            watched.tamper(*statements)
            accept(watched, watched.watch.whole_round())
            goes_on(watched)
        assert watched.found() == [], f"after {kind}"


def test_signing_stops_while_readers_of_the_folder_could_not_verify_the_note(watched: Watched) -> None:
    """With another key under the signing key's name, each new note would be doubted in turn."""
    (path,) = watched.folder.keys_path.glob("*.vkey")
    kept = path.read_text("utf-8")
    path.write_text(f"{Signer.generate(kept.partition('+')[0]).key}\n", "utf-8")
    accept(watched, watched.watch.whole_round())
    watched.register()
    with pytest.raises(CheckpointUnreadable):
        watched.making()
    path.write_text(kept, "utf-8")
    goes_on(watched)
    path.unlink()  # the signer writes it again
    goes_on(watched)


def test_signing_continues_after_one_acceptance_of_a_log_that_lost_its_end(watched: Watched) -> None:
    """Notes beyond the remaining log are moved aside: they do not cover the log, nor are they missed as it grows."""
    for _ in range(2):
        watched.register()
        watched.making()
    watched.tamper(
        "delete from log.event where position > 38",
        "delete from log.leaf where position > 38",
        "update log.head set next_index = 38, sealed = 38",
    )
    found = watched.watch.whole_round()
    assert [each.place for each in found] == ["note 45"]
    accept(watched, found)
    watched.making()
    (of,) = watched.folder.path.glob("lost/*/000000000043.note")
    of.with_name("000000000047.note").write_text("nothing", "utf-8")  # a file that is no note is ignored
    for _ in range(6):
        watched.making()
        assert watched.found() == []
        watched.register()
    assert [each.size for each in watched.folder.all()] == [21, 39, 41, 43, 45, 47, 49]
    assert len(list(watched.folder.path.glob("lost/*/*.note"))) == 4


def test_acceptance_of_a_rewritten_log_covers_its_differing_notes_and_none_signed_later(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubt, "MOST", 2)
    for _ in range(4):
        watched.register()
        watched.making()
    watched.tamper(body(12), REHASH, NODES)
    found = watched.watch.whole_round()
    assert len(found) == 2
    accept(watched, found)
    assert watched.found() == []
    watched.making()
    watched.tamper(body(13), REHASH, NODES)  # again
    newest = watched.folder.newest()
    assert newest
    assert watched.found() == [("note-differs", f"note {newest.size}")]


def test_a_fact_without_a_leaf_is_an_alarm_until_it_was_accepted_and_is_not_asked_for_at_every_look(
    watched: Watched,
) -> None:
    """Formerly `/readyz` read the whole log at each request for it."""

    def wrong() -> list[str]:
        return [each.slug for each in (*alarms(watched.acquis, running=False), *look_closely(watched.acquis))]

    watched.run("select nextval('log.position')")  # 42: an append that was rolled back
    watched.register()
    watched.making()
    watched.run(
        "insert into log.event select 42, gen_random_uuid(), 1, type, body, gen_random_uuid(), 0, now()"
        " from log.event where position = 41"
    )
    assert "unsealed-below-head" not in {each.slug for each in alarms(watched.acquis, running=False)}
    assert "unsealed-below-head" in wrong()
    accept(watched, watched.watch.whole_round())
    wrong()
    assert {"log-doubted", "unsealed-below-head"}.isdisjoint(wrong())


def test_a_head_that_was_moved_is_put_back_by_the_statement_of_the_runbook(watched: Watched) -> None:
    (put_back,) = re.findall(r"`(update log\.head set [^`]*;)`", RUNBOOK.read_text("utf-8"))
    moves = {
        "update log.head set sealed = sealed + 1000": "fact-without-leaf",
        "update log.head set sealed = sealed - 2, next_index = next_index - 2": "log-shorter",
    }
    for moved, slug in moves.items():
        watched.tamper(moved)
        if slug == "fact-without-leaf":
            watched.register()
        found = watched.watch.whole_round()
        assert {each.slug for each in found} == {slug}
        watched.run(put_back)
        accept(watched, found)
        goes_on(watched)
        slugs = {each.slug for each in (*alarms(watched.acquis, running=False), *look_closely(watched.acquis))}
        assert slugs.isdisjoint({"log-doubted", "unsealed-below-head", "tracking-ahead", "checkpoint-refused"})
