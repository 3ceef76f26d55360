"""Does a killed worker, projector or database lose or double an acknowledged fact? ACQUIS_TORTURE=short|long."""

from __future__ import annotations

import math
import os
import random
import statistics
import time
from collections.abc import Callable
from contextlib import closing

import psutil
import pytest

from adapters.database.pool import Database
from adapters.log.check import check
from projections.engine.rebuild import rebuild
from projections.tables import digest
from tests.given.servers.load import CLEAN, Load, compare
from tests.given.servers.whole_acquis import Known, Serving, end, serving, wait_until

LONG = os.environ.get("ACQUIS_TORTURE", "short") == "long"
VICTIMS = (
    {"worker": 500, "database": 200, "projector": 20, "backend": 20}
    if LONG
    else {"worker": 12, "database": 5, "projector": 2, "backend": 1}
)
FACTS = 20_000 if LONG else 400
"""Facts acknowledged between the first kill and the last one's recovery, at least."""
STEADY = math.ceil(FACTS / sum(VICTIMS.values()))
"""Facts acknowledged since the last kill before the next: load is under way, not only asked for."""
NOTICED_WITHIN = 60.0
SLOW_TO_FLUSH = (
    "alter system set wal_writer_delay = '10s'",
    "alter system set wal_writer_flush_after = '1GB'",
    "select pg_reload_conf()",
)
"""Only a commit that waits for the disk is on it soon: without synchronous_commit one kill is enough to see."""


def test_kills_under_load_lose_nothing_double_nothing_and_projections_equal_a_rebuild(
    server: Serving, known: Known, figure: Callable[[str], None]
) -> None:
    before, began = last_position(server), time.monotonic()
    load, dice = Load(server, known), random.Random(1)  # noqa: S311  (the same dice each time)
    victims = [victim for victim, times in VICTIMS.items() for _ in range(times)]
    dice.shuffle(victims)
    down: dict[str, list[float]] = {victim: [] for victim in VICTIMS}
    load.begin(4)
    try:
        for victim in victims:
            progress(load, STEADY)
            time.sleep(dice.random() * 0.5)
            killed = kill(server, victim, dice)
            progress(load, 1)
            down[victim].append(time.monotonic() - killed)
    finally:
        load.end()
    assert load.failures == [], server.broke()
    for victim, seconds in down.items():
        middle, longest = statistics.median(seconds), max(seconds)
        figure(f"{len(seconds)} × {victim}: next acknowledgement after {middle:.2f} s, {longest:.2f} s at most")
    figure(f"{load.facts} facts acknowledged by {load.acknowledged} of {len(load.intents)}; {dict(load.heard)}")
    assert sum(load.heard.values()) > load.acknowledged, "no request ever had to be repeated: the kills hit nothing"
    assert load.acknowledged == len(load.intents)
    assert load.facts >= FACTS
    assert compare(server, load.intents, before) == CLEAN
    server.until_ready()
    whole_and_rebuilt(server, figure)
    server.until_ready()
    figure(f"{time.monotonic() - began:.0f} s in all")


@pytest.mark.slow
@pytest.mark.parametrize("commit", ["on", "off"], ids=["synchronous", "control: asynchronous"])
def test_a_killed_database_loses_what_was_acknowledged_only_without_synchronous_commit(
    figure: Callable[[str], None], commit: str
) -> None:
    dice, kills, lost = random.Random(1), 0, 0  # noqa: S311  (the same dice each time)
    with serving() as (server, known):
        with server.sql() as cursor:
            for statement in SLOW_TO_FLUSH:
                cursor.execute(statement)
            cursor.execute(f"alter role current_user set synchronous_commit = {commit}")
        kill(server, "database", dice)  # sessions opened before keep the setting they had
        server.until_ready()
        while not lost and kills < (1 if commit == "on" else 5):
            before, load = last_position(server), Load(server, known)
            load.begin(4)
            progress(load, 50)
            kill(server, "database", dice)
            load.end()
            server.until_ready()
            kills, lost = kills + 1, compare(server, load.intents, before).lost
        figure(f"{lost} of {load.acknowledged} acknowledged requests lost at kill {kills}")
    assert bool(lost) == (commit == "off")


@pytest.mark.parametrize("new_key", [False, True], ids=["the same key", "control: a new key"])
def test_a_repeated_request_is_recorded_once_and_only_its_key_sees_to_it(
    server: Serving, known: Known, new_key: bool
) -> None:
    before = last_position(server)
    # a second candidacy would be refused by its rule, key or no key: the control repeats marks
    load = Load(server, known, lose=0.3, lose_on="/assessments" if new_key else "", new_key=new_key)
    load.begin(2)
    try:
        wait_until(lambda: bool(load.failures) or load.acknowledged >= 100, 60, lambda: str(load.heard))
    finally:
        load.end()
    lost = load.heard["ConnectionAbortedError"]
    found = compare(server, load.intents, before)
    assert lost >= 10
    assert load.failures == []
    assert found == (CLEAN._replace(doubled=lost) if new_key else CLEAN)


def test_control_what_was_acknowledged_and_is_not_in_the_log_or_elsewhere_is_found(
    server: Serving, known: Known
) -> None:
    before = last_position(server)
    load = Load(server, known)
    load.begin(1)
    try:
        wait_until(lambda: load.acknowledged >= 10, 30, lambda: str(load.heard))
    finally:
        load.end()
    assert compare(server, load.intents, before) == CLEAN
    gone, moved, unasked = load.intents[0], load.intents[1], load.intents[2]
    gone.keys = ["another"]  # the log has no fact under this key, and its own facts belong to nobody
    assert moved.answer
    moved.answer.body["position"] += 1
    load.intents.remove(unasked)
    found = compare(server, load.intents, before)
    assert (found.lost, found.moved, found.unasked) == (1, 1, 2)


def last_position(server: Serving) -> int:
    ((last,),) = server.rows("select max(position) from log.event")
    return int(last)


def progress(load: Load, more: int) -> None:
    """Wait until this many more facts have been acknowledged."""
    aim = load.facts + more
    wait_until(lambda: bool(load.failures) or load.facts >= aim, NOTICED_WITHIN, lambda: str(load.heard))
    assert load.failures == [], load.server.broke()


def kill(server: Serving, victim: str, dice: random.Random) -> float:
    """Kill -9 one of this server's own processes, as soon as there is one; when that was, once it has ended."""
    found: list[psutil.Process] = []

    def one() -> bool:
        found[:] = standing(server, victim)
        return bool(found)

    wait_until(one, NOTICED_WITHIN, lambda: f"no {victim}: {server.said()}")
    killed = time.monotonic()
    end(dice.choice(found))
    return killed


def standing(server: Serving, victim: str) -> list[psutil.Process]:
    if victim == "worker":
        return server.workers()
    if victim == "backend":
        return server.backends()
    one = server.projector() if victim == "projector" else server.postmaster()
    return [one] if one else []


def whole_and_rebuilt(server: Serving, figure: Callable[[str], None]) -> None:
    """Every fact sealed once and sound; what is shown is what a rebuild makes of the log."""
    all_sealed = "select max(position) <= (select sealed from log.head) from log.event"
    wait_until(lambda: server.rows(all_sealed) == [(True,)], 30, lambda: "facts stay unsealed")
    count = "select (select count(*) from log.event), count(*), max(index) from log.leaf"
    facts, leaves, last = server.rows(count)[0]
    left = server.rows("select log.left_behind()")[0][0]
    assert (leaves, last + 1, left) == (facts, facts, 0)
    at = "select (select max(position) from log.leaf), (select position from projection.tracking)"
    wait_until(lambda: len(set(server.rows(at)[0])) == 1, 30, lambda: "the projector does not catch up")
    with closing(Database(server.dsn, role="acquis_projector")) as database:
        verdict = check(database)
        shown = digest(database)
        assert rebuild(database).position == server.rows("select max(position) from log.leaf")[0][0]
        assert digest(database) == shown
    assert verdict.sound
    assert verdict.facts == facts
    figure(f"{facts} facts, all sealed and sound; {len(shown)} projections equal to their rebuild")
