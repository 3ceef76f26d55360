"""Waiting time of a user while 48 others request exports of their data, under gunicorn as delivered.

Each of the 48 takes four exports, one after another. A refused client asks again after the seconds of `Retry-After`.
"""

from __future__ import annotations

import http.client
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from threading import Event
from typing import TYPE_CHECKING, Final

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.settings import Settings
from domain.candidacy.candidacy import Candidacy
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.ports import OPERATOR, Actor, Role
from tests.bench.append import COMMENT
from tests.bench.clients import percentile
from tests.bench.http import TODAY, gunicorn, prepare
from tests.bench.pairs import Figure, Goal
from tests.bench.sizes import sized
from tests.bench.soak import projecting
from tests.given.servers.ports import free_port
from webapi.upkeep.startup import acquis

if TYPE_CHECKING:
    from tests.bench.http import Prepared
    from tests.bench.server import Server
    from webapi.wiring import App

EXPORTS: Final = sized(48, 3)
EACH: Final = sized(4, 1)
"""Exports of each client."""
MARKED: Final = sized(20, 2)
"""Competences on which each candidate is assessed."""
QUIET: Final = sized(5.0, 0.5)
"""Seconds of the other user alone, before the exports."""
GIVE_UP: Final = 60.0
MOST: Final = 500.0
"""The most milliseconds; the same as behind nginx while strangers hold connections (ADR 40)."""


def figures(server: Server, _pairs: int) -> list[Figure]:
    """Return the milliseconds that the other user waits, at p99, during the exports and before them."""
    settings = Settings(
        data=server.folder / "heavy",
        database_url=_database(server),
        secret_key=secrets.token_hex(32),
        clock=TODAY,
    )
    with acquis(settings, FixedClock(TODAY)) as opened:
        prepared = prepare(opened, candidacies=EXPORTS)
        asking = list(_candidates(opened, prepared))
    port = free_port()
    with gunicorn("webapi.wsgi:application", port, settings), projecting(settings):
        _until_told(port, *asking[-1])
        alone = _looks(port, prepared, until=time.perf_counter() + QUIET)
        began, over = time.perf_counter(), Event()
        with ThreadPoolExecutor(EXPORTS + 1) as people:
            looking = people.submit(_looks, port, prepared, over=over)
            exports = [people.submit(_exported, port, *each) for each in asking]
            again = sum(each.result() for each in exports)
            took = time.perf_counter() - began
            over.set()
            beside = looking.result()
    said = [
        f"{EXPORTS} people take {EACH} exports each, the last after {took:.1f} s; asked again {again} times",
        f"{len(beside)} requests: half waited {1000 * percentile(beside, 50):.0f} ms, one {1000 * max(beside):.0f}",
    ]
    slow, before = 1000 * percentile(beside, 99), 1000 * percentile(alone, 99)
    return [
        Figure("another user's p99 beside exports", [slow], [], "ms", Goal(MOST, at_least=False), said),
        Figure("another user's p99 alone", [before], [], "ms", None, []),
    ]


def _database(server: Server) -> str:
    """Return a database with the migrations' objects only: the watch would stop recording because of any other."""
    dsn = server.embedded.dsn("heavy")
    DatabaseServer(dsn).migrate()
    return dsn


def _candidates(opened: App, prepared: Prepared) -> list[tuple[str, str]]:
    """Return each candidate's id and token; each is assessed first."""
    found = []
    expires = datetime.now(UTC) + timedelta(days=1)
    with opened.store.attempt(opened.request_of(OPERATOR), frozenset()) as log:
        candidates = [log.load(Candidacy, each).terms.candidate for each in prepared.candidacies]
    for candidacy, candidate in zip(prepared.candidacies, candidates, strict=True):
        for competence in range(1, MARKED + 1):
            mark = AssessCompetence(candidacy=candidacy, competence=competence, mark="acquired", comment=COMMENT)
            opened.do(mark, prepared.assessor)
        actor = Actor(person=candidate, role=Role.CANDIDATE)
        found.append((str(candidate), opened.tokens.make(actor, "bench", expires, issued_by=None).secret))
    return found


def _looks(port: int, prepared: Prepared, until: float = float("inf"), over: Event | None = None) -> list[float]:
    """Request a candidate's standing repeatedly; return the seconds of each request."""
    path, waits = f"/api/v1/candidacies/{prepared.candidacies[0]}/standing", []
    while time.perf_counter() < until and not (over and over.is_set()):
        began = time.perf_counter()
        status, _, _ = _asked(port, path, prepared.token)
        if status != HTTPStatus.OK:
            raise RuntimeError(f"the other user was answered {status}")
        waits.append(time.perf_counter() - began)
    return waits


def _exported(port: int, person: str, token: str) -> int:
    """Take a person's exports; return how often they had to be requested again."""
    taken = 0
    for asked in range(10_000):
        status, wait, body = _asked(port, f"/api/v1/persons/{person}/export", token)
        if status == HTTPStatus.OK and body.startswith(b"PK"):
            taken += 1
            if taken == EACH:
                return asked + 1 - EACH
        elif status not in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
            raise RuntimeError(f"an export was answered {status}: {body[:300]!r}")
        time.sleep(wait)  # no pause after an export
    raise TimeoutError("an export was refused for too long")


def _until_told(port: int, person: str, token: str) -> None:
    """Wait until the projector has projected everything, which an export requires."""
    deadline = time.monotonic() + GIVE_UP
    while _asked(port, f"/api/v1/persons/{person}/export", token)[0] != HTTPStatus.OK:
        if time.monotonic() > deadline:
            raise TimeoutError("the projector does not catch up")
        time.sleep(0.2)


def _asked(port: int, path: str, token: str) -> tuple[int, float, bytes]:
    """Return the status, the seconds of `Retry-After`, and the body."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=GIVE_UP)) as connection:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        return answer.status, float(answer.getheader("Retry-After", "0")), answer.read()
