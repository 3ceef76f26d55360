"""Every session of the house is ended in turn: nothing is lost, nothing stays red, all say the same."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

from tests.given.servers.processes import alive
from tests.given.servers.whole_acquis import (
    GREEN_WITHIN,
    Known,
    Serving,
    end,
    register,
    until_served,
    wait_until,
)

OURS = """
select pid, datname::text, application_name, backend_start from pg_stat_activity
 where datname in ('acquis', 'acquis_keys') and pid <> pg_backend_pid() and application_name like 'acquis%'
 order by backend_start
"""
HOLDERS = """
select pid from pg_locks where locktype = 'advisory' and classid = 4714 and objid = 0 and granted
   and database = (select oid from pg_database where datname = 'acquis')
"""
MOST = 40
"""Sessions ended at most: those that are there when it begins, and those that stand in their places."""


def test_every_session_is_terminated_in_turn_and_nothing_is_lost_nothing_stays_red_and_doctor_agrees(
    server: Serving, known: Known, figure: Callable[[str], None]
) -> None:
    with registering(server, known) as told:
        ended: list[tuple[str, str]] = []
        for pid, database, name, _ in server.rows(OURS)[:MOST]:
            server.rows("select pg_terminate_backend(%s, 5000)", (pid,))
            ended.append((database, name))
            server.until_ready()
        for (pid,) in server.rows(HOLDERS):  # the place of the projector, once more, by name
            server.rows("select pg_terminate_backend(%s, 5000)", (pid,))
            wait_until(lambda: server.health("/readyz") == 200, GREEN_WITHIN, lambda: "it stays red")
    assert {("acquis", "acquis acquis_web"), ("acquis", "acquis acquis_projector")} <= {*ended}
    assert "acquis_keys" in {database for database, _ in ended}
    figure(f"{len(ended)} sessions terminated, {len(told)} persons registered meanwhile")
    kept = {position for (position,) in server.rows("select position from log.event")}
    assert set(told) <= kept
    assert len(told) == len({*told}) > 0
    agree(server)


def test_a_spare_projector_takes_over_from_one_that_is_killed_and_nothing_stays_red(
    server: Serving, known: Known
) -> None:
    acting = server.projector()
    assert acting
    with (server.data / "serve.log").open("ab") as said:
        command = [sys.executable, "-m", "webapi.cli.main", "project"]
        spare = subprocess.Popen(command, env=server.environment, stdout=said, stderr=said)
    try:
        wait_until(lambda: waits(server), GREEN_WITHIN, lambda: "the spare does not come")
        end(acting)
        written = register(server, known).body["position"]
        projected = "select position >= %s from projection.tracking"
        wait_until(lambda: server.rows(projected, (written,)) == [(True,)], GREEN_WITHIN, lambda: "nobody projects")
        server.until_ready()
        assert len(server.rows(HOLDERS)) == 1
        agree(server)
    finally:
        spare.terminate()
        spare.wait(30)
    server.until_ready()
    assert not alive(acting)
    assert alive(server.projector())


def waits(server: Serving) -> bool:
    """Whether two processes have sessions of the projector's."""
    counted = server.rows("select count(*) from pg_stat_activity where application_name = 'acquis acquis_projector'")
    return int(counted[0][0]) > 3


def agree(server: Serving) -> None:
    """The doctor says what /readyz says."""
    ready, doctor = server.ask("/readyz"), server.run("doctor", "--json")
    said = json.loads(doctor.stdout)
    assert (ready.status, doctor.returncode) == (200, 0), (ready, said)
    assert ready.body["alarms"] == [each["slug"] for each in said["alarms"]]


@contextmanager
def registering(server: Serving, known: Known) -> Iterator[list[int]]:
    """Somebody registers people meanwhile, each under a key until the answer comes: the positions that were told."""
    told: list[int] = []
    stop = threading.Event()

    def go() -> None:
        while not stop.wait(0.05):
            told.append(until_served(partial(register, server, known, uuid4().hex)).body["position"])

    thread = threading.Thread(target=go)
    thread.start()
    try:
        yield told
    finally:
        stop.set()
        thread.join(60)
    assert told
