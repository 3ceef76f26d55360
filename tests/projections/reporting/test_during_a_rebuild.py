"""What does a report that is asked for while tables are made anew say? All of it, and it is in nobody's way."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from adapters.database.pool import PATIENT, Database
from projections.engine.rebuild import rebuild
from projections.reporting.export import ViewSnapshot, snapshot
from projections.reporting.views import VIEWS

NAMES = ("reported_candidacies", "reported_blocks")
WAITS = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


@pytest.fixture
def reporter(projecting: Database) -> Iterator[Database]:
    with closing(Database(projecting.dsn, role="acquis_report", size=1)) as found:
        yield found


def wait_for(database: Database, many: int) -> None:
    """Until so many sessions wait for a lock."""
    deadline = time.monotonic() + 30
    with database.connection() as connection, connection.cursor() as sql:
        while time.monotonic() < deadline:
            sql.execute(WAITS)
            if sql.fetchall()[0][0] >= many:
                return
            time.sleep(0.02)
    raise TimeoutError


def lines(seen: ViewSnapshot) -> list[bytes]:
    out = io.BytesIO()
    seen.write(VIEWS["v1_candidacies"], "csv", out)
    return out.getvalue().splitlines()


def test_a_report_that_waits_for_tables_to_be_replaced_finds_all_their_rows(
    projecting: Database, reporter: Database
) -> None:
    def report() -> tuple[int, list[bytes]]:
        with snapshot(reporter) as seen:
            return seen.position, lines(seen)

    before = report()
    assert len(before[1]) > 5
    with closing(Database(projecting.dsn, size=2)) as owner, ThreadPoolExecutor(2) as others:
        with owner.transaction() as sql:
            sql.execute(PATIENT)
            sql.execute("lock table projection.shape in share mode")  # where a replacement notes its end
            made = others.submit(rebuild, projecting, names=NAMES)
            wait_for(owner, 1)
            asked = others.submit(report)
            wait_for(owner, 2)
        assert asked.result(30) == before
        assert made.result(30).changed == {}


def test_a_report_under_way_lets_a_rebuild_wait_and_nobody_else(projecting: Database, reporter: Database) -> None:
    with (
        closing(Database(projecting.dsn, size=1)) as owner,
        closing(Database(projecting.dsn, role="acquis_web", size=1)) as page,
        ThreadPoolExecutor(1) as other,
    ):
        with snapshot(reporter) as seen:
            made = other.submit(rebuild, projecting, names=NAMES)
            wait_for(owner, 1)
            with page.connection() as connection, connection.cursor() as sql:
                sql.execute("set lock_timeout = '200ms'")
                sql.execute("select count(*) from projection.reported_candidacies")
            assert len(lines(seen)) > 5
        assert made.result(30).changed == {}
