"""Connection limits: the defaults fit deploy/roles.sql, and its limits fit a server with default settings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
from psycopg2.extensions import make_dsn

from adapters.database import DatabaseServer, beside, capacity, pool
from adapters.database.capacity import Need, shortages
from adapters.database.pool import Database, TooManyConnections
from tests.given.servers.server_log import overheard
from tests.given.waiting import until

ROLES = Path(__file__).parents[3] / "deploy" / "roles.sql"
AS_IT_COMES = 100 - 3
"""The connections that PostgreSQL admits by default, less those reserved for superusers."""


@pytest.fixture
def limited(database_url: str) -> Iterator[str]:
    """Return the DSN of a login that may open three connections."""
    name = f"acquis_few_{uuid4().hex[:12]}"
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(f"create role {name} login in role acquis_web connection limit 3")
        yield make_dsn(database_url, user=name)
        cursor.execute(f"drop owned by {name}; drop role {name}")


def test_limits_in_roles_sql_match_the_defaults() -> None:
    limits: Counter[str] = Counter()
    for role, most in re.findall(r"'(acquis_\w+)',\s+(\d+)\)", ROLES.read_text("utf-8")):
        limits[role] += int(most)
    assert limits == {
        "acquis_web": capacity.WEB_LIMIT,
        "acquis_worker": capacity.WORKER_LIMIT,
        "acquis_projector": capacity.PROJECTOR_LIMIT,
        "acquis_report": capacity.REPORT_LIMIT,
        "acquis_auditor": capacity.AUDITOR_LIMIT,
        "acquis_backup": capacity.BACKUP_LIMIT,
    }
    assert sum(limits.values()) <= AS_IT_COMES


@pytest.mark.parametrize("processors", [1, 2, 4, 8, 32, 128])
def test_the_defaults_fit_on_any_number_of_processors(processors: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    need = Need.of(None, capacity.workers({}))
    assert need.web_log + need.web_keys <= capacity.WEB_LIMIT
    assert need.worker_log + need.worker_keys <= capacity.WORKER_LIMIT
    assert need.projector <= capacity.PROJECTOR_LIMIT


def test_shortages_name_a_connection_limit_that_is_too_low_and_what_to_set(limited: str) -> None:
    server, need = DatabaseServer(limited), Need.of(None, 8)
    with closing(Database(limited)) as database, closing(Database(beside(limited))) as keys:
        (short,) = shortages(server, database, keys, need)
        assert (short.slug, short.unready) == ("connections-short", False)
        assert re.search(r"admits only 3: alter role acquis_few_\w+ connection limit 77, or lower", short.en)
        assert (
            list(
                shortages(
                    server, database, keys, Need(web_log=1, web_keys=1, worker_log=0, worker_keys=0, projector=1)
                )
            )
            == []
        )


def test_capacity_counts_the_connections_left_to_a_login_but_not_to_a_superuser(
    database_url: str, limited: str
) -> None:
    with closing(Database(limited)) as database, closing(Database(database_url)) as unlimited:
        assert (capacity.left(database), capacity.left(unlimited)) == (2, None)
        with database.connection():
            assert capacity.left(database) == 1
            with closing(psycopg2.connect(limited)):
                assert capacity.left(database) == 0


def test_pool_waits_at_the_connection_limit_and_logs_whose_limit_it_is(
    limited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "SAID_EVERY", 0.0)
    with closing(Database(limited, size=8)) as database, overheard() as said:

        def ask(_: int) -> int:
            with database.connection() as connection, connection.cursor() as cursor:
                cursor.execute("select pg_sleep(0.02)")
                return 1

        with ThreadPoolExecutor(8) as eight:
            assert sum(eight.map(ask, range(80))) == 80
    assert "see ACQUIS_POOL_SIZE, ACQUIS_WORKERS" in said.getvalue()
    assert re.search(r"too many connections for role .{0,3}acquis_few_", said.getvalue())


def test_pool_raises_too_many_connections_when_the_server_admits_no_more_for_too_long(
    limited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "PATIENCE", 0.3)
    with closing(Database(limited, size=4)) as database, ExitStack() as held:
        for _ in range(3):
            held.enter_context(database.connection())
        with pytest.raises(TooManyConnections, match="too many connections for role"), database.connection():
            pytest.fail("a fourth was let in")


def test_pool_closes_connections_that_stay_idle(
    database_url: str, limited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "IDLE", 0.2)
    with closing(Database(limited, size=3)) as database:
        with database.connection(), database.connection(), database.connection():
            assert sessions(database_url, limited) == 3
        until(lambda: not sessions(database_url, limited), "idle connections are kept")
        with database.connection() as connection, connection.cursor() as cursor:
            cursor.execute("select 1")


def sessions(owner: str, dsn: str) -> int:
    with closing(psycopg2.connect(owner)) as connection, connection.cursor() as cursor:
        name = psycopg2.extensions.parse_dsn(dsn)["user"]
        cursor.execute("select count(*) from pg_stat_activity where usename = %s", (name,))
        return int(cursor.fetchall()[0][0])
