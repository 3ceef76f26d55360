"""Cost of the shared framework: opening candidacies of one framework, compared with those of eight."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from uuid import uuid4

from adapters.clock import FixedClock
from adapters.database.pool import Database
from adapters.framework_file import read, read_openings, read_rulebook, shipped
from adapters.log.application import Acquis, FactMapper, WrittenFact
from adapters.log.codec import Envelope
from adapters.log.recorder import LogRecorder
from adapters.log.store import PREPARED, PostgresStore
from adapters.settings import Settings
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.framework.open_route import OpenRoute
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.execute import execute
from domain.fact import Personal
from domain.framework.definition import Route
from domain.framework.framework import Framework
from domain.people.facts import Registered, RoleGranted
from domain.ports import OPERATOR, Actor, FrameworkId, PersonId, Request, Role, RulebookId
from domain.rulebook.rulebook import Rulebook
from tests.bench.append import TURN
from tests.bench.clients import Clients, Step
from tests.bench.http import TODAY, enrolled
from tests.bench.pairs import Figure, Goal, in_turns
from tests.bench.sealing import OnlyEncoded
from tests.bench.server import Server
from tests.bench.sizes import sized
from tests.given.domain.scenario import NOON
from webapi.upkeep.startup import acquis
from webapi.wiring import App

CLIENTS = 8
EACH = sized(600, 20)  # candidates of one client for one turn
TOGETHER = 50  # people registered by one append
HEAD = Envelope(by=None, role="operator", on=TODAY, request=None)


@dataclass(frozen=True)
class Given:
    """Where candidacies are opened, by whom, of which frameworks."""

    dsn: str
    registrar: Actor
    rulebook: RulebookId
    frameworks: tuple[FrameworkId, ...]


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the rates of eight clients that apply for one framework, and of eight that each apply for their own."""
    settings = Settings(
        data=server.folder / "candidacies",
        database_url=server.database("candidacies"),
        secret_key=secrets.token_hex(32),
        clock=TODAY,
    )
    with acquis(settings, FixedClock(TODAY)) as opened:
        given = _prepared(opened)
    loops = {"one": partial(opening, given, 1), "eight": partial(opening, given, CLIENTS)}
    with Clients(CLIENTS, loops) as measured:
        one, eight = (partial(measured.rate, loop, TURN) for loop in loops)
        pair = in_turns(one, eight, pairs)
    return [Figure(f"candidacies of one framework, of eight, {CLIENTS} clients", *pair, "/s", Goal(0.8))]


def _prepared(opened: App) -> Given:
    """Publish eight versions of the certification with their routes, and the rulebook, by real commands."""
    definition = read(shipped("rncp31936.yaml"))
    rules = read_rulebook(shipped("rulebook-imci-demonstration.yaml"))
    opened.do(PublishRulebook(rules=rules), OPERATOR)
    frameworks = []
    for version in range(1, CLIENTS + 1):
        opened.do(PublishFramework(definition=replace(definition, version=version)), OPERATOR)
        frameworks.append(FrameworkId(Framework.id_of(definition.code, version)))
        for each in read_openings(shipped("openings-rncp31936-demonstration.yaml"), definition):
            command = OpenRoute(
                framework=frameworks[-1],
                route=each.route,
                opened_on=each.opened_on,
                ground=each.ground,
                modalities=each.modalities,
            )
            opened.do(command, OPERATOR)
    return Given(
        dsn=str(opened.settings.database_url),
        registrar=enrolled(opened, Role.REGISTRAR),
        rulebook=RulebookId(Rulebook.id_of(rules.certifier, rules.version)),
        frameworks=tuple(frameworks),
    )


@contextmanager
def opening(given: Given, frameworks: int, client: int, _: int) -> Iterator[Step]:
    """Open one candidacy after another, for candidates who are new in this turn."""
    with closing(Database(given.dsn, role="acquis_web", size=1, prepared=[PREPARED])) as database:
        store = PostgresStore(Acquis(LogRecorder(database), FactMapper(OnlyEncoded())).events, database)
        candidates = iter(_registered(store))
        framework = given.frameworks[client % frameworks]
        yield lambda: _open(store, given, next(candidates), framework)


def _open(store: PostgresStore, given: Given, candidate: PersonId, framework: FrameworkId) -> None:
    command = OpenCandidacy(candidate=candidate, framework=framework, rulebook=given.rulebook, route=Route.FC)
    execute(command, store.about(command), Request(actor=given.registrar, append_id=uuid4(), today=TODAY, hour=NOON))


def _registered(store: PostgresStore) -> list[PersonId]:
    """Register the candidates of a turn, many in one append, before its time begins."""
    people = [PersonId(uuid4()) for _ in range(EACH)]
    for start in range(0, EACH, TOGETHER):
        append_id = uuid4()
        facts = [
            (person, version, fact)
            for person in people[start : start + TOGETHER]
            for version, fact in enumerate(
                (Registered(name=Personal("Personne fictive", person)), RoleGranted(role=Role.CANDIDATE)), 1
            )
        ]
        written = [
            WrittenFact(
                originator_id=person, originator_version=version, fact=fact, append_id=append_id, n=n, head=HEAD
            )
            for n, (person, version, fact) in enumerate(facts)
        ]
        store.append(written, append_id, {}, None)
    return people
