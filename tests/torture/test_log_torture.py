"""The log under load, races and lost answers: no fact lost, doubled or reordered (ACQUIS_TORTURE=short|long)."""

import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from uuid import UUID, uuid4

import psycopg2
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from tests.given.servers.losing_proxy import CuttingProxy

LONG = os.environ.get("ACQUIS_TORTURE", "short") == "long"
WRITERS = 8
FACTS = 45_000 if LONG else 8_000
MISSED = 5_000
"""The number of facts within which a faulty reader misses some."""
RACES = 300 if LONG else 60
LOST = 1_000 if LONG else 100
FORK = get_context("spawn")


def fact(stream: UUID, version: int = 1) -> StoredEvent:
    return StoredEvent(stream, version, "Noted", b"{}")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url, size=12)) as database:
        yield database


def write(url: str, facts: int, seed: int) -> None:
    """Append with random pauses, and abort one append in twenty after it has its positions."""
    dice = random.Random(seed)  # noqa: S311  (a fixed seed, nothing secret)
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        written = 0
        while written < facts:
            count = min(dice.choice((1, 1, 1, 3, 8)), facts - written)
            streams = "{" + ",".join([str(uuid4())] * count) + "}"
            same = streams.replace("{", "").replace("}", "").split(",")[0]
            args = (str(uuid4()), "{" + ",".join([same] * count) + "}",
                    "{" + ",".join(map(str, range(1, count + 1))) + "}",
                    "{" + ",".join(["Noted"] * count) + "}", "{" + ",".join(["x"] * count) + "}")  # fmt: skip
            jitter, aborted = dice.random() < 0.2, dice.random() < 0.05
            if jitter or aborted:
                cursor.execute("begin")
            cursor.execute("select log.append(%s, %s, %s, %s, %s)", args)
            if jitter:
                time.sleep(dice.random() * 0.004)
            if jitter or aborted:
                cursor.execute("rollback" if aborted else "commit")
            written += 0 if aborted else count


def tail(url: str, facts: int, seal: str, bound: str) -> tuple[list[int], int]:
    """Read the log's end while eight processes write; return the facts as read, and the number of facts written."""
    told: list[int] = []
    writers = [FORK.Process(target=write, args=(url, facts // WRITERS, seed)) for seed in range(WRITERS)]
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for writer in writers:
            writer.start()
        last_round = False
        while True:
            cursor.execute(f"select {seal}")
            cursor.execute(
                "select position from log.event where position > %s"  # noqa: S608  (a constant)
                f" and position <= {bound} order by position limit 5000",
                (told[-1] if told else 0,),
            )
            found = [position for (position,) in cursor]
            told += found
            if last_round and not found:
                break
            last_round = not any(writer.is_alive() for writer in writers)
            time.sleep(0.001)
        cursor.execute("select count(*) from log.event")
        row = cursor.fetchone()
        assert row
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    return told, row[0]


def left_behind(url: str) -> int:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("select log.left_behind()")
        row = cursor.fetchone()
        assert row
        return int(row[0])


def test_a_reader_of_the_sealed_log_skips_nothing(database_url):
    told, facts = tail(database_url, FACTS, "log.seal()", "(select sealed from log.head)")
    assert facts >= FACTS
    assert (facts - len(told), left_behind(database_url)) == (0, 0)
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*), max(index) + 1, bool_and(l.hash = sha256('\\x00'::bytea || convert_to("
                       "log.line(e), 'UTF8'))) from log.leaf l join log.event e using (position)")  # fmt: skip
        assert cursor.fetchone() == (facts, facts, True)


@pytest.mark.slow
def test_control_a_reader_that_ignores_sealing_skips_facts(database_url):
    told, facts = tail(database_url, MISSED, "1", "9223372036854775807")
    assert len(told) < facts, "the skip test above could not fail"


@pytest.mark.slow
def test_control_a_bound_32_too_high_leaves_facts_unsealed(database_url):
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("select pg_get_functiondef('log.seal(int,int)'::regprocedure)")
        row = cursor.fetchone()
        assert row
        right = "hi := pg_sequence_last_value('log.position'::regclass);"
        assert right in row[0]
        cursor.execute(row[0].replace(right, right.replace(";", " + 32;")))
    tail(database_url, MISSED, "log.seal()", "(select sealed from log.head)")
    assert left_behind(database_url) > 0, "the skip test above could not fail"


def test_two_decisions_relying_on_each_other_s_stream_do_not_both_commit(database):
    recorder = LogRecorder(database, sealing=False)
    together = threading.Barrier(2)

    def decide(written: UUID, read: UUID) -> bool:
        together.wait()
        try:
            recorder.insert_events([fact(written)], relied_on={read: 0})
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(2) as two:
        for _ in range(RACES):
            a, b = uuid4(), uuid4()
            assert sum(two.map(decide, (a, b), (b, a))) == 1


@pytest.mark.parametrize("after_commit", [True, False], ids=["lost after commit", "cut while it may still run"])
def test_lost_answers_give_the_same_positions(database_url, after_commit):
    address = parse_dsn(database_url)
    host, port = address.get("host", "127.0.0.1"), int(address.get("port", "5432"))
    proxy = CuttingProxy(f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port))
    through = make_dsn(database_url, host="127.0.0.1", port=proxy.port, sslmode="disable", gssencmode="disable")
    with closing(Database(through, size=2)) as cut, closing(Database(database_url)) as straight, closing(proxy):
        recorder, witness, stream = LogRecorder(cut), LogRecorder(straight), uuid4()
        for version in range(1, 2 * LOST, 2):
            append_id, facts = uuid4(), [fact(stream, version), fact(stream, version + 1)]
            proxy.arm(str(append_id), after_commit=after_commit)
            positions = recorder.insert_events(facts, append_id=append_id)
            assert witness.insert_events(facts, append_id=append_id) == positions
        assert proxy.cuts == LOST
        versions = [event.originator_version for event in witness.select_events(stream)]
    assert versions == list(range(1, 2 * LOST + 1))
