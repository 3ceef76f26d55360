"""The world of the API tests: an application with its projector and people."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from flask import Response, request
from psycopg2.extensions import parse_dsn

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.framework_file import read, read_openings, read_rulebook, shipped
from adapters.log.recorder import LogRecorder
from adapters.operations.accounts import Accounts
from adapters.settings import Settings
from domain.commands.framework.open_route import OpenRoute
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.people.accept_secrecy import AcceptSecrecy
from domain.commands.people.register_person import RegisterPerson
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.framework.framework import Framework
from domain.people.secrecy import SWORN, TEXT
from domain.ports import OPERATOR, Actor, FrameworkId, OrganisationId, PersonId, Role, RulebookId
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.session_rules import SILENT
from projections.engine.runner import Projector
from tests.given.files.specimens import PDF
from tests.given.servers.databases import a_database
from tests.given.webapi.oracle import Kept, check_words
from tests.given.webapi.workers import as_worker
from webapi.api.openapi import openapi
from webapi.app import create_app
from webapi.demonstration.jurors import qualify
from webapi.evidence.worker import work_off
from webapi.wiring import App, assemble

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse


FEBRUARY = date(2021, 2, 1)
LIMIT = 300_000
LIGHT = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
"""Parameters for quick password hashes: a quarter of a second each would be most of a test's time."""
PLACE = "IMCI - 207, rue du Faubourg Saint Martin - 75010 Paris"
"""The only place of certification of the sheet."""
HEAD = "select coalesce(max(position), 0), count(*), (select next_index from log.head) from log.event"
NEWEST = "select max(position), pg_sequence_last_value('log.position'::regclass) from log.event"
PEOPLE = (
    ("hugo", Role.ASSESSOR),
    ("ines", Role.ASSESSOR),
    ("jules", Role.JUROR),
    ("katia", Role.JUROR),
    ("lucien", Role.JUROR),
    ("maud", Role.JUROR),
    ("noe", Role.JUROR),
    ("odile", Role.JUROR),
    ("rose", Role.REGISTRAR),
    ("sacha", Role.AUDITOR),
    ("tess", Role.REPORTER),
    ("ulysse", Role.ADMIN),
)


@dataclass(frozen=True)
class Caller:
    """A person with a token."""

    world: World
    id: PersonId
    role: Role
    token: str

    @property
    def actor(self) -> Actor:
        return Actor(person=self.id, role=self.role)

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, **headers: str) -> TestResponse:
        self.world.catch_up()
        return self.world.app.test_client().get(path, headers=self.bearer | _named(headers), buffered=True)

    def read(self, path: str) -> Any:
        return self.get(path).json

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        given = {} if body is None else {"json": body}
        return self.world.app.test_client().post(path, headers=self.bearer | _named(headers), **given)

    def upload(
        self,
        candidacy: UUID,
        content: bytes = PDF,
        name: str = "cv.pdf",
        media_type: str = "application/pdf",
        competences: Sequence[Any] = (1,),
        *,
        checked: bool = True,
        **headers: str,
    ) -> TestResponse:
        """Submit a file, and have it checked, unless it must stay under check."""
        answer = self.world.app.test_client().post(
            f"/api/v1/candidacies/{candidacy}/evidence",
            data={
                "competences": [str(each) for each in competences],
                "file": (io.BytesIO(content), name, media_type),
            },
            headers=self.bearer | _named(headers),
        )
        if checked and answer.status_code == 201:
            self.world.worked_off()
        return answer


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class World:
    """An installation with its application, its projector and its people."""

    acquis: App
    app: Flask
    clock: FixedClock
    projector: Projector
    url: str
    framework: FrameworkId
    rulebook: RulebookId
    people: dict[str, Caller] = field(default_factory=dict)
    houses: dict[str, OrganisationId] = field(default_factory=dict)
    shown: Any = None
    """The newest fact at the last update of the read models."""

    def __getattr__(self, name: str) -> Caller:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def join(self, name: str, *roles: Role) -> Caller:
        recorded = self.acquis.do(
            RegisterPerson(name=f"{name.title()} Exemple", email=f"{name}@example.org", given=roles), OPERATOR
        )
        person = PersonId(next(iter(recorded.versions)))
        if SWORN & set(roles):
            self.acquis.do(AcceptSecrecy(person=person, secrecy_text=TEXT, signed_on=self.clock.today()), OPERATOR)
        self.people[name] = self.token(person, roles[0])
        return self.people[name]

    def token(self, person: PersonId, role: Role, lasts: timedelta = timedelta(days=1)) -> Caller:
        holder, until = Actor(person=person, role=role), datetime.now(UTC) + lasts
        token = self.acquis.tokens.make(holder, "tests", until, issued_by=None).secret
        return Caller(self, person, role, token)

    @cached_property
    def looking(self) -> Database:
        """A connection as superuser to read the database, used around each request."""
        return Database(self.url, size=1)

    def worked_off(self) -> int:
        """Check the submitted files as a worker would, without copies; return their number."""
        with as_worker(self.app.extensions["acquis"]) as acquis:
            return work_off(acquis, ("check",))

    def jobs_wait(self, minutes: int) -> None:
        """Make the waiting jobs this many minutes older."""
        with self.looking.connection() as connection, connection.cursor() as cursor:
            passed = {"passed": timedelta(minutes=minutes)}
            cursor.execute("update desk.job set due_at = due_at - %(passed)s, made_at = made_at - %(passed)s", passed)

    def catch_up(self) -> None:
        """Project what was recorded since the last time, if anything."""
        with self.looking.connection() as connection, connection.cursor() as cursor:
            cursor.execute(NEWEST)
            newest = cursor.fetchone()
        if newest != self.shown:
            self.projector.catch_up()
            self.shown = newest

    def head(self) -> Any:
        with self.looking.connection() as connection, connection.cursor() as cursor:
            cursor.execute(HEAD)
            return cursor.fetchone()

    def files(self) -> list[str]:
        folder = self.acquis.settings.data / "evidence"
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

    def pieces(self) -> list[str]:
        """Return the submitted files, without their reading copies."""
        return [name for name in self.files() if name.startswith("kept/")]

    def refuses(
        self,
        status: int,
        slug: str,
        send: Callable[[], TestResponse],
        inputs: Sequence[str] = (),
    ) -> TestResponse:
        """Check a refusal (`oracle.py`): the right answer, nothing stored, nothing revealed."""
        self.catch_up()
        before = Kept.by(self)
        answer = send()
        check_words(answer, status, slug, inputs)
        before.check(Kept.by(self))
        assert self.app.test_client().get("/healthz").status_code == 200
        return answer


@pytest.fixture(scope="module")
def settings_of_town(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Return settings with an empty database, and a data folder, for all tests of a file."""
    with a_database(server_url, template) as url:
        yield settled(tmp_path_factory.mktemp("town"), url)


@pytest.fixture(scope="session")
def first_town(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make an installation with the certification and its people, once; others are copies of it."""
    with a_database(server_url, template) as url:
        settings = settled(tmp_path_factory.mktemp("first-town"), url)
        with built(assemble(settings, DatabaseServer(url), FixedClock(FEBRUARY)), url) as made:
            pass
        yield made


@pytest.fixture(scope="module")
def town(server_url: str, first_town: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return a copy of the first town for all tests of a file: database, keys and data folder."""
    data = tmp_path_factory.mktemp("town") / "data"
    shutil.copytree(first_town.acquis.settings.data, data)
    with a_database(server_url, str(parse_dsn(first_town.url)["dbname"])) as url:
        acquis = assemble(settled(data, url), DatabaseServer(url), FixedClock(FEBRUARY))
        with opened(acquis, url, first_town) as made:
            yield made
        assert made.app.extensions["unpromised"] == []


def settled(data: Path, url: str) -> Settings:
    """Return the settings of a town."""
    return Settings(data=data, database_url=url, secret_key="tests only " * 4, max_upload_bytes=LIMIT)


@pytest.fixture
def world(town: World) -> World:
    """Yield the town in February 2021, with two candidates who have done nothing yet."""
    return with_candidates(town)


def with_candidates(town: World) -> World:
    """Return the town in February 2021, with Marie and Nadia newly registered."""
    town.clock.set(FEBRUARY)
    for name in ("marie", "nadia"):
        town.join(name, Role.CANDIDATE)
    town.projector.catch_up()
    return town


@contextmanager
def built(acquis: App, url: str) -> Iterator[World]:
    """Publish the certification and register the people."""
    definition = read(shipped("rncp31936.yaml"))
    rules = replace(read_rulebook(shipped("rulebook-imci-demonstration.yaml")), sessions=SILENT)
    acquis.do(PublishFramework(definition=definition), OPERATOR)
    acquis.do(PublishRulebook(rules=rules), OPERATOR)
    framework = FrameworkId(Framework.id_of(definition.code, definition.version))
    for opening in read_openings(shipped("openings-rncp31936-demonstration.yaml"), definition):
        acquis.do(OpenRoute(framework=framework, **vars(opening)), OPERATOR)
    with served(acquis, url, framework, RulebookId(Rulebook.id_of(rules.certifier, rules.version))) as made:
        for name, role in PEOPLE:
            made.join(name, role)
        people = {name: caller.id for name, caller in made.people.items()}
        made.houses = qualify(acquis.do, definition.code, people, made.people["rose"].actor)
        made.projector.catch_up()
        yield made


@contextmanager
def opened(acquis: App, url: str, first: World) -> Iterator[World]:
    """Yield a copy of a town, with its people and their tokens."""
    with served(acquis, url, first.framework, first.rulebook) as made:
        made.people = {name: replace(caller, world=made) for name, caller in first.people.items()}
        made.houses = dict(first.houses)
        yield made


@contextmanager
def served(acquis: App, url: str, framework: FrameworkId, rulebook: RulebookId) -> Iterator[World]:
    """Yield an installation with its application and its projector."""
    projecting = Database(url, role="acquis_projector", size=2)
    acquis = replace(acquis, accounts=Accounts(acquis.database, LIGHT))
    made = World(
        acquis=acquis,
        app=an_application(acquis),
        clock=cast("FixedClock", acquis.clock),
        projector=Projector(projecting, LogRecorder(projecting)),
        url=url,
        framework=framework,
        rulebook=rulebook,
    )
    try:
        yield made
    finally:
        made.looking.close()
        projecting.close()
        acquis.close()
        IDLE.append(made.app)


IDLE: list[Flask] = []
"""Applications of finished towns."""


def an_application(acquis: App) -> Flask:
    """Return an application, reused from a finished town with the same settings if possible.

    Making one takes long, and it holds no state of its installation: it looks that up at each request.
    """
    for app in IDLE:
        left: App = app.extensions["acquis"]
        if (
            replace(left.settings, data=acquis.settings.data, database_url=acquis.settings.database_url)
            == acquis.settings
        ):
            IDLE.remove(app)
            app.extensions.update(acquis=acquis, unpromised=[])
            return app
    return watched(create_app(acquis))


PROMISED: dict[tuple[str, str], set[str]] = {}
"""The statuses of each operation, read once from the document, which is the same for every installation."""


def watched(app: Flask) -> Flask:
    """Return the application, which notes each status that its OpenAPI document does not declare."""
    if not PROMISED:
        PROMISED.update(
            ((f"{path}".replace("{", "<").replace("}", ">"), method.upper()), set(operation["responses"]))
            for path, operations in openapi(app)["paths"].items()
            for method, operation in operations.items()
            if method != "parameters"
        )
    app.extensions["unpromised"] = []

    def note(response: Response) -> Response:
        if request.url_rule and request.method != "OPTIONS":
            key = re.sub(r"<\w+:", "<", request.url_rule.rule), request.method.replace("HEAD", "GET")
            if key in PROMISED and str(response.status_code) not in PROMISED[key] | {"304", "405"}:
                app.extensions["unpromised"].append((*key, response.status_code))
        return response

    app.after_request(note)
    return app
