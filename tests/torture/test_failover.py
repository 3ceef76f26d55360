"""Has the standby that takes over all that was acknowledged and signed? ACQUIS_TORTURE=short|long.

Two PostgreSQL servers of Debian's. Clients send to a running Acquis, which knows both addresses; somebody signs all
the time. The primary is killed with all its processes, the standby promoted, and the next standby made in its place.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import psycopg2
import pytest
from eventsourcing.persistence import PersistenceError

from adapters.database.pool import Database
from adapters.log.check import check
from adapters.log.checkpoint import CheckpointFolder, LogRegressed, refuse_unless_continued
from adapters.log.doubt import LogDoubted
from adapters.log.tree import Tree
from projections.engine.rebuild import rebuild
from projections.tables import digest
from tests.given.servers.load import CLEAN, Load, compare
from tests.given.servers.standby import PROGRAMS, WHY_NOT, Pair, a_pair
from tests.given.servers.whole_acquis import Known, Serving, serving, wait_until
from webapi.signing.checkpoint_key import Checkpointing

LONG = os.environ.get("ACQUIS_TORTURE", "short") == "long"
TIMES = 20 if LONG else 2
ACKNOWLEDGED = 100 if LONG else 30
"""Facts acknowledged between two kills, at least."""
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason=WHY_NOT)


def test_a_synchronous_standby_promoted_under_load_has_all_that_was_acknowledged_and_signed(
    figure: Callable[[str], None],
) -> None:
    dice, away = random.Random(1), []  # noqa: S311  (the same dice each time)
    with a_house_on_a_pair(synchronous=True) as (pair, server, known):
        before, load = last_position(server), Load(server, known)
        load.begin(4)
        try:
            with signing(server):
                for time_over in range(TIMES):
                    if time_over:
                        pair.pair_again()
                    progress(load, ACKNOWLEDGED)
                    time.sleep(dice.random() * 0.5)
                    killed = time.monotonic()
                    pair.fail_over()
                    continues(server)
                    progress(load, 1)
                    away.append(time.monotonic() - killed)
        finally:
            load.end()
        assert load.failures == [], server.broke()
        assert compare(server, load.intents, before) == CLEAN
        server.until_ready()
        with closing(Database(server.dsn, role="acquis_projector")) as database:
            assert check(database, CheckpointFolder(server.settings.checkpoint_folder)).sound
            shown = digest(database)
            rebuild(database)
            assert digest(database) == shown
        figure(
            f"{TIMES} fail-overs, {load.facts} facts acknowledged, none lost; the next acknowledgement after "
            f"{max(away):.1f} s at most; {dict(load.heard)}"
        )


@pytest.mark.slow
def test_control_an_asynchronous_standby_lacks_what_was_acknowledged_and_that_is_noticed(
    figure: Callable[[str], None],
) -> None:
    """Its link is slow for a moment: nobody waits for it."""
    with a_house_on_a_pair(synchronous=False) as (pair, server, known):
        load = Load(server, known, give_up=8)  # nothing is acknowledged any more once the loss is found
        load.begin(4)
        try:
            with signing(server):
                progress(load, 10)
                receiver = pair.standby.receiver()
                receiver.suspend()
                before = last_position(server)
                signed = newest(server)
                progress(load, ACKNOWLEDGED)
                wait_until(lambda: newest(server) > signed, 30, lambda: "nothing was signed")
            pair.primary.kill()
            receiver.kill()  # with what its socket still held
            pair.take_over()
        finally:
            load.stopped.set()
        told = [intent for intent in load.intents if intent.answer and intent.answer.body["position"] > before]
        with pytest.raises(LogRegressed):
            continues(server)
        lost = compare(server, told, 0).lost
        load.end()
        figure(f"{lost} of {len(told)} acknowledged requests lost")
        assert lost > 0
        wait_until(lambda: "log-doubted" in str(server.ask("/readyz").body), 30, server.said)
        refused = server.run("deadlines", "due", "--json")
        assert refused.returncode != 0
        assert "log-regressed" in refused.stdout + refused.stderr


@contextmanager
def a_house_on_a_pair(*, synchronous: bool) -> Iterator[tuple[Pair, Serving, Known]]:
    with a_pair(synchronous=synchronous) as pair:
        pair.with_databases("acquis", "acquis_keys")
        with serving(pair.url()) as (server, known):
            yield pair, server, known


@contextmanager
def signing(server: Serving) -> Iterator[None]:
    """Sign whatever is sealed, again and again, as no projector does it so often."""
    over = threading.Event()

    def go() -> None:
        with closing(Database(server.dsn, role="acquis_projector", size=2)) as database:
            sign = Checkpointing(server.settings, database)
            while not over.wait(0.05):
                with suppress(psycopg2.Error, PersistenceError, LogDoubted, FileExistsError):
                    try:
                        sign()
                    except LogRegressed:  # the projector, which signs as well, was quicker; else it is raised here
                        continues(server)

    thread = threading.Thread(target=go)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(30)


def continues(server: Serving) -> None:
    """Refuse a log that is behind the newest note; raises LogRegressed."""
    with closing(Database(server.dsn, role="acquis_projector", size=1)) as database:
        refuse_unless_continued(Tree(database), CheckpointFolder(server.settings.checkpoint_folder))


def newest(server: Serving) -> int:
    found = CheckpointFolder(server.settings.checkpoint_folder).newest()
    return found.size if found else 0


def last_position(server: Serving) -> int:
    ((last,),) = server.rows("select max(position) from log.event")
    return int(last)


def progress(load: Load, more: int) -> None:
    """Wait until this many more facts have been acknowledged."""
    aim = load.facts + more
    wait_until(lambda: bool(load.failures) or load.facts >= aim, 60, lambda: f"{load.heard}: {load.server.said()}")
    assert load.failures == [], load.server.broke()
