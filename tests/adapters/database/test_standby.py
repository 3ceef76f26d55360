"""Replication: the standby has what was acknowledged or signed, even when the session that wrote it died."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.database.replica import Lag, Reports
from adapters.log.checkpoint import CheckpointFolder, refuse_unless_continued
from adapters.log.recorder import LogRecorder
from adapters.log.tree import Tree
from adapters.settings import Settings
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.register_person import RegisterPerson
from domain.execute import execute
from domain.ports import OPERATOR, PersonId, Recorded, Request, Role
from projections.engine.runner import Projector
from projections.reporting.export import snapshot
from tests.given.domain.scenario import NOON
from tests.given.servers.standby import PROGRAMS, WHY_NOT, Pair, a_pair
from tests.given.servers.whole_acquis import TODAY
from tests.given.waiting import until
from webapi.signing.checkpoint_key import Checkpointing, create
from webapi.wiring import App, assemble

pytestmark = pytest.mark.skipif(PROGRAMS is None, reason=WHY_NOT)
WAITING = "select pid from pg_stat_activity where wait_event = 'SyncRep' and datname = 'acquis'"


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with a_pair() as found:
        yield found.with_databases("acquis", "acquis_keys")


@pytest.fixture(scope="module")
def acquis(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    settings = Settings(
        data=tmp_path_factory.mktemp("data"), database_url=pair.url(), secret_key="tests only " * 4, clock=TODAY
    )
    server = DatabaseServer(pair.url())
    server.migrate()
    with closing(assemble(settings, server, FixedClock(TODAY))) as opened:
        create(opened)
        yield opened


@pytest.fixture
def granted(acquis: App) -> GrantRole:
    """Return a command that records a fact without making a key first."""
    person = acquis.do(RegisterPerson(name="Marie Exemple", given=(Role.CANDIDATE,)), OPERATOR)
    return GrantRole(person=PersonId(next(iter(person.versions))), role=Role.ASSESSOR)


@pytest.fixture
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as together:
        yield together


def test_an_append_whose_session_died_is_acknowledged_once_the_standby_has_it(
    pair: Pair, acquis: App, granted: GrantRole, elsewhere: ThreadPoolExecutor
) -> None:
    """A session that dies while it waits for the standby leaves its facts visible, though no standby has them yet."""
    with nothing_reaching_the_standby(pair):
        writes = elsewhere.submit(acquis.do, granted, OPERATOR)
        end_the_waiting(pair)
        stays_open(pair, writes)
    on_the_standby(pair, writes.result(30))


def test_a_repeated_request_is_answered_once_the_standby_has_what_the_first_one_recorded(
    pair: Pair, acquis: App, granted: GrantRole, elsewhere: ThreadPoolExecutor
) -> None:
    request = Request(actor=OPERATOR, append_id=uuid4(), today=TODAY, hour=NOON, digest="of its body")
    with nothing_reaching_the_standby(pair):
        first = elsewhere.submit(execute, granted, acquis.store, request)
        end_the_waiting(pair)
        waits(pair)
        again = elsewhere.submit(execute, granted, acquis.store, request)
        stays_open(pair, again, waiting=2)
    assert again.result(30).positions == first.result(30).positions
    on_the_standby(pair, again.result())


def test_reports_are_read_on_the_replica_which_says_how_late_it_is_and_elsewhere_while_it_is_away(
    pair: Pair, acquis: App, granted: GrantRole
) -> None:
    with closing(Database(pair.url(), role="acquis_projector", size=4)) as database:
        projector = Projector(database, LogRecorder(database))
        projector.catch_up()
        replica = pair.standby.dsn()
        with closing(Reports(acquis.database, replica)) as reports:
            until(lambda: reports.lag() == Lag(facts=0, seconds=0), "it does not follow")
            assert in_recovery(reports.database)
            pair.standby.rows("select pg_wal_replay_pause()")
            try:
                acquis.do(granted, OPERATOR)
                projector.catch_up()
                lag = reports.lag()
                assert lag
                assert lag.facts == 1
                assert lag.seconds > 0
                with snapshot(reports.database) as seen, snapshot(acquis.database) as now:
                    assert seen.position < now.position
            finally:
                pair.standby.rows("select pg_wal_replay_resume()")
    for other in (pair.standby.dsn("acquis_keys"), "host=127.0.0.1 port=1 user=postgres dbname=acquis"):
        with closing(Reports(acquis.database, other)) as reports:
            assert reports.database is acquis.database
            assert reports.lag() is None


def test_checkpoints_are_signed_only_once_the_standby_has_their_facts(
    pair: Pair, acquis: App, granted: GrantRole, elsewhere: ThreadPoolExecutor
) -> None:
    with closing(Database(pair.url(), role="acquis_projector", size=2)) as database:
        sign = Checkpointing(acquis.settings, database)
        sign()
        folder = CheckpointFolder(acquis.settings.checkpoint_folder)
        before = folder.newest()
        with nothing_reaching_the_standby(pair):
            writes = elsewhere.submit(acquis.do, granted, OPERATOR)
            end_the_waiting(pair)
            waits(pair)
            for _ in range(2):  # sessions that die seal it and grow its tree
                signs = elsewhere.submit(suppressing, sign)
                end_the_waiting(pair, but=1)
                signs.result(30)
            signs = elsewhere.submit(sign)
            stays_open(pair, signs, waiting=2)
            assert folder.newest() == before
        signs.result(30)
        writes.result(30)
        assert before
        newest = folder.newest()
        assert newest
        assert newest.size > before.size
    pair.fail_over()
    with closing(Database(pair.url(), role="acquis_projector", size=2)) as database:
        assert refuse_unless_continued(Tree(database), folder) == newest


def in_recovery(database: Database) -> bool:
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select pg_is_in_recovery()")
        return bool(cursor.fetchall()[0][0])


@contextmanager
def nothing_reaching_the_standby(pair: Pair) -> Iterator[None]:
    receiver = pair.standby.receiver()
    receiver.suspend()
    try:
        yield
    finally:
        receiver.resume()


def waits(pair: Pair, sessions: int = 1) -> list[int]:
    """Wait until so many sessions wait for the standby; return their process ids, the longest wait first."""
    found: list[int] = []

    def there() -> bool:
        found[:] = [pid for (pid,) in pair.primary.rows(f"{WAITING} order by query_start")]
        return len(found) >= sessions

    until(there, "nobody waits for the standby")
    return found


def end_the_waiting(pair: Pair, but: int = 0) -> None:
    """End a session that waits for the standby, which makes its facts visible."""
    pid = waits(pair, but + 1)[but]
    pair.primary.rows("select pg_terminate_backend(%s, 5000)", (pid,))


def stays_open(pair: Pair, answer: Future[Any], waiting: int = 1) -> None:
    until(lambda: answer.done() or len(pair.primary.rows(WAITING)) >= waiting, "it neither ends nor waits")
    assert not answer.done(), "it is answered before the standby has the facts"


def on_the_standby(pair: Pair, told: Recorded) -> None:
    """Wait until the standby shows the facts: it has them on disk already and shows them after their replay."""
    found = "select position from log.event where position = any(%s)"
    shown = partial(pair.standby.rows, found, ([*told.positions],), "acquis")
    until(lambda: {position for (position,) in shown()} == {*told.positions}, "the standby does not show it")


def suppressing(sign: Checkpointing) -> None:
    with pytest.raises(Exception, match=r"terminat|closed"):
        sign()
