"""Tests that keys are destroyed only on a sealed PersonErased under a signed checkpoint."""

from __future__ import annotations

import base64
import json
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest

from adapters.by_settings import vault_of
from adapters.database.pool import Database
from adapters.keys.vault import KeyState
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.note import Checkpoint, Signer
from adapters.log.recorder import LogRecorder
from adapters.operations.erasures import DeskErasures
from domain.fact import Retention
from projections.engine.rounds import Rounds
from projections.engine.runner import Projector
from tests.given.log.vaults import gone
from tests.given.webapi.destroyed_keys import erase, key_of, put_back
from tests.given.webapi.erasures import fates
from webapi.privacy import erasure_checkpoint as covering
from webapi.privacy.erasure import settle
from webapi.signing.checkpoint_key import Checkpointing
from webapi.upkeep.alarms import alarms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.given.webapi.town import World

IDENTITY = Retention.IDENTITY
LATER = "2999-01-01T00:00:00.000000Z"


@pytest.fixture
def register(world: World) -> Iterator[Path]:
    """Yield the register's file and restore it afterwards."""
    path = world.acquis.vault.register.path
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = path.read_bytes() if path.exists() else b""
    path.write_bytes(kept)
    yield path
    path.write_bytes(kept)


def begun_anew(world: World) -> int:
    """Start the vault; return how many keys that destroys."""
    with closing(vault_of(world.acquis.settings, world.acquis.server)) as started:
        return started.begin()


def lines_of(register: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in register.read_bytes().splitlines()]


def written(told: dict[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def test_forged_line_of_the_erasure_register_destroys_no_key_and_raises_an_alarm(
    world: World, register: Path
) -> None:
    before = key_of(world, world.marie, IDENTITY)
    claims = {"at": LATER, "class": "identity", "ground": "request", "person": str(world.marie.id), "position": 1}
    with register.open("ab") as file:
        file.write(written(claims))
    assert begun_anew(world) == 0
    assert key_of(world, world.marie, IDENTITY) == before
    assert gone(world.acquis.vault, world.marie.id, IDENTITY) is None
    assert world.marie.get(f"/api/v1/persons/{world.marie.id}").get_json()["name"]
    (alarm,) = (each for each in alarms(world.acquis) if each.slug == "erasure-unproved")
    assert str(world.marie.id) in alarm.fr
    assert str(world.marie.id) in alarm.en
    (waiting,) = (each for each in world.acquis.vault.register.doubted())
    assert waiting.person == world.marie.id


def another_s_note(world: World, line: dict[str, Any]) -> dict[str, Any]:
    """Return a checkpoint signed by a key stored next to the register but not endorsed."""
    note = Checkpoint.parse(line["note"])
    stranger = Signer.generate(note.origin)
    CheckpointFolder(world.acquis.settings.checkpoint_folder).add_key(stranger.key)
    unsigned = Checkpoint(origin=note.origin, size=note.size, root=note.root, extensions=note.extensions)
    return line | {"note": str(unsigned.signed(stranger))}


def of_another(world: World, line: dict[str, Any]) -> dict[str, Any]:
    fact = line["fact"].replace(str(world.nadia.id), str(world.marie.id))
    return line | {"person": str(world.marie.id), "fact": fact}


def another_class(_: World, line: dict[str, Any]) -> dict[str, Any]:
    return line | {"class": "papers", "fact": line["fact"].replace("identity", "papers")}


def another_proof(_: World, line: dict[str, Any]) -> dict[str, Any]:
    return line | {"proof": [base64.b64encode(bytes(32)).decode(), *line["proof"][1:]]}


CHANGES: tuple[Callable[[World, dict[str, Any]], dict[str, Any]], ...] = (
    lambda _, line: line | {"at": LATER},
    lambda _, line: line | {"at": "2019-01-01T00:00:00.000000Z"},
    lambda world, line: line | {"person": str(world.marie.id)},
    lambda _, line: line | {"class": "papers"},
    lambda _, line: line | {"position": line["position"] + 1},
    lambda _, line: line | {"index": line["index"] - 1},
    lambda _, line: line | {"note": line["note"].replace("time 20", "time 21")},
    lambda _, line: line | {"note": ""},
    of_another,
    another_class,
    another_proof,
    another_s_note,
)


def test_valid_line_of_the_erasure_register_is_accepted_and_changed_ones_are_not(
    world: World, register: Path
) -> None:
    old = key_of(world, world.nadia, IDENTITY)
    assert fates(erase(world, world.nadia, "identity")) == {"identity": (True, None)}
    true = lines_of(register)[-1]
    assert list(true) == ["at", "class", "fact", "ground", "index", "note", "person", "position", "proof"]
    for change in CHANGES:
        register.write_bytes(written(change(world, true)))
        assert world.acquis.vault.register.entries() == [], change(world, true)
        assert len(world.acquis.vault.register.doubted()) == 1
        assert begun_anew(world) == 0
    register.write_bytes(written(true))
    put_back(world, old)
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:  # as if restored
        cursor.execute("alter table log.event disable trigger all")
        cursor.execute("create table kept as select * from log.event where position = %s", (true["position"],))
        cursor.execute("delete from log.event where position = %s", (true["position"],))
        connection.commit()
        try:
            assert begun_anew(world) == 1
        finally:
            cursor.execute("insert into log.event select * from kept; drop table kept")
            cursor.execute("alter table log.event enable always trigger never_rewritten")
            connection.commit()
    assert key_of(world, world.nadia, IDENTITY) == []
    assert gone(world.acquis.vault, world.nadia.id, IDENTITY) is KeyState.ERASED


def test_erasure_waits_for_the_projector_s_checkpoint_and_is_completed_by_settle(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The projector runs in another process, so the web answers 202 and does not sign."""
    monkeypatch.setattr(covering, "PATIENCE", 0.0)
    with closing(Database(world.url, role="acquis_projector", size=4)) as database:
        signs = Rounds(Checkpointing(world.acquis.settings, database))
        projector, stop = Projector(database, LogRecorder(database)), threading.Event()
        running = threading.Thread(target=projector.run, args=(stop,))
        running.start()
        try:
            _acts(world)
            assert fates(erase(world, world.nadia, "identity")) == {"identity": (False, "being_carried_out")}
            assert key_of(world, world.nadia, IDENTITY), "no checkpoint covers the order"
            assert settle(world.acquis).done == 0
            Checkpointing(world.acquis.settings, database)()
            assert settle(world.acquis).done == 1
            assert key_of(world, world.nadia, IDENTITY) == []
        finally:
            stop.set()
            running.join()
        monkeypatch.setattr(covering, "PATIENCE", 20.0)
        projector, stop = Projector(database, LogRecorder(database), rounds=signs), threading.Event()
        running = threading.Thread(target=projector.run, args=(stop,))
        running.start()
        try:
            _acts(world)
            assert fates(erase(world, world.marie, "identity")) == {"identity": (True, None)}, "signed for at once"
        finally:
            stop.set()
            running.join()


def test_erasure_whose_checkpoint_is_unreadable_waits_without_failing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(covering, "PATIENCE", 0.0)
    with closing(psycopg2.connect(world.url)) as acting, acting.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(4714, 0)")  # as a running projector does
        assert erase(world, world.nadia, "identity").status_code == 202
    covering.wait_for_checkpoint(world.acquis, DeskErasures(world.acquis.database).pending())
    folder = world.acquis.settings.checkpoint_folder
    note = max(folder.glob("[0-9]*/*.note"), key=lambda path: path.name)
    kept = note.read_bytes()
    note.write_bytes(b"nothing")
    try:
        assert [each.person for each in settle(world.acquis).left] == [world.nadia.id]
    finally:
        note.write_bytes(kept)
    assert settle(world.acquis).done == 1
    assert key_of(world, world.nadia, IDENTITY) == []


def _acts(world: World) -> None:
    """Wait until a projector holds its lock."""
    acting = (
        "select exists (select from pg_locks where locktype = 'advisory' and classid = 4714 and objid = 0"
        " and database = (select oid from pg_database where datname = current_database()))"
    )
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for _ in range(200):
            cursor.execute(acting)
            if cursor.fetchone() == (True,):
                return
            threading.Event().wait(0.02)
    raise AssertionError("no projector acts")
