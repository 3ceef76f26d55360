"""Checkpoints made next to the projector: periodically, at once on a release, and without stopping it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from threading import Semaphore

import pytest

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from domain.commands.people.register_person import RegisterPerson
from domain.ports import OPERATOR, Role
from projections.engine.rounds import Rounds
from projections.engine.runner import Projector
from tests.given.waiting import until
from webapi.demonstration.story import BEGINS, Story
from webapi.signing.checkpoint_key import Checkpointing, create
from webapi.wiring import App, assemble

NEVER = 3600.0
RELEASE = """
select max(l.index) from log.event e join log.leaf l using (position) where e.type = 'ResultsReleased'
"""


@dataclass(frozen=True)
class Backstage:
    """An installation, the projector's database, and the checkpoints."""

    acquis: App
    projecting: Database
    signing: Database
    folder: CheckpointFolder

    def size(self) -> int:
        """Return the number of facts that the newest checkpoint covers."""
        newest = self.folder.newest()
        return newest.size if newest else 0

    @contextmanager
    def projector(self, make: Callable[[], object], every: float = NEVER) -> Iterator[Projector]:
        """Run a projector in a thread that makes checkpoints with `make`."""
        stop = threading.Event()
        projector = Projector(self.projecting, LogRecorder(self.projecting), rounds=Rounds(make, every))
        thread = threading.Thread(target=projector.run, args=(stop,))
        thread.start()
        try:
            yield projector
        finally:
            stop.set()
            thread.join()

    def register(self) -> int:
        """Record a fact that releases nothing and return its position."""
        return self.acquis.do(RegisterPerson(name="Alix Essai", given=(Role.CANDIDATE,)), OPERATOR).position


@pytest.fixture
def backstage(settings: Settings) -> Iterator[Backstage]:
    server = DatabaseServer(str(settings.database_url))
    acquis = assemble(settings, server, FixedClock(date(2021, 2, 1)))
    create(acquis)
    with (
        closing(server.open("acquis_projector", 4)) as projecting,
        closing(server.open("acquis_projector", 1)) as signing,
        closing(acquis),
    ):
        yield Backstage(acquis, projecting, signing, CheckpointFolder(settings.checkpoint_folder))


@pytest.fixture
def making(backstage: Backstage) -> Checkpointing:
    return Checkpointing(backstage.acquis.settings, backstage.signing)


def test_checkpoint_is_made_when_the_projector_starts_and_at_intervals(
    backstage: Backstage, making: Checkpointing
) -> None:
    with backstage.projector(making, every=0.2):
        until(lambda: backstage.size() == 1)  # the fact that endorses the key
        backstage.register()
        until(lambda: backstage.size() == 3)
    assert [each.size for each in backstage.folder.all()] == [1, 3]


def test_checkpoint_is_made_when_the_projector_stops_and_not_earlier(
    backstage: Backstage, making: Checkpointing
) -> None:
    with backstage.projector(making) as projector:
        until(lambda: backstage.size() == 1)
        position = backstage.register()
        until(lambda: projector.position() >= position)
        time.sleep(0.3)
        assert backstage.size() == 1
    assert backstage.size() == 3


def test_checkpoint_is_made_at_once_when_results_are_released(settings: Settings) -> None:
    server = DatabaseServer(str(settings.database_url))
    clock = FixedClock(BEGINS)
    with (
        closing(assemble(settings, server, clock)) as acquis,
        closing(server.open("acquis_projector", 4)) as projecting,
        closing(server.open("acquis_projector", 1)) as signing,
    ):
        create(acquis)
        backstage = Backstage(acquis, projecting, signing, CheckpointFolder(settings.checkpoint_folder))
        with backstage.projector(Checkpointing(settings, signing)):
            Story(acquis, clock).play()
            until(lambda: 0 < last_release(projecting) < backstage.size())


def last_release(projecting: Database) -> int:
    with projecting.connection() as connection, connection.cursor() as cursor:
        cursor.execute(RELEASE)
        ((index,),) = cursor.fetchall()
    return index or 0


def test_a_checkpoint_that_cannot_be_made_is_logged_and_projections_go_on(
    backstage: Backstage, making: Checkpointing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    backstage.acquis.settings.checkpoint_key.unlink()
    with backstage.projector(making, every=0.05) as projector:
        position = backstage.register()
        until(lambda: projector.position() >= position)
        until(lambda: caplog.text.count("no checkpoint was made") > 2)
    assert "CheckpointKeyMissing: No key signs checkpoints: run acquis checkpoint-key create" in caplog.text
    assert backstage.size() == 0


def test_a_checkpoint_that_takes_long_holds_up_no_projection(backstage: Backstage) -> None:
    begun, answered = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        answered.wait(20)

    with backstage.projector(slow) as projector:
        assert begun.wait(10)
        position = backstage.register()
        until(lambda: projector.position() >= position)
        answered.set()


def test_a_call_during_a_round_is_followed_by_another() -> None:
    begun, called = Semaphore(0), Semaphore(0)

    def make() -> None:
        begun.release()
        assert called.acquire(timeout=60)

    calling = Rounds(make, NEVER)
    with calling.going():
        assert begun.acquire(timeout=60)
        calling.now()
        called.release()
        assert begun.acquire(timeout=60), "another follows"
        called.release(2)
    assert begun.acquire(blocking=False)  # the last checkpoint too
    assert not begun.acquire(blocking=False)
