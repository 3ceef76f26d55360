"""Cost of a POST of an assessment through gunicorn, and of its parts.

It is compared with one INSERT in a bare handler and with a careful CRUD (`crud.py`), with the delivered number of
workers, over kept connections (as nginx keeps them) and over one connection each.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from flask import Flask

from adapters.clock import FixedClock
from adapters.framework_file import read, read_openings, read_rulebook, shipped
from adapters.log.application import FactMapper
from adapters.log.recorder import LogRecorder
from adapters.log.store import PostgresAttempt, PostgresStore
from adapters.operations.tokens import Tokens
from adapters.settings import Settings
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.framework.open_route import OpenRoute
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.people.accept_secrecy import AcceptSecrecy
from domain.commands.people.register_person import RegisterPerson
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.framework.definition import Route
from domain.framework.framework import Framework
from domain.people.secrecy import SWORN, TEXT
from domain.ports import OPERATOR, Actor, CandidacyId, FrameworkId, PersonId, Role, RulebookId
from domain.rulebook.rulebook import Rulebook
from tests.bench import crud
from tests.bench.append import COMMENT, MARKS
from tests.bench.clients import Clients, Step, Turn, asked, connected, percentile
from tests.bench.pairs import Figure, Goal
from tests.bench.server import Server
from tests.bench.sizes import sized
from tests.bench.stopwatch import Stopwatch
from tests.given.servers.ports import free_port
from webapi.app import create_app
from webapi.upkeep.startup import acquis
from webapi.wiring import App

CLIENTS, MANY = 8, 16
CALLED = ("acquis", "bare", "crud", "crud_mapped")
TURN = sized(2.0, 0.3)  # seconds
EACH = sized(16, 2)  # candidacies of one client in one turn: about thirty marks each
ALONE = sized(3, 1)  # turns of one client alone
PROFILED = sized(240, 30)  # requests: thirty marks for each of a turn's candidacies
PARTS = 2  # turns of the profile, the first of them discarded
TODAY = date(2022, 5, 2)
ROOT = Path(__file__).parents[2]
READY_WITHIN = sized(60.0, 120.0)


@dataclass(frozen=True)
class Prepared:
    """What the clients need: an assessor, their token, and candidacies to mark."""

    assessor: Actor
    token: str
    candidacies: list[CandidacyId]

    def requests(self, turn: int) -> Iterator[tuple[str, bytes]]:
        """Yield paths and bodies without end: a mark with a comment for each competence of the turn's candidacies."""
        for candidacy in cycle(self.candidacies[turn * EACH : (turn + 1) * EACH]):
            for competence in range(1, MARKS + 1):
                body = {"competence": competence, "mark": "acquired", "comment": COMMENT}
                yield f"/api/v1/candidacies/{candidacy}/assessments", json.dumps(body).encode()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}

    def sent(self, path: str, body: bytes, *, kept: bool, method: str = "POST") -> bytes:
        """Return a whole request as bytes, so that the client's work does not use the server's processors."""
        headers = self.headers | {"Host": "127.0.0.1", "Content-Length": str(len(body))}
        headers |= {} if kept else {"Connection": "close"}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        return "\r\n".join(lines).encode() + body


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the POSTs a second with gunicorn's delivered configuration, in turns, then the parts of one request."""
    turns = pairs + 1
    used_up = (CLIENTS + CLIENTS + MANY) * turns  # turns of clients, each with its own candidacies
    settings = Settings(
        data=server.folder / "http",
        database_url=server.database("http"),
        secret_key=secrets.token_hex(32),
        clock=TODAY,
    )
    with acquis(settings, FixedClock(TODAY)) as opened:
        prepared = prepare(opened, candidacies=EACH * (used_up + ALONE + PARTS))
    crud.fill(str(settings.database_url), prepared.token, prepared.assessor.who, [*prepared.candidacies], MARKS)
    ports = {name: free_port() for name in CALLED}
    rows = (
        ("connections kept, 8 clients", CLIENTS, True),
        ("one each, 8 clients", CLIENTS, False),
        ("one each, 16 clients", MANY, False),
    )
    with ExitStack() as started:
        first, groups = 0, []
        for _, count, kept in rows:  # fork before anything is started or opened
            which = partial(_of_many, first, count)
            loops = {name: partial(posting, port, prepared, which, kept) for name, port in ports.items()}
            groups.append(started.enter_context(Clients(count, loops)))
            first += count * turns
        apart = {
            name: partial(posting, port, prepared, lambda _, n: used_up + n % ALONE, True)  # noqa: FBT003  (kept)
            for name, port in ports.items()
        }
        alone = started.enter_context(Clients(1, apart))
        apps = {"acquis": "webapi.wsgi:application"} | {
            name: f"tests.bench.{name}:application" for name in CALLED if name != "acquis"
        }
        serving = {name: started.enter_context(gunicorn(apps[name], ports[name], settings)) for name in CALLED}
        found = []
        for (title, _, _), clients in zip(rows, groups, strict=True):
            used: dict[str, list[float]] = {name: [] for name in CALLED}
            waits: list[list[float]] = []
            rates = _in_turns(server, clients, serving, used, waits, turns)
            found += [
                Figure(
                    f"POST, {title}, of bare", rates["acquis"], rates["bare"], "/s", Goal(0.35), [_used_note(used)]
                ),
                Figure(f"POST, {title}, of a CRUD", rates["acquis"], rates["crud"], "/s", Goal(1.4)),
                Figure(f"POST, {title}, of a CRUD, mapped", rates["acquis"], rates["crud_mapped"], "/s", Goal(1.4)),
                _slow(title, waits),
            ]
        found.append(Figure("POST, 16 clients beside 8", found[8].ours, found[4].ours, "/s", Goal(0.9)))
        took = {name: 1000 / median(alone.rate(name, TURN) for _ in range(ALONE)) for name in CALLED}
    found[0] = replace(found[0], notes=[*found[0].notes, *_parts(settings, prepared, used_up + ALONE, took)])
    return found


def _in_turns(  # noqa: PLR0917  (into two of them it notes what it sees)
    server: Server,
    clients: Clients,
    serving: dict[str, psutil.Process],
    used: dict[str, list[float]],
    waits: list[list[float]],
    turns: int,
) -> dict[str, list[float]]:
    """Measure A B C D A B C D …; the first round warms up and is discarded. Note our waiting times."""
    rounds = []
    for _ in range(turns):
        rates = {}
        for name in CALLED:
            rates[name], took = _turn(server, clients, name, serving[name], used[name])
            if name == CALLED[0]:
                waits.append(took)
        rounds.append(rates)
    del waits[0]
    return {name: [each[name] for each in rounds[1:]] for name in CALLED}


def _slow(title: str, waits: list[list[float]]) -> Figure:
    """Return the figure of the most that 99 of 100 wait and that half of them wait, in milliseconds."""
    slow, half = ([1000 * percentile(took, of) for took in waits] for of in (99, 50))
    return Figure(f"POST, {title}, p99 of p50", slow, half, "ms", Goal(3, at_least=False))


def prepare(opened: App, candidacies: int) -> Prepared:
    """Publish the certification, and open candidacies with one assigned assessor, by real commands."""
    definition = read(shipped("rncp31936.yaml"))
    rules = read_rulebook(shipped("rulebook-imci-demonstration.yaml"))
    opened.do(PublishFramework(definition=definition), OPERATOR)
    opened.do(PublishRulebook(rules=rules), OPERATOR)
    framework = FrameworkId(Framework.id_of(definition.code, definition.version))
    rulebook = RulebookId(Rulebook.id_of(rules.certifier, rules.version))
    for each in read_openings(shipped("openings-rncp31936-demonstration.yaml"), definition):
        opened.do(
            OpenRoute(framework=framework, **vars(each)),
            OPERATOR,
        )
    registrar, assessor = enrolled(opened, Role.REGISTRAR), enrolled(opened, Role.ASSESSOR)
    found = []
    for _ in range(candidacies):
        candidate = enrolled(opened, Role.CANDIDATE).who
        opening = OpenCandidacy(candidate=candidate, framework=framework, rulebook=rulebook, route=Route.FC)
        candidacy = CandidacyId(next(iter(opened.do(opening, registrar).versions)))
        everything = tuple(range(1, MARKS + 1))
        opened.do(AssignAssessor(candidacy=candidacy, assessor=assessor.who, competences=everything), registrar)
        found.append(candidacy)
    token = opened.tokens.make(assessor, "bench", datetime.now(UTC) + timedelta(days=1), issued_by=None).secret
    return Prepared(assessor, token, found)


def enrolled(opened: App, role: Role) -> Actor:
    recorded = opened.do(RegisterPerson(name=f"Personne fictive, {role.value}", given=(role,)), OPERATOR)
    person = PersonId(next(iter(recorded.versions)))
    if role in SWORN:
        opened.do(AcceptSecrecy(person=person, secrecy_text=TEXT, signed_on=TODAY), OPERATOR)
    return Actor(person=person, role=role)


def _of_many(first: int, count: int, number: int, turns: int) -> int:
    """Return the candidacies that a client marks, which no other client marks; the bare handler's turns use none."""
    return first + turns // len(CALLED) * count + number


@contextmanager
def posting(  # noqa: PLR0917  (the last two are `Loop`'s)
    port: int, prepared: Prepared, which: Callable[[int, int], int], kept: bool, number: int, turns: int
) -> Iterator[Step]:
    """Run one client."""
    requests = (prepared.sent(*each, kept=kept) for each in prepared.requests(which(number, turns)))
    if not kept:
        yield lambda: _alone(port, next(requests))
        return
    with connected(port) as connection:
        yield lambda: asked(connection, next(requests), b"201")


def _alone(port: int, request: bytes) -> None:
    with connected(port) as connection:
        asked(connection, request, b"201")


def _turn(server: Server, clients: Clients, name: str, serving: psutil.Process, used: list[float]) -> Turn:
    """Return the requests a second and the time of each.

    The processor time of gunicorn and PostgreSQL is noted, in ms a request.
    """
    before = processor(server, serving)
    rate, waits = clients.timed(name, TURN)
    used.append(1000 * (processor(server, serving) - before) / (rate * TURN))
    return rate, waits


def processor(server: Server, serving: psutil.Process) -> float:
    """Return the processor seconds of gunicorn and PostgreSQL, with their running and ended children."""
    trees, times = (serving, psutil.Process(server.embedded.pid)), []
    for each in [each for tree in trees for each in (tree, *tree.children(recursive=True))]:
        # the session has just ended: its time counts for the process that began it
        with suppress(psutil.NoSuchProcess):
            times.append(each.cpu_times())
    return float(sum(one.user + one.system + one.children_user + one.children_system for one in times))


def _used_note(used: dict[str, list[float]]) -> str:
    each = ", ".join(f"{name} {median(values[1:]):.2f}" for name, values in used.items())
    return f"processor time a request, gunicorn and PostgreSQL without the clients, ms: {each}"


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment of a process of this installation."""
    given = {
        "ACQUIS_DATA": str(settings.data),
        "ACQUIS_DATABASE_URL": str(settings.database_url),
        "ACQUIS_SECRET_KEY": settings.secret_key,
        "ACQUIS_CLOCK": TODAY.isoformat(),
    }
    return dict(os.environ) | given


@contextmanager
def gunicorn(app: str, port: int, settings: Settings, **more: str) -> Iterator[psutil.Process]:
    """Run the delivered configuration around an application, until the end of the block. `more`: environment."""
    given = environment(settings) | {"ACQUIS_BIND": f"127.0.0.1:{port}"}
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", app]
    process = subprocess.Popen(command, cwd=ROOT, env=given | more)
    try:
        _until_it_answers(process, port)
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
                connection.request("GET", "/healthz")
                connection.getresponse().read()
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


# the parts of one request


def _parts(settings: Settings, prepared: Prepared, first: int, waits: dict[str, float]) -> list[str]:
    """Return the time of each part in one process, and the addition by gunicorn, the socket and the client."""
    from tests.bench import bare  # noqa: PLC0415  (it is an application, like the other)

    watch = Stopwatch()
    parts = (
        ("token look-up", Tokens, Tokens.bearer),
        ("load: SELECT", PostgresStore, PostgresStore.read),
        ("load: decode, evolve", PostgresAttempt, PostgresAttempt.find),
        ("decide", AssessCompetence, AssessCompetence.execute),
        ("encode, seal", FactMapper, FactMapper.to_stored_event),
        ("append", LogRecorder, LogRecorder.insert_events),
    )
    with acquis(settings, FixedClock(TODAY)) as opened:
        took = _in_process(create_app(opened), prepared, first, lambda: watch.on(*parts))
    os.environ["ACQUIS_DATABASE_URL"] = str(settings.database_url)
    beside = Stopwatch()
    bare_took = _in_process(bare.application, prepared, first, lambda: beside.on(("INSERT", bare, bare.put)))
    return [
        "one client, ms: " + _line(watch, took, waits["acquis"]),
        "bare handler, ms: " + _line(beside, bare_took, waits["bare"]),
    ]


def _in_process(app: Flask, prepared: Prepared, first: int, timed: Callable[[], Any]) -> float:
    """Return the milliseconds of a request inside the application, without the first ones."""
    client = app.test_client()
    for turn, wanted in enumerate((False, True)):
        requests = prepared.requests(first + turn)
        with timed() if wanted else ExitStack():
            began = time.perf_counter()
            for _ in range(PROFILED):
                path, body = next(requests)
                answer = client.post(path, data=body, headers=prepared.headers)
                if answer.status_code != http.client.CREATED:
                    raise RuntimeError(answer.text)
    return 1000 * (time.perf_counter() - began) / PROFILED


def _line(watch: Stopwatch, took: float, wait: float) -> str:
    parts = {name: 1000 * seconds / PROFILED for name, seconds in watch.spent.items()}
    parts["Flask and marshmallow (with the test client's own)"] = took - sum(parts.values())
    parts["gunicorn, socket, client (less the test client's own)"] = wait - took
    return ", ".join(f"{name} {value:.2f}" for name, value in parts.items()) + f"; whole {wait:.2f}"
