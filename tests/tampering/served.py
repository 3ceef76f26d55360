"""The served tier of the campaign: a web server and a projector as processes, under production logins.

Each kind of tampering is done to a copy of the played installation while these two run. Only requests observe them.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import uuid4

import psycopg2
from psycopg2.extensions import make_dsn

from adapters.database import beside
from adapters.keys.master_key import own_file
from adapters.log.doubt import LogFinding, finding
from adapters.log.line import COLUMNS, line_of
from domain.commands.organisation.accept_doubt import AcceptDoubt
from domain.organisation.facts import Doubted
from domain.ports import OPERATOR, Actor, PersonId, Role
from tests.given.servers.databases import as_url
from tests.given.servers.ports import free_port
from tests.given.waiting import until
from tests.tampering import kinds
from tests.tampering.in_the_catalogue import CATALOGUE, SERVICES
from tests.tampering.kinds import Kind
from tests.tampering.world import World

ROOT = Path(__file__).parents[2]
LOGINS: Final = ("acquis_web", "acquis_projector")
PROJECTOR: Final = """
from adapters.log import watching
from webapi.cli import main, serve
watching.SHORTEST = serve.EVERY = 0.5
main.program(args=["project"], prog_name="acquis")
"""
"""`acquis project`, with half a second between steps and between rounds instead of five seconds and a minute."""
PATIENCE: Final = 8.0
"""Seconds waited for a red `/readyz`: several rounds."""
SETTLING: Final = 2.0
"""Seconds in which each process does what follows from what it found: two rounds at least."""
LIST: Final = "/api/v1/candidacies"
OF_A_TRIAL: Final = frozenset({"fsync-off", "login-settings", "no-mail-server", "mail-silent", "worker-silent"})
"""Alarms of a campaign without mail, worker or durable disk: they make nothing unready."""


class Response(NamedTuple):
    """The status of an answer, and its body."""

    status: int
    body: Any


@dataclass(frozen=True)
class ServedRow:
    """A kind of tampering and how the served application answers once the watch had time for two rounds or more."""

    kind: Kind | None
    unready: tuple[str, ...]
    """The alarms that `/readyz` names while it is red; none while it is green."""
    reads: str
    writes: str


class ServedWorld(World):
    """A copied installation that is being served: its projector is another process."""

    def project(self) -> None:
        """Wait until the projector has sealed everything; it may be unable to."""
        with suppress(AssertionError):
            until(lambda: self.one("select sealed >= (select max(position) from only log.event) from log.head"))


@dataclass
class Server:
    """A web server and a projector on a copied installation."""

    port: int
    token: str
    paths: tuple[str, ...] = ()
    """What is read of each candidacy, once the list was read for the first time."""

    def ask(self, path: str, body: object = None) -> Response:
        """Send a GET, or a POST if there is a body; status 0: no answer."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        headers |= {"Idempotency-Key": uuid4().hex} if body else {}
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
                connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
                answer = connection.getresponse()
                text = answer.read().decode()
                return Response(answer.status, json.loads(text) if "json" in answer.headers["Content-Type"] else text)
        except (OSError, http.client.HTTPException):
            return Response(0, None)

    def read(self) -> list[Response]:
        """Return the answers to the requests that only read: the candidacies, and what each says of its blocks."""
        listed = self.ask(LIST)
        if not self.paths and listed.status == 200:
            ids = [each["id"] for each in listed.body["items"]]
            self.paths = tuple(f"{LIST}/{each}{of}" for each in ids for of in ("", "/standing"))
        return [listed, *(self.ask(path) for path in self.paths)]

    def alarms(self) -> tuple[str, ...]:
        """Return what `/readyz` names while it is red; nothing while it is green."""
        answer = self.ask("/readyz")
        if answer.status == 200:
            return ()
        named = [each["rule"] for each in (answer.body or {}).get("violations", ())]
        return tuple(each for each in dict.fromkeys(named) if each not in OF_A_TRIAL) or (str(answer.status),)

    def write(self) -> str:
        """Have somebody registered, and return in words what the answer was."""
        answer = self.ask("/api/v1/persons", {"name": "Personne fictive", "roles": ["candidate"]})
        return "recorded" if answer.status == 201 else f"{answer.status} `{answer.body['type'].rpartition('/')[2]}`"


@contextmanager
def logins(server_url: str) -> Iterator[dict[str, str]]:
    """One login of each role that serves, by role, as `deploy/roles.sql` makes them."""
    mark = uuid4().hex[:12]
    made = {role: f"{role}_{mark}" for role in LOGINS}
    with closing(psycopg2.connect(server_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for role, login in made.items():
            cursor.execute(f"create role {login} login in role {role}")
        yield made
        for login in made.values():
            cursor.execute(f"drop role {login}")


@contextmanager
def serving(world: World, made: dict[str, str]) -> Iterator[Server]:
    """Serve a copied installation: gunicorn and `acquis project`, each under its own login."""
    port = free_port()
    server = Server(port, _token(world))
    commands = {
        "acquis_web": [sys.executable, "-m", "gunicorn", "-c", "python:webapi.gunicorn_settings", "--workers", "1",
                       "--bind", f"127.0.0.1:{port}"],
        "acquis_projector": [sys.executable, "-c", PROJECTOR],
    }  # fmt: skip
    with (world.settings.data / "served.log").open("wb") as said:
        running = [
            subprocess.Popen(commands[role], cwd=ROOT, env=_environment(world, made[role]), stdout=said, stderr=said)
            for role in LOGINS
        ]
        try:
            until(lambda: server.ask("/readyz").status == 200, lambda: Path(said.name).read_text("utf-8")[-3000:])
            until(lambda: world.one("select round_at is not null from log.watch"))
            yield server
        finally:
            for each in running:
                each.terminate()
            for each in running:
                each.wait(30)


def _environment(world: World, login: str) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("ACQUIS_")}
    dsn = make_dsn(world.url, user=login)
    return mine | {
        "ACQUIS_PRODUCTION": "true",
        "ACQUIS_DATABASE_URL": as_url(dsn),
        "ACQUIS_KEYS_DATABASE_URL": as_url(beside(dsn)),
        "ACQUIS_MASTER_KEY": own_file(world.settings).read_text("utf-8").strip(),
        "ACQUIS_SECRET_KEY": world.settings.secret_key,
        "ACQUIS_DATA": str(world.settings.data),
        "LANG": "en_GB.UTF-8",
    }


def _token(world: World) -> str:
    """Return the secret of a token of somebody who registers people."""
    person = world.one("select stream from log.event where type = 'RoleGranted' and body like '%registrar%' limit 1")
    registrar = Actor(person=PersonId(person), role=Role.REGISTRAR)
    soon = datetime.now(UTC) + timedelta(hours=1)
    return world.acquis.tokens.make(registrar, "tampering", soon, issued_by=None).secret


def row_of(world: World, made: dict[str, str], kind: Kind | None) -> ServedRow:
    """Serve a copied installation, tamper with it, and return how it answers; None: nobody tampers."""
    watched = ServedWorld(**{each.name: getattr(world, each.name) for each in fields(World)})
    with serving(watched, made) as server:
        before = server.read()
        if kind:
            kind(watched)
        deadline = time.monotonic() + (PATIENCE if kind else SETTLING)
        while not server.alarms() and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(SETTLING)
        return ServedRow(kind, server.alarms(), _compared(before, server.read()), server.write())


def _compared(before: list[Response], after: list[Response]) -> str:
    """Return in words how answers differ from those before the tampering."""
    failed = sorted({str(now.status) for now in after if now.status != 200})
    another = any(then != now for then, now in zip(before, after, strict=True) if now.status == 200)
    return ", ".join([*failed, *["another answer"] * another]) or "as before"


# what only a server that runs shows


def accept(world: World, found: LogFinding) -> None:
    """Append the acceptance of a finding with the web's login, without anybody who confirms it."""
    named = Doubted(slug=found.slug, place=found.place, digest=found.digest)
    world.acquis.do(AcceptDoubt(findings=(named,), reason="none"), OPERATOR)


def a_change(world: World) -> tuple[str, LogFinding]:
    """Return a statement that changes a fact, and the finding that it leads to."""
    at = world.a_fact("CompetenceAssessed")
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute(f"select {COLUMNS}, l.hash from log.event e join log.leaf l using (position)"  # noqa: S608
                       " where e.position = %s", (at,))  # fmt: skip
        (fact,) = cursor.fetchall()
    changed = [*fact[:4], fact[4].replace('"mark":', '"mark" :'), *fact[5:]]
    statement = f"update log.event set body = replace(body, '\"mark\":', '\"mark\" :') where position = {at}"  # noqa: S608
    return statement, finding("line-changed", f"position {at}", line_of(changed), bytes(fact[8]))


def accepted_before(world: World) -> None:
    """The web's login accepts a doubt that is not there yet, and the fact is changed then"""
    statement, found = a_change(world)
    accept(world, found)
    world.project()
    world.sql(statement)


def accepted_after(world: World) -> None:
    """A fact is changed, the watch finds it, and the web's login accepts the doubt"""
    statement, found = a_change(world)
    world.sql(statement)
    until(lambda: world.one(f"select count(*) from log.doubt where digest = '{found.digest}'"))  # noqa: S608
    accept(world, found)
    world.project()


def doubt_removed(world: World) -> None:
    """A fact is changed, the watch finds it, and the doubt is removed"""
    statement, _ = a_change(world)
    world.sql(statement)
    until(lambda: world.one("select count(*) from log.doubt"))
    world.open("delete from log.doubt")


OF_THE_CATALOGUE: Final = (
    "A policy hides a dossier among the read models",
    "A policy hides facts from commands",
    "A child table of the log shows another log: a role for somebody",
    "A rule keeps `log.doubt` empty, and a fact is changed",
    "A trigger keeps `log.doubt` empty, and a fact is changed",
    "A policy keeps `log.doubt` empty, and a fact is changed",
    "An operational table is made unlogged",
    "The leaves are made unlogged",
    "A constraint of the log is dropped",
    "Commits are asynchronous (`synchronous_commit`)",
    "Names are looked up elsewhere first (`search_path`)",
    "A function of the log gets another owner",
    "The projector is given the accounts",
    "A reporting view is changed",
    "A migration is recorded as applied, so that nothing is compared",
)
BY_NAME: Final = {kind.__doc__: kind for kind in CATALOGUE}
SERVED: Final[dict[str, tuple[Kind, ...]]] = {
    "A superuser of the database": (
        kinds.payload,
        kinds.ghost,
        doubt_removed,
        *(BY_NAME[name] for name in OF_THE_CATALOGUE),
    ),
    "The login of one service": (*SERVICES, accepted_before, accepted_after, kinds.lawful_append, kinds.password),
}
"""What is tried on the served application, by who does it."""
