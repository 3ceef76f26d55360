"""Rules of the log for every role: append-only, ordered, and readable to followers only once sealed."""

# ruff: noqa: PT012  (the setting or the rows before the refused statement belong to its transaction)

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from uuid import UUID, uuid4

import psycopg2
import pytest
from eventsourcing.persistence import DataError, NotSupportedError, StoredEvent
from psycopg2.errors import FeatureNotSupported, InsufficientPrivilege, InvalidParameterValue

from adapters.database.pool import Database
from adapters.log.recorder import (
    HINTED,
    QUIET,
    AppendedOtherwise,
    AppendTooLarge,
    LogRecorder,
    ReliedOnMoved,
    StreamBusy,
    StreamsCrossed,
    VersionConflict,
)
from adapters.log.tracking import track
from tests.given.naming import naming
from tests.given.waiting import Ticking, until

APPEND = "select log.append(gen_random_uuid(), array[%s::uuid], array[%s], '{Noted}', '{\"{}\"}')"
APPEND_ONE = "select log.append_one(gen_random_uuid(), gen_random_uuid(), 1, 'Noted', '{}')"


def fact(stream: UUID, version: int = 1, body: str = "{}") -> StoredEvent:
    return StoredEvent(stream, version, "Noted", body.encode())


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as database:
        yield database


@pytest.fixture
def recorder(database: Database) -> LogRecorder:
    return LogRecorder(database)


@contextmanager
def session(url: str, role: str | None = None, *, autocommit: bool = True):
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = autocommit
        if role:
            cursor.execute(f"set role {role}")
        yield cursor


@pytest.mark.parametrize("table", ["event", "leaf"])
@pytest.mark.parametrize(
    "verb",
    ["update log.{} set position = 9", "delete from log.{}", "truncate log.{}", "delete from log.{} where false"],
)
def test_even_the_owner_cannot_rewrite_the_log(database_url, recorder, table, verb):
    recorder.insert_events([fact(uuid4())])
    recorder.seal()
    for replica in ("origin", "replica"):
        with session(database_url) as sql, pytest.raises(InsufficientPrivilege, match="never rewritten"):
            sql.execute(f"set session_replication_role = {replica}")
            sql.execute(verb.format(table))


def test_no_runtime_role_may_touch_the_log_but_through_its_functions(database_url):
    for role in ["acquis_web", "acquis_projector", "acquis_auditor", "acquis_backup"]:
        for verb in [
            "update log.event set body = ''",
            "delete from log.event",
            "truncate log.event",
            "update log.head set sealed = 0",
            "insert into log.event select * from log.event",
            "insert into log.leaf select * from log.leaf",
            "select nextval('log.position')",
            "select setval('log.position', 1)",
            "drop table log.leaf",
            "alter table log.event disable trigger never_rewritten",
            "select pg_advisory_lock(4711, 1)",
        ]:
            with naming(role, verb):
                if role == "acquis_projector" and "advisory" in verb:
                    continue  # such a lock elects one projector among several
                with (
                    session(database_url, role) as sql,
                    pytest.raises(InsufficientPrivilege, match=r"denied|must be owner"),
                ):
                    sql.execute(verb)


def test_the_web_appends_and_does_not_seal_and_the_projector_the_other_way_round(database_url):
    with session(database_url, "acquis_web") as sql:
        sql.execute(APPEND, (str(uuid4()), 1))
        with pytest.raises(InsufficientPrivilege):
            sql.execute("select log.seal()")
    with session(database_url, "acquis_projector") as sql:
        sql.execute("select log.seal()")
        with pytest.raises(InsufficientPrivilege):
            sql.execute(APPEND, (str(uuid4()), 1))


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_log_functions_refuse_another_isolation_level(database_url, level):
    for statement in (APPEND % (f"'{uuid4()}'", 1), APPEND_ONE, "select log.seal()"):
        with session(database_url) as sql, pytest.raises(FeatureNotSupported):
            sql.execute(f"set default_transaction_isolation = '{level}'")
            sql.execute(statement)


def test_the_recorder_names_a_refused_isolation_level(database_url):
    dsn = psycopg2.extensions.make_dsn(database_url, options="-c default_transaction_isolation=serializable")
    with closing(Database(dsn)) as database, pytest.raises(NotSupportedError):
        LogRecorder(database).insert_events([fact(uuid4())])


@pytest.mark.parametrize(
    ("streams", "versions"),
    [
        ("'[2:3]={%s,%s}'", "'[2:3]={5,9}'"), ("'{{%s},{%s}}'", "'{{1},{2}}'"), ("'{%s,%s}'", "'{1,null}'"),
        ("'{%s,%s}'", "'{1}'"), ("'{%s,null}'", "'{1,1}'"), ("'{}'", "'{}'"), ("null", "null"),
    ],
)  # fmt: skip
def test_append_refuses_malformed_arrays_of_streams_and_versions(database_url, streams, versions):
    streams = streams.replace("%s", str(uuid4()))
    with session(database_url) as sql:
        with pytest.raises((InvalidParameterValue, psycopg2.errors.FeatureNotSupported)):
            sql.execute(f"select log.append(gen_random_uuid(), {streams}, {versions}, '{{A,A}}', '{{b,b}}')")
        sql.execute("select count(*) from log.event")
        assert sql.fetchone() == (0,)


def test_append_one_refuses_malformed_arrays_of_streams_and_versions(database_url, recorder):
    recorder.insert_events([fact(read := uuid4())])
    for streams, versions in (
        ("'[2:3]={%s,%s}'", "'[2:3]={5,9}'"), ("'{{%s}}'", "'{{0}}'"), ("'{%s}'", "'[0:0]={0}'"),
        ("'{%s}'", "'{null}'"),
        ("'{%s,null}'", "'{0,0}'"), ("'{%s}'", "'{}'"), ("'{%s}'", "'{0,0}'"), ("null", "null"),
    ):  # fmt: skip
        relied_on = f"{streams.replace('%s', str(read))}, {versions}"
        with naming(relied_on), session(database_url) as sql:
            with pytest.raises(InvalidParameterValue):
                sql.execute(APPEND_ONE.replace("'{}')", f"'{{}}', {relied_on})"))
            sql.execute("select count(*) from log.event")
            assert sql.fetchone() == (1,)


@pytest.mark.parametrize("versions", [[2], [1, 3], [1, 1], [2, 1]])
def test_versions_continue_their_stream_without_a_gap(recorder, versions):
    stream = uuid4()
    with pytest.raises(VersionConflict):
        recorder.insert_events([fact(stream, version) for version in versions])
    assert recorder.select_events(stream) == []


def test_facts_of_one_stream_stand_together(recorder):
    a, b = uuid4(), uuid4()
    with pytest.raises(VersionConflict):
        recorder.insert_events([fact(a, 1), fact(b, 1), fact(a, 2)])


def test_a_decision_is_refused_when_a_stream_it_relied_on_has_moved(recorder):
    read, written = uuid4(), uuid4()
    assert recorder.insert_events([fact(written, 1)], relied_on={read: 0})
    recorder.insert_events([fact(read, 1)])
    with pytest.raises(ReliedOnMoved):
        recorder.insert_events([fact(written, 2)], relied_on={read: 0})
    assert recorder.insert_events([fact(written, 2)], relied_on={read: 1})


def test_an_append_relies_on_four_hundred_streams_and_no_more(recorder):
    """A closing with ninety candidates relies on each candidate, candidacy and deliberation, and on the members."""
    *most, one_more = (uuid4() for _ in range(401))
    assert recorder.insert_events([fact(uuid4())], relied_on=dict.fromkeys(most, 0))
    recorder.insert_events([fact(most[-1])])
    with pytest.raises(ReliedOnMoved):
        recorder.insert_events([fact(uuid4())], relied_on=dict.fromkeys(most, 0))
    with pytest.raises(AppendTooLarge, match="append too large"):
        recorder.insert_events([fact(uuid4())], relied_on=dict.fromkeys((*most, one_more), 0))


def test_a_stream_relied_on_as_empty_may_not_begin_at_version_zero_unnoticed(recorder):
    read = uuid4()
    recorder.insert_events([fact(read, 0)])
    with pytest.raises(ReliedOnMoved):
        recorder.insert_events([fact(uuid4())], relied_on={read: 0})


def test_an_append_repeated_gives_the_same_positions_even_after_others(recorder):
    a, b, append_id = uuid4(), uuid4(), uuid4()
    facts = [fact(a, 1), fact(a, 2), fact(b, 1)]
    first = recorder.insert_events(facts, append_id=append_id, relied_on={(read := uuid4()): 0})
    recorder.insert_events([fact(a, 3)])
    recorder.insert_events([fact(read, 1)])
    assert recorder.insert_events(facts, append_id=append_id, relied_on={read: 0}) == first
    assert recorder.insert_events([fact(uuid4()) for _ in facts], append_id=append_id) == first
    with pytest.raises(AppendedOtherwise):
        recorder.insert_events([fact(uuid4())], append_id=append_id)


@pytest.mark.parametrize("body", [b"\xff", b"a\x00b", b"\xed\xa0\x80"])
def test_a_body_that_is_no_text_is_refused(recorder, body):
    with pytest.raises(DataError):
        recorder.insert_events([StoredEvent(uuid4(), 1, "Noted", body)])


@pytest.mark.parametrize("text", ["{a,b}", 'say "\\"', "NULL", "", "a'b;--", "\\", "\u2028\x01\x7f 🎓", "%s %(a)s"])
def test_a_text_comes_back_as_it_was(recorder, text):
    stream = uuid4()
    recorder.insert_events([StoredEvent(stream, 1, text, text.encode()), StoredEvent(stream, 2, text, text.encode())])
    assert [(f.topic, f.state.decode()) for f in recorder.select_events(stream)] == [(text, text)] * 2


def test_a_client_stuck_before_its_commit_delays_readers_by_200_ms_and_ends_after_two_seconds(database_url, recorder):
    before, after = uuid4(), uuid4()
    recorder.insert_events([fact(before)])
    with session(database_url, autocommit=False) as stuck:
        stuck.execute(APPEND, (str(uuid4()), 1))
        recorder.insert_events([fact(after)])
        assert told(recorder) == [before], "it did not wait for its end, after which there is more to tell"
        until(lambda: told(recorder) == [before, after])  # the server ends the client: append itself sets the limit
        with pytest.raises(psycopg2.Error):
            stuck.execute("select 1")


def test_a_stream_held_too_long_is_busy_after_two_seconds(database_url, recorder):
    stream = uuid4()
    with session(database_url) as sql:
        sql.execute("select log.hold(array[%s::uuid])", (str(stream),))
        with pytest.raises(StreamBusy):
            recorder.insert_events([fact(stream)])
        sql.execute("select 'lock_timeout=2s' = any(proconfig) from pg_proc where oid = 'log.append'::regproc")
        assert sql.fetchone() == (True,)
        recorder.insert_events([fact(stream)], connection=sql.connection)


def in_the_order_of_locks(sql, *streams: UUID) -> list[UUID]:
    sql.execute("select s from unnest(%s::uuid[]) s order by hashtext(s::text)", ([str(each) for each in streams],))
    return [UUID(str(stream)) for (stream,) in sql.fetchall()]


def test_deadlock_on_two_streams_raises_in_one_writer_and_the_other_records(database_url, recorder):
    with session(database_url) as one, session(database_url) as late, ThreadPoolExecutor(1) as other:
        first, second = in_the_order_of_locks(one, uuid4(), uuid4())
        one.execute("set deadlock_timeout = '1min'")  # the first to wait is never the victim,
        late.execute("set deadlock_timeout = '1ms'")  # however late the other starts to wait
        one.execute("select log.hold(array[%s::uuid])", (str(first),))
        late.execute("select log.hold(array[%s::uuid])", (str(second),))
        waits = other.submit(one.execute, "select pg_advisory_lock(4711, hashtext(%s))", (str(second),))
        until_waited_for(database_url)
        with pytest.raises(StreamsCrossed):
            recorder.insert_events([fact(first)], connection=late.connection)
        late.connection.close()
        waits.result()
        recorder.insert_events([fact(first), fact(second)], connection=one.connection)
    recorder.seal()
    assert [told.originator_id for told in recorder.select_notifications(None, 10)] == [first, second]


def told(recorder: LogRecorder) -> list[object]:
    return [each.originator_id for each in recorder.select_notifications(None, 10)]


def until_waited_for(url: str) -> None:
    def waiting() -> bool:
        sql.execute(
            "select from pg_locks where locktype = 'advisory' and not granted"
            " and database = (select oid from pg_database where datname = current_database())"
        )
        return bool(sql.rowcount)

    with session(url) as sql:
        until(waiting, "nobody waits for a lock")


def test_84_a_clock_set_back_leaves_instants_monotonic_positions_ordered_and_is_seen(database_url, recorder):
    recorder.insert_events([fact(uuid4())])
    with session(database_url) as sql:
        for hours in (2, -1):  # as a clock that is one or two hours off writes it
            sql.execute(
                "insert into log.event values (nextval('log.position'), gen_random_uuid(), 1, 'Noted', '{}',"
                " gen_random_uuid(), 0, clock_timestamp() + make_interval(hours => %s))",
                (hours,),
            )
        recorder.insert_events([fact(uuid4())])
        for seal in (False, True):
            if seal:
                recorder.seal()
            sql.execute("select extract(epoch from log.clock_drift())")
            assert 7100 < sql.fetchone()[0] <= 7200
        sql.execute("select position, at from log.leaf order by index")
        rows = sql.fetchall()
    assert [position for position, _ in rows] == [1, 2, 3, 4]
    assert [at for _, at in rows] == sorted(at for _, at in rows)


def test_a_rows_position_commits_with_the_rows_and_only_moves_forward(database):
    with database.transaction() as sql:
        track(sql, "agenda", 7)
    with pytest.raises(Exception, match="already come"), database.transaction() as sql:
        sql.execute("create table half_done ()")
        track(sql, "agenda", 7)
    with database.connection() as connection, connection.cursor() as sql:
        sql.execute("select to_regclass('half_done')")
        assert sql.fetchone() == (None,)


def test_a_subscription_that_waits_ends_when_it_is_stopped(recorder):
    with recorder.subscribe() as subscription:
        threading.Timer(0.3, subscription.stop).start()
        assert list(subscription) == []


def test_a_hint_ends_a_wait_and_a_burst_of_appends_sends_one_and_then_four_a_second(
    recorder, database, database_url, monkeypatch
):
    with recorder.hints() as hints:
        hints.wait(0.05)
        threading.Timer(0.2, recorder.insert_events, [[fact(uuid4())]]).start()
        hints.wait(3600)
    with session(database_url) as sql:
        sql.execute("listen acquis_log")
        monkeypatch.setattr("adapters.log.recorder.time", Ticking(QUIET / 2))  # time between two appends
        later = LogRecorder(database)
        for _ in range(300):
            later.insert_events([fact(uuid4())])
        seconds = 300 * QUIET / 2
        until(lambda: sql.connection.poll() or len(sql.connection.notifies) > seconds / HINTED / 2)
        assert len(sql.connection.notifies) <= seconds / HINTED + 1
