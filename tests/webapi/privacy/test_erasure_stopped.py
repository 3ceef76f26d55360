"""Tests of erasures that are interrupted or race with other writes."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest

from adapters.by_settings import vault_of
from adapters.database.pool import Database
from adapters.files.store import EvidenceStore
from adapters.keys import erasures as register_of_erasures
from adapters.keys.erasures import IN_FLIGHT, Order
from adapters.keys.lost_keys import missing_keys
from adapters.keys.vault import KeyState
from adapters.log.check import check
from adapters.operations.erasures import DeskErasures
from domain.commands.organisation.lift_legal_hold import LiftLegalHold
from domain.commands.organisation.place_legal_hold import PlaceLegalHold
from domain.commands.people.erase_person import ErasePerson
from domain.execute import execute
from domain.fact import Retention
from domain.organisation.facts import LegalHoldPlaced
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, Log
from tests.given.log.vaults import gone
from tests.given.servers.server_log import overheard
from tests.given.webapi.destroyed_keys import erase, key_of, keys, put_back
from tests.given.webapi.erasures import decided, fates
from tests.given.webapi.whole_path import apply, done
from webapi.privacy import erasure as erasing
from webapi.privacy.erasure import note_again, settle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from tests.given.webapi.town import Caller, World

PAPERS, IDENTITY, DECISION = Retention.PAPERS, Retention.IDENTITY, Retention.DECISION
UNDER_WAY = (False, "being_carried_out")


@pytest.fixture(autouse=True)
def _all_is_done(world: World) -> Iterator[None]:
    """Complete every erasure before the next test."""
    yield
    assert settle(world.acquis).left == ()


def lines(world: World, who: Caller) -> list[Any]:
    return [each for each in world.acquis.vault.register.entries() if each.person == who.id]


# ordered, and stopped


def test_erasure_is_under_way_when_the_register_cannot_be_written(world, monkeypatch):
    candidacy = decided(world)
    with monkeypatch.context() as full:

        def refuse(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        full.setattr(register_of_erasures, "_write", refuse)
        answer = erase(world, world.marie, "papers")
        assert (answer.status_code, answer.json["status"], fates(answer)) == (
            202,
            "erasure-partial",
            {"papers": UNDER_WAY},
        )
        assert "en cours" in answer.json["classes"][0]["sentence"]
        assert answer.json["position"]
    assert settle(world.acquis).done == 1
    assert gone(world.acquis.vault, world.marie.id, PAPERS) is KeyState.ERASED
    (piece,) = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert piece["name"] is None


def test_file_that_cannot_be_removed_does_not_block_other_erasures(world, monkeypatch):
    decided(world)
    files = len(world.pieces())
    with overheard() as said, monkeypatch.context() as stuck:

        def refuse(*_: Any) -> None:
            raise PermissionError(13, "Permission denied: memoire-de-marie.pdf")

        stuck.setattr(EvidenceStore, "remove", refuse)
        assert fates(erase(world, world.marie, "papers")) == {"papers": UNDER_WAY}
        nadia = erase(world, world.nadia, "identity")
        assert (nadia.status_code, fates(nadia)) == (200, {"identity": (True, None)})
        assert key_of(world, world.nadia, IDENTITY) == []
        again = erase(world, world.marie, "papers")
        assert (again.status_code, fates(again)) == (202, {"papers": UNDER_WAY}), "its file is still there"
        (waiting,) = settle(world.acquis).left
    assert (waiting.person, waiting.retention) == (world.marie.id, PAPERS)
    assert "an erasure waits" in said.getvalue()
    assert "memoire" not in said.getvalue()
    assert settle(world.acquis).done == 1
    assert len(world.pieces()) == files - 1


def test_erasure_is_under_way_when_the_database_fails_after_the_order(world, monkeypatch):
    with monkeypatch.context() as gone:

        def refuse(_: DeskErasures) -> None:
            raise psycopg2.OperationalError

        gone.setattr(DeskErasures, "pending", refuse)
        assert fates(erase(world, world.nadia, "identity")) == {"identity": UNDER_WAY}
    assert settle(world.acquis).done == 1


# twice, and from before


def hold(world: World, who: Caller, ground: str) -> int:
    """Seal a value of the class for decisions: place a hold and lift it; return the keys."""
    recorded = world.acquis.do(PlaceLegalHold(person=who.id, classes=(PAPERS,), ground=ground), OPERATOR)
    (placed,) = (each for each in recorded.facts if isinstance(each, LegalHoldPlaced))
    world.acquis.do(LiftLegalHold(hold=placed.hold), OPERATOR)
    return recorded.position


def test_second_erasure_erases_what_was_sealed_since_the_first(world):
    assert hold(world, world.nadia, "premier motif")
    first = erase(world, world.nadia, "decision")
    hold(world, world.nadia, "second motif")
    second = erase(world, world.nadia, "decision")
    assert fates(first) == fates(second) == {"decision": (True, None)}
    assert key_of(world, world.nadia, DECISION) == []
    positions = [each.position for each in lines(world, world.nadia)]
    assert positions == [first.json["position"], second.json["position"]]
    hold(world, world.nadia, "troisième motif")
    (made,) = key_of(world, world.nadia, DECISION)
    assert settle(world.acquis).done == 0
    with closing(vault_of(world.acquis.settings, world.acquis.server)) as started:
        started.begin()
    assert key_of(world, world.nadia, DECISION) == [made]


def test_key_dated_in_the_future_by_another_host_is_erased(world):
    keys(
        world,
        "update vault.key set made_at = made_at + interval '4 seconds' where person = %s",
        str(world.nadia.id),
    )
    assert fates(erase(world, world.nadia, "identity")) == {"identity": (True, None)}
    assert key_of(world, world.nadia, IDENTITY) == []


def test_concurrent_execution_of_one_erasure_is_registered_once_and_spares_the_next_key(world, monkeypatch):
    """The other process has finished and the person has a new key when this one writes to the register."""
    once: list[bool] = []
    note = register_of_erasures.ErasureRegister.note

    def late(self: Any, person: Any, retention: Retention, ground: Any, **given: Any) -> Any:
        if not once:
            once.append(True)
            settle(world.acquis)
            world.acquis.vault.sealing_key(person, retention)
        return note(self, person, retention, ground, **given)

    monkeypatch.setattr(register_of_erasures.ErasureRegister, "note", late)
    assert fates(erase(world, world.nadia, "identity")) == {"identity": (True, None)}
    assert len(lines(world, world.nadia)) == 1
    assert len(key_of(world, world.nadia, IDENTITY)) == 1


# lost keys, a lost register


def test_lost_key_that_is_restored_after_an_erasure_is_destroyed(world):
    decided(world)
    files = len(world.pieces())
    lost = key_of(world, world.marie, PAPERS, "delete")
    assert fates(erase(world, world.marie, "papers")) == {"papers": (True, None)}
    assert [each.retention for each in lines(world, world.marie)] == [PAPERS]
    assert len(world.pieces()) == files - 1
    put_back(world, lost)
    with closing(vault_of(world.acquis.settings, world.acquis.server)) as started:
        assert started.begin() == 1
    assert key_of(world, world.marie, PAPERS) == []
    again = erase(world, world.marie, "papers")
    assert fates(again) == {"papers": (False, "nothing_there")}


def test_key_lost_after_an_erasure_is_not_treated_as_erased_and_its_files_stay(world):
    decided(world)
    assert erase(world, world.marie, "papers").status_code == 200
    threading.Event().wait(IN_FLIGHT.total_seconds())
    world.clock.set(world.clock.today().replace(month=7))
    again = apply(world, world.marie, "FC")
    piece = done(world.marie.upload(again, name="nouveau.pdf"))["id"]
    content = f"/api/v1/candidacies/{again}/evidence/{piece}/content"
    lost = key_of(world, world.marie, PAPERS, "delete")
    acquis = world.acquis
    assert (world.marie.id, PAPERS) in missing_keys(acquis.database, acquis.vault)
    assert world.marie.get(content).json["type"] == "/problems/evidence-missing"
    files = world.files()
    erasing.erase_again(acquis)
    assert world.files() == files
    put_back(world, lost)
    assert world.marie.get(content).status_code == 200


def put_in(world: World, candidacy: UUID) -> tuple[str, int, datetime]:
    """Upload a piece of Marie's; return its content's path, its position and its time."""
    piece = done(world.marie.upload(candidacy, name="nouveau.pdf"))
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("select recorded_at from log.event where position = %s", (piece["position"],))
        ((recorded,),) = cursor.fetchall()
    content = f"/api/v1/candidacies/{candidacy}/evidence/{piece['id']}/content"
    return content, piece["position"], recorded


@pytest.mark.usefixtures("registers_at_their_word")
@pytest.mark.parametrize("known_by", ["date", "position"])
def test_file_uploaded_after_an_erasure_is_kept_after_a_restore_without_its_key(world, known_by):
    """When the end of the log is lost only the date is reliable; when clocks differ only the position is."""
    content, position, recorded = put_in(world, apply(world, world.marie))
    ((person, kept, wrapped, master, made),) = key_of(world, world.marie, PAPERS, "delete")
    tick = timedelta(microseconds=1)
    at = made - tick if known_by == "date" else recorded + timedelta(hours=1)
    order = Order(position + 10**9 if known_by == "date" else position - 1, made - timedelta(seconds=1), "{}")
    world.acquis.vault.register.note(world.marie.id, PAPERS, ErasureGround.REQUEST, order=order, moment=lambda: at)
    files = world.files()
    erasing.erase_again(world.acquis)
    assert world.files() == files
    put_back(world, [(person, kept, wrapped, master, at + tick)])
    assert world.marie.get(content).status_code == 200


@pytest.fixture
def without_register(world: World) -> Iterator[Path]:
    """Yield the register's file, for a test to delete; restore it afterwards."""
    path = world.acquis.vault.register.path
    kept = path.read_bytes() if path.exists() else b""
    yield path
    added = path.read_bytes() if path.exists() else b""
    known = set(kept.splitlines())
    path.write_bytes(kept + b"".join(line + b"\n" for line in added.splitlines() if line not in known))


def test_lost_register_line_is_restored_with_the_date_of_its_order(world, without_register):
    candidacy = decided(world)
    before = key_of(world, world.marie, PAPERS)
    assert erase(world, world.marie, "papers").status_code == 200
    world.acquis.vault.sealing_key(world.marie.id, PAPERS)
    after = key_of(world, world.marie, PAPERS)
    (noted,) = lines(world, world.marie)
    without_register.unlink()
    with overheard() as said:
        assert note_again(world.acquis).left == ()
    (again,) = lines(world, world.marie)
    assert (again.position, again.ground) == (noted.position, noted.ground)
    assert again.at <= noted.at
    assert "noted again" in said.getvalue()
    assert key_of(world, world.marie, PAPERS) == after, "made since then"
    assert note_again(world.acquis).done == 0
    key_of(world, world.marie, PAPERS, "delete")
    without_register.unlink()
    put_back(world, before)  # an old backup of the keys, without register
    note_again(world.acquis)
    assert key_of(world, world.marie, PAPERS) == []
    (piece,) = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert piece["name"] is None
    assert gone(world.acquis.vault, world.marie.id, PAPERS) is KeyState.ERASED


# overtaken


def test_candidacy_opened_between_plan_and_order_stops_the_erasure(world, monkeypatch):
    def overtaken(*about: Any) -> Any:
        opening = threading.Thread(target=apply, args=(world, world.nadia))
        opening.start()
        opening.join()
        return execute(*about)

    with monkeypatch.context() as racing:
        racing.setattr(erasing, "execute", overtaken)
        answer = erase(world, world.nadia, "identity")
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/busy")
    assert lines(world, world.nadia) == []
    assert fates(erase(world, world.nadia, "identity")) == {"identity": (False, "under_way")}


def test_opening_of_a_candidacy_waits_while_an_erasure_is_decided(world, monkeypatch):
    """The opening waits for the person's stream; otherwise the order would miss the candidacy."""
    decide = ErasePerson.execute
    opening: list[threading.Thread] = []

    def overtaken(command: ErasePerson, log: Log) -> None:
        decide(command, log)
        if not opening:
            opening.append(threading.Thread(target=apply, args=(world, world.nadia)))
            opening[0].start()
            opening[0].join(0.7)

    monkeypatch.setattr(ErasePerson, "execute", overtaken)
    assert fates(erase(world, world.nadia, "identity")) == {"identity": (True, None)}
    opening[0].join(10)
    assert not opening[0].is_alive()
    world.projector.catch_up()
    with closing(Database(world.url, role="acquis_projector", size=2)) as database:
        assert check(database).sound
