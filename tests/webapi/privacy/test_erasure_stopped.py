"""What becomes of an erasure that something stops, or overtakes: said as it is, finished later, in nobody's way?"""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest

from adapters import erasures as register_of_erasures
from adapters.by_settings import vault_of
from adapters.database.pool import Database
from adapters.desk.erasures import DeskErasures
from adapters.erasures import IN_FLIGHT, Order
from adapters.files.store import EvidenceStore
from adapters.log.check import check
from adapters.lost_keys import missing_keys
from adapters.vault import KeyState
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
    """Leave nothing to the next test."""
    yield
    assert settle(world.acquis).left == ()


def lines(world: World, who: Caller) -> list[Any]:
    return [each for each in world.acquis.vault.register.entries() if each.person == who.id]


# ordered, and stopped


def test_a_register_that_cannot_be_written_is_an_erasure_under_way_and_no_failure(world, monkeypatch):
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


def test_a_file_that_cannot_be_removed_keeps_nobody_else_from_being_erased(world, monkeypatch):
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


def test_a_database_that_fails_once_the_order_is_recorded_leaves_the_erasure_under_way(world, monkeypatch):
    with monkeypatch.context() as gone:

        def refuse(_: DeskErasures) -> None:
            raise psycopg2.OperationalError

        gone.setattr(DeskErasures, "pending", refuse)
        assert fates(erase(world, world.nadia, "identity")) == {"identity": UNDER_WAY}
    assert settle(world.acquis).done == 1


# twice, and from before


def hold(world: World, who: Caller, ground: str) -> int:
    """Say something of the class for decisions: a hold, lifted at once."""
    recorded = world.acquis.do(PlaceLegalHold(person=who.id, classes=(PAPERS,), ground=ground), OPERATOR)
    (placed,) = (each for each in recorded.facts if isinstance(each, LegalHoldPlaced))
    world.acquis.do(LiftLegalHold(hold=placed.hold), OPERATOR)
    return recorded.position


def test_a_second_erasure_right_after_the_first_erases_what_was_said_between(world):
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


def test_a_key_made_by_a_host_that_is_ahead_goes_with_its_erasure(world):
    keys(
        world,
        "update vault.key set made_at = made_at + interval '4 seconds' where person = %s",
        str(world.nadia.id),
    )
    assert fates(erase(world, world.nadia, "identity")) == {"identity": (True, None)}
    assert key_of(world, world.nadia, IDENTITY) == []


def test_two_that_carry_out_one_order_at_once_note_it_once_and_spare_the_next_key(world, monkeypatch):
    """The other is done, and the person has a key again, when this one comes to the register."""
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


def test_what_only_a_lost_key_opens_is_erased_too_should_it_be_found(world):
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


def test_a_key_lost_after_an_erasure_is_lost_and_its_files_stay(world):
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
    """A piece of Marie's: where its content is, its position and when it was recorded."""
    piece = done(world.marie.upload(candidacy, name="nouveau.pdf"))
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("select recorded_at from log.event where position = %s", (piece["position"],))
        ((recorded,),) = cursor.fetchall()
    content = f"/api/v1/candidacies/{candidacy}/evidence/{piece['id']}/content"
    return content, piece["position"], recorded


@pytest.mark.usefixtures("registers_at_their_word")
@pytest.mark.parametrize("known_by", ["date", "position"])
def test_a_file_put_in_right_after_an_erasure_stays_after_a_restore_without_its_key(world, known_by):
    """Of a log whose end was lost only the date is worth something; of clocks that differ, only the position."""
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
    """The register, to be lost in a test and put back as it was."""
    path = world.acquis.vault.register.path
    kept = path.read_bytes() if path.exists() else b""
    yield path
    added = path.read_bytes() if path.exists() else b""
    known = set(kept.splitlines())
    path.write_bytes(kept + b"".join(line + b"\n" for line in added.splitlines() if line not in known))


def test_what_the_register_lost_is_noted_again_as_of_when_it_was_ordered(world, without_register):
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
    put_back(world, before)  # an old backup of the keys, and no register
    note_again(world.acquis)
    assert key_of(world, world.marie, PAPERS) == []
    (piece,) = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert piece["name"] is None
    assert gone(world.acquis.vault, world.marie.id, PAPERS) is KeyState.ERASED


# overtaken


def test_an_opening_between_the_plan_and_the_order_stops_the_erasure(world, monkeypatch):
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


def test_nobody_opens_a_candidacy_while_an_erasure_is_decided(world, monkeypatch):
    """Who opens one waits for the person's stream, or the order would be given on less than there is."""
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
