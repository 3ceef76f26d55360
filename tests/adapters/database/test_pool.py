"""The connection pool: it hands out working connections under one role and drops broken ones."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
import threading
import time
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from eventsourcing.persistence import PersistenceError
from psycopg2.errors import ReadOnlySqlTransaction
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.database import pool
from adapters.database.embedded import EmbeddedPostgres, EmbeddedPostgresError
from adapters.database.pool import Database, PoolExhausted
from adapters.log.recorder import names
from tests.given.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AN_ID = UUID("6f1c3d8e-0000-4000-8000-000000000001")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, size=1)
    yield database
    database.close()


def ask(database: Database, statement: str, *values: object) -> Any:
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def end_of(database: Database, backend: int) -> None:
    """Let the server end a connection of this pool."""
    with psycopg2.connect(database.dsn) as connection, connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", [backend])
    connection.close()


def test_connections_set_timeouts_of_two_seconds_utc_and_an_application_name(database: Database) -> None:
    shown = {
        name: ask(database, f"show {name}")
        for name in ("lock_timeout", "idle_in_transaction_session_timeout", "timezone", "client_encoding")
    }
    assert shown == {
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "2s",
        "timezone": "UTC",
        "client_encoding": "UTF8",
    }
    assert ask(database, "show application_name") == "acquis owner"


def test_a_projector_may_compute_for_a_minute_between_two_statements(database: Database) -> None:
    projecting = Database(database.dsn, role="acquis_projector")
    assert ask(projecting, "show idle_in_transaction_session_timeout") == "1min"


def test_uuids_go_in_and_come_out_as_uuids(database: Database) -> None:
    assert ask(database, "select %s", AN_ID) == AN_ID
    assert ask(database, "select %s", [AN_ID]) == [AN_ID]


def test_every_statement_runs_under_the_given_role(database: Database) -> None:
    role = f"acquis_test_{uuid4().hex[:8]}"
    ask(database, f"create role {role}")
    try:
        limited = Database(database.dsn, role)
        assert ask(limited, "select current_user") == role
        ask(limited, "reset role")
        assert ask(limited, "select current_user") == role
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(limited, "create table public.mine ()")
        limited.close()
    finally:
        ask(database, f"drop role {role}")


def test_pool_refuses_text_that_is_not_the_name_of_a_role(database_url: str) -> None:
    with pytest.raises(ValueError, match="not the name of a role"):
        Database(database_url, "web -c fsync=off")


def keep_then_fail(cursor: Any) -> None:
    cursor.execute("insert into kept values (4)")
    cursor.execute("select 1")
    raise ZeroDivisionError


def test_pool_commits_a_transaction_whole_or_not_at_all(database: Database) -> None:
    ask(database, "create table kept (n int)")
    with database.transaction() as cursor:
        cursor.execute("insert into kept values (1), (2)")
    with pytest.raises(psycopg2.errors.DivisionByZero), database.transaction() as cursor:
        cursor.execute("insert into kept values (3); select 1 / 0")
    with pytest.raises(ZeroDivisionError), database.transaction() as cursor:
        keep_then_fail(cursor)
    assert ask(database, "select count(*) from kept") == 2


def test_a_connection_is_used_again(database: Database) -> None:
    assert ask(database, "select pg_backend_pid()") == ask(database, "select pg_backend_pid()")


def test_pool_replaces_a_connection_that_the_server_ended_before_the_next_use(database: Database) -> None:
    backend = ask(database, "select pg_backend_pid()")
    end_of(database, backend)
    assert ask(database, "select pg_backend_pid()") != backend


def test_pool_raises_and_drops_a_connection_that_is_lost_in_use(database: Database) -> None:
    backend = ask(database, "select pg_backend_pid()")
    with pytest.raises(psycopg2.OperationalError), database.transaction():
        end_of(database, backend)
    assert ask(database, "select 1") == 1


@pytest.mark.parametrize("as_named", [ReadOnlySqlTransaction, PersistenceError], ids=lambda kind: kind.__name__)
def test_pool_drops_a_connection_whose_server_takes_no_writes_any_more(
    database: Database, as_named: type[Exception]
) -> None:
    """After a failover, the next connection finds the new server if the address names both."""
    before = ask(database, "select pg_backend_pid()")
    ask(database, "set session characteristics as transaction read only")
    with pytest.raises(as_named):
        write(database, renamed=as_named is PersistenceError)
    assert ask(database, "select pg_backend_pid()") != before


def test_pool_waits_for_a_silent_first_host_as_long_as_the_address_says(database_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        given = parse_dsn(database_url)
        hosts, ports = f"127.0.0.1,{given['host']}", f"{silent.getsockname()[1]},{given.get('port', 5432)}"
        several = make_dsn(database_url, host=hosts, port=ports, connect_timeout=2, target_session_attrs="read-write")
        database, began = Database(several, size=1), time.monotonic()
        assert ask(database, "select 1") == 1
        assert 1 < time.monotonic() - began < pool.PATIENCE
        database.close()


def write(database: Database, *, renamed: bool) -> None:
    with database.connection() as connection, names() if renamed else nullcontext():
        connection.cursor().execute("create table taken (a int)")


def test_pool_drops_a_connection_that_is_given_back_inside_a_transaction(database: Database) -> None:
    backend = ask(database, "select pg_backend_pid()")
    ask(database, "begin")
    assert ask(database, "select pg_backend_pid()") != backend


def test_pool_keeps_a_connection_after_a_refused_statement_without_probing_it(
    database: Database, asked: list[int]
) -> None:
    backend = ask(database, "select pg_backend_pid()")
    with pytest.raises(psycopg2.errors.DivisionByZero):
        ask(database, "select 1 / 0")
    assert ask(database, "select pg_backend_pid()") == backend
    assert asked == []


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the list of the backends that the pool probes; the probe itself still runs."""
    noted: list[int] = []
    lives: Callable[[Any], bool] = pool._lives  # noqa: SLF001  (the probe is private; the test counts its calls)

    def noting(connection: Any) -> bool:
        noted.append(connection.info.backend_pid)
        return lives(connection)

    monkeypatch.setattr(pool, "_lives", noting)
    return noted


def test_pool_probes_only_a_connection_that_was_idle_for_long(
    database: Database, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = ask(database, "select pg_backend_pid()")
    ask(database, "select 1")
    assert asked == []
    monkeypatch.setattr(pool, "RESTED", 0.01)
    time.sleep(0.02)
    ask(database, "select 1")
    assert asked == [backend]


def test_a_notification_that_waits_does_not_cost_the_connection(database: Database) -> None:
    ask(database, "listen somebody")
    backend = ask(database, "select pg_backend_pid()")
    with psycopg2.connect(database.dsn) as other, other.cursor() as cursor:
        cursor.execute("notify somebody")
    other.close()
    assert ask(database, "select pg_backend_pid()") == backend


def test_pool_raises_pool_exhausted_when_a_caller_waits_too_long(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "PATIENCE", 0.05)
    database = Database(database_url, size=1)
    with database.connection(), pytest.raises(PoolExhausted), database.connection():
        pass
    database.close()


def test_threads_share_no_connection(database_url: str) -> None:
    database = Database(database_url, size=4)
    together, backends = threading.Barrier(4), []

    def use() -> None:
        with database.connection() as connection:
            together.wait(10)
            backends.append(connection.info.backend_pid)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(set(backends)) == 4
    database.close()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # the test runner may have threads
def test_a_forked_child_takes_connections_of_its_own_and_leaves_the_parents_open(database: Database) -> None:
    backend = ask(database, "select pg_backend_pid()")
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = int(ask(database, "select pg_backend_pid()") == backend)
            database.close()
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert ask(database, "select pg_backend_pid()") == backend


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_pool_survives_a_restart_of_the_server(how: signal.Signals) -> None:
    folder = Path(tempfile.mkdtemp(prefix="acquis-"))
    with EmbeddedPostgres.start(folder, durable=False) as server:
        database = Database(server.dsn("postgres"), size=3)
        with database.connection(), database.connection(), database.connection():
            pass  # the pool now holds three idle connections
        os.kill(server.pid, how)
        until(lambda: not is_up(server))
        server.ensure_running()
        with database.connection() as a, database.connection() as b, database.connection() as c:
            assert len({each.info.backend_pid for each in (a, b, c)}) == 3
            assert [works(each) for each in (a, b, c)] == [True] * 3
        database.close()
    shutil.rmtree(folder)


def is_up(server: EmbeddedPostgres) -> bool:
    try:
        return server.pid > 0
    except EmbeddedPostgresError:
        return False


def works(connection: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select true")
        return bool(cursor.fetchone()[0])


def test_server_plans_a_prepared_statement_once_per_connection(database_url: str) -> None:
    prepared = "prepare asked(uuid[]) as select count(*) from log.event where stream = any ($1)"
    with closing(Database(database_url, prepared=[prepared])) as database, database.transaction() as cursor:
        for _ in range(10):
            cursor.execute("execute asked('{}')")
        cursor.execute("select generic_plans, custom_plans from pg_prepared_statements")
        assert cursor.fetchall() == [(10, 0)]
