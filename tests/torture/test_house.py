"""A running Acquis reports what fails, goes on with what works, and recovers by itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from uuid import UUID, uuid4

import psutil
import pytest

from domain.fact import stream_of
from domain.ports import Role
from tests.given.servers.processes import alive, cmdline, name_of
from tests.given.servers.whole_acquis import (
    GREEN_WITHIN,
    PERSONS,
    Answer,
    Known,
    Serving,
    end,
    register,
    until_served,
    wait_until,
)

HALTED = 3
RED_WITHIN = 30.0


@pytest.mark.slow
def test_a_projector_that_stands_still_makes_readyz_red_and_leaves_the_process_alive(
    server: Serving, known: Known
) -> None:
    with stopped(server.projector()):
        assert register(server, known).status == 201, "the write side goes on"
        wait_until(lambda: server.health("/readyz") == 503, RED_WITHIN, lambda: "/readyz stayed green")
        assert server.health("/healthz") == 200
        refused = server.ask("/readyz")
        assert (refused.headers["retry-after"].isdigit(), "unavailable" in str(refused.body)) == (True, True)
    server.until_ready()


def test_a_killed_projector_is_started_again(server: Serving, known: Known) -> None:
    first = server.projector()
    assert first
    first.kill()

    def another() -> bool:
        now = server.projector()
        return now is not None and now.pid != first.pid

    # `/readyz` may still be green for a moment: PostgreSQL has yet to notice that the first one's session is gone
    wait_until(another, GREEN_WITHIN, lambda: "no projector was started in place of the killed one")
    register(server, known)
    server.until_ready()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("type_name", "alarm"),
    [
        ("Foretold", "the projector has stopped: Foretold at position {}"),
        ("CandidacyOpened", "the projector has stopped: the fact at position {} (CandidacyOpened) cannot be applied"),
    ],
    ids=["85 a fact of an unknown type", "86 a fact that cannot be applied"],
)
def test_the_projector_stops_for_good_with_an_alarm_and_serving_goes_on(
    server: Serving, known: Known, type_name: str, alarm: str
) -> None:
    ((poison,),) = server.rows("select log.append(gen_random_uuid(), array[gen_random_uuid()], '{1}', array[%s],"
                               " '{\"{}\"}')", (type_name,))  # fmt: skip
    wait_until(lambda: server.projector() is None, RED_WITHIN, lambda: "the projector goes on past such a fact")
    assert alarm.format(poison[0]) in server.said()
    answer = register(server, known)
    assert answer.status == 201
    wait_until(lambda: server.health("/readyz") == 503, RED_WITHIN, lambda: "/readyz stayed green")
    time.sleep(2)
    assert server.projector() is None, "it was started again, although that cannot help"
    assert server.rows("select position from projection.tracking") == [(poison[0] - 1,)]
    read = server.ask(f"{PERSONS}/me?after={answer.body['position']}", token=known.tokens[Role.REGISTRAR])
    assert (read.status, read.body["type"]) == (503, "/problems/not-yet-visible")
    assert server.ask(f"{PERSONS}/me", token=known.tokens[Role.REGISTRAR]).status == 200
    again = server.run("project")
    assert (again.returncode, type_name in again.stderr) == (HALTED, True)
    state = json.loads(server.run("doctor", "--json").stdout)["state"]
    assert state["sealed"] >= poison[0] > state["projected"], "the lag shows"


def test_a_database_killed_in_the_middle_of_a_request_is_503_and_nothing_half_stored_and_back_by_itself(
    server: Serving, known: Known, figure: Callable[[str], None]
) -> None:
    candidacy, key = candidacy_of(server, known), uuid4().hex
    append_id = stream_of("append", known.registrar.person, "registrar", f"POST {assessors(candidacy)}", key)
    guardians = [psutil.Process(server.process.pid) if server.process else None, server.projector()]
    with stopped(*guardians):  # else it is back before anybody notices: the recorder asks again for five seconds
        with server.sql() as holding, ThreadPoolExecutor(1) as one:
            holding.execute("select pg_advisory_lock(4711, hashtext(%s))", (candidacy,))
            sent = one.submit(assign, server, known, candidacy, key)
            wait_until(lambda: waits_for_a_lock(server), 5, lambda: "the request does not wait for the stream")
            end_database(server)
            began = time.monotonic()
            answer = sent.result(30)
            figure(f"503 after {time.monotonic() - began:.2f} s")
        assert (answer.status, answer.headers["retry-after"].isdigit()) == (503, True)
        assert answer.headers["content-type"] == "application/problem+json"
        assert server.health("/healthz") == 200
    figure(f"green {server.until_ready():.2f} s after the supervisor went on")
    stored = "select position from log.event where append_id = %s"
    assert server.rows(stored, (str(append_id),)) == []
    answer = assign(server, known, candidacy, key)
    assert answer.status == 201
    assert server.rows(stored, (str(append_id),)) == [(answer.body["position"],)]


def test_a_database_that_is_back_within_seconds_costs_a_request_nothing_but_time(
    server: Serving, known: Known
) -> None:
    end_database(server)
    key = uuid4().hex
    answer = until_served(lambda: register(server, known, key))
    assert register(server, known, key).body["position"] == answer.body["position"]


@pytest.mark.slow
def test_ended_it_leaves_no_process_and_no_lock_and_started_again_shows_the_same_facts(
    server: Serving, known: Known, figure: Callable[[str], None]
) -> None:
    person = register(server, known).body["id"]
    before = shown(server, known, person)
    lived = server.everything()
    assert {server.gunicorn(), *server.workers(), server.projector(), server.postmaster()} <= {*lived}
    began = time.monotonic()
    assert server.stop() == 0
    figure(f"ended {time.monotonic() - began:.2f} s after SIGTERM")
    assert [cmdline(process) for process in lived if alive(process)] == []
    assert server.everything() == []
    assert server.free_locks()
    assert not (server.data / "database" / "postmaster.pid").exists()
    server.start()
    figure(f"green {server.until_ready():.2f} s after its start")
    assert shown(server, known, person) == before


def test_killed_its_children_end_by_themselves_and_the_database_with_the_last_of_them(
    server: Serving, figure: Callable[[str], None]
) -> None:
    assert server.process
    assert len(server.everything()) > 5
    server.process.kill()
    server.process.wait(5)
    began = time.monotonic()
    wait_until(lambda: server.everything() == [], 30, lambda: str([cmdline(each) for each in server.everything()]))
    figure(f"all ended {time.monotonic() - began:.2f} s after their parent was killed")
    wait_until(server.free_locks, 5, lambda: "a lock of the data folder is held though nobody is left")


def test_killed_and_started_again_at_once_it_serves_the_same_facts(
    server: Serving, known: Known, figure: Callable[[str], None]
) -> None:
    person = register(server, known).body["id"]
    before, lived = shown(server, known, person), [server.gunicorn(), *server.workers(), server.projector()]
    assert server.process
    server.process.kill()
    server.process.wait(5)
    began = time.monotonic()
    server.start()
    wait_until(lambda: not any(map(alive, lived)), 30, lambda: str([cmdline(each) for each in lived if alive(each)]))
    server.until_ready()
    figure(f"green {time.monotonic() - began:.2f} s after a kill -9 of acquis serve and a new start")
    assert shown(server, known, person) == before


def test_a_killed_gunicorn_master_is_started_again_and_the_other_programs_go_on(
    server: Serving, figure: Callable[[str], None]
) -> None:
    master, projector = server.gunicorn(), server.projector()
    end(master)
    began = time.monotonic()
    wait_until(lambda: server.masters() not in ([], [master]), 30, server.said)
    wait_until(lambda: server.workers() != [], 30, server.said)
    server.until_ready(within=30.0)
    figure(f"ready with a new master {time.monotonic() - began:.1f} s after the kill of the gunicorn master")
    assert server.projector() == projector
    assert server.stop() == 0
    assert server.everything() == []


def test_killed_with_all_its_children_at_once_it_joins_the_database_that_outlived_them(
    server: Serving, known: Known
) -> None:
    person = register(server, known).body["id"]
    before, database = shown(server, known, person), server.postmaster()
    assert database
    assert server.process
    parent = psutil.Process(server.process.pid)
    children = [each for each in parent.children(recursive=True) if name_of(each) != "postgres"]
    parent.suspend()  # whichever ends of itself is not the last: that one would stop the database
    for process in [*children, parent]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    server.process.wait(5)
    assert server.postmaster() == database
    server.start()
    server.until_ready()
    assert server.postmaster() == database
    assert shown(server, known, person) == before
    assert server.stop() == 0
    assert server.everything() == []


def candidacy_of(server: Serving, known: Known) -> str:
    person = register(server, known).body["id"]
    body = {"candidate": person, "framework": str(known.framework), "rulebook": str(known.rulebook), "route": "FC"}
    answer = server.ask("/api/v1/candidacies", body, token=known.tokens[Role.REGISTRAR], key=uuid4().hex)
    return str(UUID(answer.body["id"]))


def assessors(candidacy: str) -> str:
    return f"/api/v1/candidacies/{candidacy}/assessors"


def assign(server: Serving, known: Known, candidacy: str, key: str) -> Answer:
    body = {"assessor": str(known.assessor.person), "competences": [1, 2, 3]}
    return server.ask(assessors(candidacy), body, token=known.tokens[Role.REGISTRAR], key=key, within=30)


def shown(server: Serving, known: Known, person: str) -> list[object]:
    """The facts in their order with their leaves, once all are sealed, and a person as the API shows them."""
    unsealed = "select count(*) from log.event left join log.leaf using (position) where index is null"
    wait_until(lambda: server.rows(unsealed) == [(0,)], 10, lambda: "a fact is not sealed")
    log = server.rows("select position, stream, version, body, index, encode(hash, 'hex') from log.event"
                      " left join log.leaf using (position) order by position")  # fmt: skip
    return [log, server.ask(f"{PERSONS}/{person}", token=known.tokens[Role.REGISTRAR]).body]


def waits_for_a_lock(server: Serving) -> bool:
    return server.rows("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == [(1,)]


def end_database(server: Serving) -> None:
    """Kill -9 the database server; its processes end with it."""
    database = server.postmaster()
    assert database
    end(database)


@contextmanager
def stopped(*processes: psutil.Process | None) -> Iterator[None]:
    """Let these processes stand still for as long as the block lasts."""
    try:
        for process in processes:
            assert process
            process.suspend()
        yield
    finally:
        for process in processes:
            if alive(process):
                assert process
                process.resume()
