"""A whole `acquis serve` on a data folder of its own, which a test can run, damage and inspect."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import psutil
import psycopg2

from adapters.clock import FixedClock
from adapters.framework_file import read, read_openings, read_rulebook, shipped
from adapters.settings import Settings, kept_secret
from domain.commands.framework.open_route import OpenRoute
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.people.accept_secrecy import AcceptSecrecy
from domain.commands.people.register_person import RegisterPerson
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.framework.framework import Framework
from domain.people.secrecy import SWORN, TEXT
from domain.ports import OPERATOR, Actor, FrameworkId, PersonId, Role, RulebookId
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.session_rules import SILENT
from tests.given.servers.ports import free_port
from tests.given.servers.processes import alive, cmdline, living_children, name_of
from webapi.upkeep.startup import acquis
from webapi.wiring import App

TODAY = date(2022, 5, 2)
GREEN_WITHIN = 60.0


class Answer(NamedTuple):
    """An answer of the server: status, headers, body."""

    status: int
    headers: dict[str, str]
    body: Any


class Known(NamedTuple):
    """What clients need: the certification, the registrar and the assessor with their tokens."""

    framework: FrameworkId
    rulebook: RulebookId
    registrar: Actor
    assessor: Actor
    tokens: dict[Role, str]


class Serving:
    """A data folder and, most of the time, an `acquis serve` on it; with the embedded database or another."""

    def __init__(self, data: Path, database_url: str | None = None) -> None:
        self.data = data
        self.port = free_port()
        given = {"ACQUIS_DATA": str(data), "ACQUIS_CLOCK": TODAY.isoformat()}
        given |= {"ACQUIS_DATABASE_URL": database_url} if database_url else {}
        mine = {name: value for name, value in os.environ.items() if not name.startswith("ACQUIS_")}
        self.environment = mine | given
        secret = kept_secret(data / "keys" / "secret")
        self.settings = Settings(data=data, database_url=database_url, secret_key=secret, clock=TODAY)
        self.process: subprocess.Popen[bytes] | None = None
        self.dsn = ""
        self._met: set[psutil.Process] = set()

    def start(self) -> None:
        """Start it without waiting."""
        command = [sys.executable, "-m", "webapi.cli.main", "serve", "--port", str(self.port)]
        with (self.data / "serve.log").open("ab") as said:
            self.process = subprocess.Popen(command, env=self.environment, stdout=said, stderr=said)

    def stop(self) -> int:
        """Stop it as a service manager would; return its exit code."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def run(self, *arguments: str, within: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Run another `acquis` command on the same data."""
        command = [sys.executable, "-m", "webapi.cli.main", *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=within, check=False
        )

    # its visible state

    def ask(
        self,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        key: str = "",
        within: float = 20.0,
        hear: bool = True,
    ) -> Answer:
        """Send a GET, or a POST if there is a body. `hear=False` disconnects before the answer: ConnectionError."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=within)) as connection:
            sent = None if body is None else json.dumps(body)
            connection.request("GET" if body is None else "POST", path, sent, headers)
            answer = connection.getresponse()
            text = answer.read()
            if not hear:
                raise ConnectionAbortedError("the answer was lost")
            said = json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, said)

    def health(self, path: str) -> int:
        """Return the status of /healthz or /readyz; 0 without an answer."""
        try:
            return self.ask(path, within=10.0).status
        except (OSError, http.client.HTTPException):
            return 0

    def until_ready(self, within: float = GREEN_WITHIN) -> float:
        """Wait until /readyz is green; return the seconds that it took."""
        began = time.monotonic()
        wait_until(
            lambda: self._lives() and self.health("/readyz") == 200,
            within,
            lambda: f"no green /readyz, which says {self._unready()}: {self.said()}",
        )
        return time.monotonic() - began

    def _unready(self) -> object:
        """Return what /readyz says now."""
        try:
            return self.ask("/readyz", within=10.0).body
        except (OSError, http.client.HTTPException) as error:
            return str(error)

    def said(self) -> str:
        """Return the end of its output."""
        return (self.data / "serve.log").read_text(errors="replace")[-3000:]

    def broke(self) -> str:
        """Return the last internal error that it logged, with its traceback."""
        noted = [line for line in (self.data / "serve.log").read_text(errors="replace").splitlines()
                 if '"event": "internal"' in line]  # fmt: skip
        return noted[-1].replace("\\n", "\n") if noted else ""

    def workers(self) -> list[psutil.Process]:
        """Return its gunicorn workers."""
        return [worker for worker in living_children(self.gunicorn()) if "gunicorn" in cmdline(worker)]

    def projector(self) -> psutil.Process | None:
        """Return its projector, if it runs."""
        found = self._children("acquis project")
        return found[0] if found else None

    def gunicorn(self) -> psutil.Process:
        """Return the gunicorn master."""
        return self.masters()[0]

    def masters(self) -> list[psutil.Process]:
        """Return the running gunicorn masters: one, or none after a kill."""
        found = self._children("gunicorn")
        return [each for each in found if each.ppid() not in {other.pid for other in found}]

    def postmaster(self) -> psutil.Process | None:
        """Return the embedded PostgreSQL of this data folder, if it runs; never another one."""
        with suppress(OSError, ValueError, psutil.Error):
            found = psutil.Process(int((self.data / "database" / "postmaster.pid").read_text().split("\n", 1)[0]))
            if found.name() == "postgres" and Path(found.cwd()) == self.data / "database":
                return found if found.status() != psutil.STATUS_ZOMBIE else None
        return None

    def backends(self) -> list[psutil.Process]:
        """Return the PostgreSQL processes that serve a connection."""
        found = self.postmaster()
        return [each for each in living_children(found) if "acquis [local]" in cmdline(each)] if found else []

    def everything(self) -> list[psutil.Process]:
        """Return all its running processes: those of its data folder, their children, and former children.

        A process that changes its title overwrites its environment; it is recognised by its output file.
        """
        found = set(self._met)
        for each in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if self._is_ours(each):
                    found |= {each, *each.children(recursive=True)}
        self._met = {each for each in found if alive(each)}
        return list(self._met)

    def _is_ours(self, process: psutil.Process) -> bool:
        said = Path(f"/proc/{process.pid}/fd/2").readlink()
        return (
            said == self.data / "serve.log"
            or process.environ().get("ACQUIS_DATA") == str(self.data)
            or Path(process.cwd()) == self.data / "database"
        )

    def free_locks(self) -> bool:
        """Return whether nobody holds the locks of the data folder."""
        for name in ("database.lock", "database.users"):
            with (self.data / name).open("r+") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
        return True

    @contextmanager
    def sql(self, *, autocommit: bool = True) -> Iterator[psycopg2.extensions.cursor]:
        """Yield a superuser's session on its database."""
        with closing(psycopg2.connect(self.dsn)) as connection, connection.cursor() as cursor:
            connection.autocommit = autocommit
            yield cursor

    def rows(self, query: str, given: Any = None) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.sql() as cursor:
            cursor.execute(query, given)
            return cursor.fetchall()

    def clear_away(self) -> None:
        """Kill its remaining processes and remove its folder."""
        if self.process is not None and self.process.poll() is None:
            for each in self.everything():
                with suppress(psutil.Error):
                    each.resume()
            with suppress(subprocess.TimeoutExpired):
                self.stop()
        for each in self.everything():
            with suppress(psutil.Error):
                each.kill()
        shutil.rmtree(self.data, ignore_errors=True)

    def _lives(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        return True

    def _children(self, words: str) -> list[psutil.Process]:
        assert self.process
        try:
            children = psutil.Process(self.process.pid).children(recursive=True)
            return [child for child in children if alive(child) and words in f"{name_of(child)} {cmdline(child)}"]
        except psutil.Error:
            return []


@contextmanager
def serving(database_url: str | None = None) -> Iterator[tuple[Serving, Known]]:
    """Yield a running, ready server with a certification, a registrar and an assessor."""
    server = Serving(Path(tempfile.mkdtemp(prefix="acquis-torture-", dir="/tmp")), database_url)
    try:
        server.start()
        server.until_ready()
        with acquis(server.settings, FixedClock(TODAY)) as opened:
            server.dsn = opened.server.dsn
            known = assemble(opened)
        yield server, known
    except Exception as error:
        error.add_note(f"it said: {server.said()}")
        raise
    finally:
        server.clear_away()


def assemble(opened: App) -> Known:
    """Publish the certification and register the people who send requests, by real commands."""
    definition = read(shipped("rncp31936.yaml"))
    rules = replace(read_rulebook(shipped("rulebook-imci-demonstration.yaml")), sessions=SILENT)
    framework = FrameworkId(Framework.id_of(definition.code, definition.version))
    opened.do(PublishFramework(definition=definition), OPERATOR)
    opened.do(PublishRulebook(rules=rules), OPERATOR)
    for each in read_openings(shipped("openings-rncp31936-demonstration.yaml"), definition):
        opened.do(OpenRoute(framework=framework, route=each.route, opened_on=each.opened_on, ground=each.ground,
                            modalities=each.modalities), OPERATOR)  # fmt: skip
    people, tokens = {}, {}
    for role in (Role.REGISTRAR, Role.ASSESSOR, Role.AUDITOR):
        recorded = opened.do(RegisterPerson(name=f"Personne fictive {role.value}", given=(role,)), OPERATOR)
        people[role] = Actor(person=PersonId(next(iter(recorded.versions))), role=role)
        if role in SWORN:
            accepts = AcceptSecrecy(person=people[role].who, secrecy_text=TEXT, signed_on=TODAY)
            opened.do(accepts, OPERATOR)
        tokens[role] = opened.tokens.make(
            people[role], "torture", datetime.now(UTC) + timedelta(days=1), issued_by=None
        ).secret
    rulebook = RulebookId(Rulebook.id_of(rules.certifier, rules.version))
    return Known(framework, rulebook, people[Role.REGISTRAR], people[Role.ASSESSOR], tokens)


def end(process: psutil.Process, within: float = 10.0) -> None:
    """Kill a process (-9) and wait until it has ended; for a database server, until its backends have ended too.

    Backends outlive the server by some milliseconds and still answer, while new connections are refused: a check
    right after the kill would report that all is well. A child of another process may be a database server that it
    started; it stays.
    """
    ending = [process, *(process.children() if process.name() == "postgres" else ())]
    process.kill()
    wait_until(
        lambda: not any(map(alive, ending)), within, lambda: f"outlive it: {[*map(cmdline, ending)]}", every=0.001
    )


def wait_until(so: Callable[[], bool], within: float, otherwise: Callable[[], str], *, every: float = 0.1) -> None:
    """Poll until the condition is true; fail with a sentence if it does not become true."""
    deadline = time.monotonic() + within
    while not so():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(every)


PERSONS = "/api/v1/persons"


def register(server: Serving, known: Known, key: str = "") -> Answer:
    body = {"name": "Personne fictive", "roles": ["candidate"]}
    return server.ask(PERSONS, body, token=known.tokens[Role.REGISTRAR], key=key or uuid4().hex)


def until_served(send: Callable[[], Answer]) -> Answer:
    """Send again, as Retry-After says, until the answer is not 503."""
    deadline = time.monotonic() + 60
    while True:
        try:
            answer = send()
        except (OSError, http.client.HTTPException):
            answer = None
        if answer and answer.status != 503:
            assert answer.status == 201, answer
            return answer
        assert time.monotonic() < deadline
        time.sleep(0.2)
