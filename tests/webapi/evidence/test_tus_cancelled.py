"""Tests that cancelling an upload and recording its piece exclude each other."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from tests.given.webapi.tus import TUS, arrived, put_in, run
from tests.given.webapi.whole_path import apply

if TYPE_CHECKING:
    from adapters.files.blobs import Blobs
    from tests.given.webapi.town import World


class Slow:
    """A file store during whose slow write the test does something else."""

    def __init__(self, place: Blobs, meanwhile: Callable[[], object]) -> None:
        self._place, self._meanwhile = place, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._place, name)

    def put(self, name: str, content: Path) -> bool:
        self._meanwhile()
        return self._place.put(name, content)


@contextmanager
def keeping(world: World, meanwhile: Callable[[], object]) -> Iterator[None]:
    """Use such a store in the application."""
    acquis = world.app.extensions["acquis"]
    files: Any = copy.copy(acquis.files)
    files.blobs = Slow(acquis.files.blobs, meanwhile)
    world.app.extensions["acquis"] = replace(acquis, files=files)
    try:
        yield
    finally:
        world.app.extensions["acquis"] = acquis


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


def test_upload_cancelled_after_its_lock_expired_during_the_check_is_not_recorded(world, candidacy):
    """The store takes longer than the lock lasts, and the sender was told that the upload is cancelled."""
    path = arrived(world.marie, candidacy)
    kept = world.files()

    def meanwhile() -> None:
        run(world, "update desk.upload set held_until = now() where id = %s", path)
        assert world.app.test_client().delete(path, headers=world.marie.bearer | TUS).status_code == 204

    with keeping(world, meanwhile):
        head = world.head()
        answer = put_in(world.marie, candidacy, path)
    assert (answer.status_code, answer.json["type"]) == (410, "/problems/gone")
    assert world.head() == head
    assert set(world.files()) < set(kept), "neither its segments are left, nor a file"
    assert world.marie.get(path).json["state"] == "ended"


def test_upload_taken_over_by_another_checker_is_not_recorded_twice(world, candidacy):
    path = arrived(world.marie, candidacy)

    def meanwhile() -> None:
        run(world, "update desk.upload set held_until = now() where id = %s", path)
        assert world.acquis.uploads.check(UUID(path[-36:]), world.marie.id, uuid4())

    with keeping(world, meanwhile):
        world.refuses(423, "upload-held", lambda: put_in(world.marie, candidacy, path))


def test_upload_recorded_before_its_process_died_is_reported_as_ready_not_cancelled(world, candidacy):
    path = arrived(world.marie, candidacy)
    piece = put_in(world.marie, candidacy, path).json["id"]
    unnoted = "update desk.upload set state = 'checking', evidence = null, held_until = now() where id = %s"
    run(world, unnoted, path)
    world.refuses(410, "gone", lambda: world.app.test_client().delete(path, headers=world.marie.bearer | TUS))
    told = world.marie.get(path).json
    assert (told["state"], told["evidence"]) == ("ready", piece)
