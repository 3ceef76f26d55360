"""Hints about new rows in the operational tables: heard at once, and not needed when one is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from uuid import uuid4

import psycopg2
import pytest

from adapters.operations.hints import CHANNEL, desk_hints
from adapters.operations.letters import PUT, FactOfLetter
from domain.ports import CandidacyId, EvidenceId
from tests.given.waiting import until
from webapi.upkeep.letters import keep_sending
from webapi.wiring import App

FOREVER = 3600.0


def put_letter(acquis: App) -> None:
    acquis.letters.put("password_reset", "nobody@acquis.example", "fr")


def put_job(acquis: App) -> None:
    acquis.jobs.put("check", EvidenceId(uuid4()), CandidacyId(uuid4()), uuid4())


@contextmanager
def waiting(acquis: App, stop: threading.Event) -> Iterator[list[bool]]:
    """Start a thread that waits for a hint; yield the list of what ended its wait."""
    told: list[bool] = []
    with desk_hints(acquis.server.dsn, "acquis_web") as hints:
        waits = threading.Thread(target=lambda: told.append(hints.wait(FOREVER, stop)))
        waits.start()
        until(lambda: sessions(acquis, f"listen {CHANNEL}"))
        yield told
        waits.join(10)
        assert not waits.is_alive()


def sessions(acquis: App, query: str) -> int:
    with closing(psycopg2.connect(acquis.server.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and query = %s", (query,)
        )
        count: int = cursor.fetchall()[0][0]
    return count


@pytest.mark.parametrize("put", [put_letter, put_job])
def test_waiting_worker_is_notified_of_a_letter_and_of_a_file_to_check(acquis: App, put) -> None:
    with waiting(acquis, threading.Event()) as told:
        put(acquis)
    assert told == [True]


def test_waiting_worker_returns_when_stopped(acquis: App) -> None:
    stop = threading.Event()
    with waiting(acquis, stop) as told:
        stop.set()
    assert told == [False]


def test_a_letter_whose_hint_was_lost_is_found_in_time(acquis: App) -> None:
    stop = threading.Event()
    sends = threading.Thread(target=keep_sending, args=(acquis, 0.1, stop))
    sends.start()
    try:
        until(lambda: sessions(acquis, f"listen {CHANNEL}"))
        with acquis.database.connection() as connection, connection.cursor() as cursor:
            letter = {"id": uuid4(), "person": None, "kind": "password_reset", "language": "fr", "request": None}
            sealed = {"sealed": b"unreadable, which is as good as sent"}
            cursor.execute(PUT, letter | sealed | vars(FactOfLetter()))
        until(lambda: left(acquis) == 0)
    finally:
        stop.set()
        sends.join()


def left(acquis: App) -> int:
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from desk.letter where sealed is not null and failed is null")
        count: int = cursor.fetchall()[0][0]
    return count
