"""Do a sender's cancelling and the record of a piece exclude each other, however long it is checked?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from tests.scanners import heard, scripted
from tests.webapi.test_scanned_evidence import behind
from tests.webapi.test_tus import TUS, arrived, put_in, run
from tests.webapi.test_whole_path import apply

if TYPE_CHECKING:
    import socket

    from tests.webapi.conftest import World


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


def test_what_was_ended_while_who_checked_it_fell_silent_is_not_recorded(world, candidacy):
    """The scanner takes longer than is said for: whoever sent it was told that it is cancelled."""
    path = arrived(world.marie, candidacy)
    kept = world.files()

    def slow(connection: socket.socket) -> None:
        heard(connection)
        run(world, "update desk.upload set held_until = now() where id = %s", path)
        assert world.app.test_client().delete(path, headers=world.marie.bearer | TUS).status_code == 204
        connection.sendall(b"stream: OK\0")

    with scripted(slow) as scanner, behind(world, scanner):
        head = world.head()
        answer = put_in(world.marie, candidacy, path)
    assert (answer.status_code, answer.json["type"]) == (410, "/problems/gone")
    assert world.head() == head
    assert set(world.files()) < set(kept), "neither its segments are left, nor a file"
    assert world.marie.get(path).json["state"] == "ended"


def test_what_another_checks_meanwhile_is_not_recorded_twice_over(world, candidacy):
    path = arrived(world.marie, candidacy)

    def slow(connection: socket.socket) -> None:
        heard(connection)
        run(world, "update desk.upload set held_until = now() where id = %s", path)
        assert world.house.uploads.check(UUID(path[-36:]), world.marie.id, uuid4())
        connection.sendall(b"stream: OK\0")

    with scripted(slow) as scanner, behind(world, scanner):
        world.refuses(423, "upload-held", lambda: put_in(world.marie, candidacy, path))


def test_what_was_recorded_by_who_died_before_it_was_noted_is_not_said_to_be_cancelled(world, candidacy):
    path = arrived(world.marie, candidacy)
    piece = put_in(world.marie, candidacy, path).json["id"]
    unnoted = "update desk.upload set state = 'checking', evidence = null, held_until = now() where id = %s"
    run(world, unnoted, path)
    world.refuses(410, "gone", lambda: world.app.test_client().delete(path, headers=world.marie.bearer | TUS))
    told = world.marie.get(path).json
    assert (told["state"], told["evidence"]) == ("ready", piece)
