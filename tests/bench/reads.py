"""Cost of a standing and of two pages of a dossier, compared with a CRUD that reads them from rows.

Through gunicorn with one worker each, in turns, over a kept connection; twenty dossiers of 210 facts, decided and
released, requested one after another.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.operations.accounts import insert
from adapters.settings import Settings
from domain.candidacy.facts import EvidenceSubmitted, ValidationFileSubmitted
from domain.evidence.facts import EvidenceRedirected, EvidenceWithdrawn
from domain.fact import Personal
from domain.people.facts import Registered, RoleGranted
from domain.ports import Actor, CandidacyId, Role
from projections.reading import Dossier, Dossiers, Standings
from projections.tables import NAMES
from tests.bench import crud_reads
from tests.bench.clients import Clients, Step, asked, connected
from tests.bench.dossiers import Story, written
from tests.bench.http import TODAY, enrolled, gunicorn, processor
from tests.bench.pages import signed_in
from tests.bench.pairs import Figure, Goal
from tests.given.servers.ports import free_port
from webapi.wiring import App, assemble

if TYPE_CHECKING:
    import psutil

    from domain.fact import Fact
    from tests.bench.dossiers import At
    from tests.bench.server import Server

DOSSIERS: Final = 20
TURN: Final = 1.5  # seconds
GOALS: Final = {"GET standing": 0.6, "the candidate's page": 0.7, "the registrar's page": 0.6}
APPS: Final = {"acquis": "webapi.wsgi:application", "crud": "tests.bench.crud_reads:application"}


class Known(Story):
    """The same story with candidates who have names."""

    def _prepared(self, each: int) -> Iterator[At]:
        candidate = self.people[each]
        yield candidate, Registered(name=Personal(f"Personne Fictive {each}", candidate))
        yield candidate, RoleGranted(role=Role.CANDIDATE)
        yield from super()._prepared(each)


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the answers a second of each, and the processor time of one."""
    settings = Settings(
        data=server.folder / "reads",
        database_url=server.database("reads"),
        secret_key=secrets.token_hex(32),
        clock=TODAY,
    )
    with closing(assemble(settings, DatabaseServer(str(settings.database_url)), FixedClock(TODAY))) as opened:
        requests = _prepared(opened)
    ports = {name: free_port() for name in APPS}
    with ExitStack() as started:
        loops = {
            f"{what}, {name}": partial(_asking, ports[name], requests[what][name]) for what in GOALS for name in APPS
        }
        clients = started.enter_context(Clients(1, loops))  # fork before anything is started
        serving = {
            name: started.enter_context(gunicorn(app, ports[name], settings, ACQUIS_WORKERS="1"))
            for name, app in APPS.items()
        }
        return [_figure(server, clients, serving, what, pairs) for what in GOALS]


def _figure(server: Server, clients: Clients, serving: dict[str, psutil.Process], what: str, pairs: int) -> Figure:
    rates: dict[str, list[float]] = {name: [] for name in APPS}
    used: dict[str, list[float]] = {name: [] for name in APPS}
    for _ in range(pairs + 1):
        for name in APPS:
            before = processor(server, serving[name])
            rates[name].append(clients.rate(f"{what}, {name}", TURN))
            used[name].append(1000 * (processor(server, serving[name]) - before) / (rates[name][-1] * TURN))
    ours, theirs = rates["acquis"][1:], rates["crud"][1:]
    each = ", ".join(f"{name} {median(values[1:]):.2f}" for name, values in used.items())
    share = median(theirs / ours for ours, theirs in zip(used["acquis"][1:], used["crud"][1:], strict=True))
    note = f"processor time an answer, gunicorn and PostgreSQL without the client, ms: {each}; its ratio {share:.2f}"
    return Figure(f"{what}, of a CRUD", ours, theirs, "/s", Goal(GOALS[what]), [note])


def _prepared(opened: App) -> dict[str, dict[str, list[bytes]]]:
    """Write the dossiers and their rows; return the requests, by subject and caller."""
    registrar = enrolled(opened, Role.REGISTRAR)
    with opened.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select max(position) from log.fact")
        ((after,),) = cursor.fetchall()
    story = Known(DOSSIERS)
    dsn = str(opened.settings.database_url)
    written(dsn, story, opened.vault, NAMES, after)
    with opened.database.transaction() as cursor:
        for person in (registrar.who, *story.people):
            insert(cursor, person, f"{person}@bench.example", None)
    ends = datetime.now(UTC) + timedelta(days=1)
    token = opened.tokens.make(registrar, "bench", ends, issued_by=None).secret
    candidates = [Actor(person=person, role=Role.CANDIDATE) for person in story.people]
    plain = {who.who: secrets.token_urlsafe(32) for who in (registrar, *candidates)}
    sent = [(token, registrar.who, "registrar")]
    sent += [(plain[who.who], who.who, who.role.value) for who in (registrar, *candidates)]
    crud_reads.fill(dsn, _rows(opened, story), sent)
    cookies = {who.who: _cookie(opened, who) for who in (registrar, *candidates)}
    found: dict[str, dict[str, list[bytes]]] = {what: {name: [] for name in APPS} for what in GOALS}
    for candidacy, candidate in zip(story.candidacies, candidates, strict=True):
        page, standing = f"/candidacies/{candidacy}", f"/api/v1/candidacies/{candidacy}/standing"
        for name in APPS:
            found["GET standing"][name].append(_get(standing, Authorization=f"Bearer {token}"))
            given = cookies if name == "acquis" else plain
            for what, who in (("the candidate's page", candidate), ("the registrar's page", registrar)):
                found[what][name].append(_get(page, Cookie=f"session={given[who.who]}"))
    return found


def _get(path: str, **headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def _cookie(opened: App, who: Actor) -> str:
    """Return the cookie of a signed-in browser that was given a page."""
    browser = signed_in(opened, who)
    browser.get("/account")
    cookie = browser.get_cookie("session")
    if cookie is None:
        raise RuntimeError("nobody is signed in")
    return cookie.value


def _rows(opened: App, story: Known) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of a CRUD of the same dossiers, by table."""
    dossiers, standings = Dossiers(opened.database), Standings(opened.database)
    found: dict[str, list[tuple[Any, ...]]] = {
        name: [] for name in ("person", "dossier", "block", "competence", "piece")
    }
    for number, (candidacy, candidate) in enumerate(zip(story.candidacies, story.people, strict=True)):
        stands, definition = standings.of(candidacy, provisional=True), story.definition
        of, words = str(candidacy), {each.number: each for each in definition.competences}
        dossier = dossiers.of(candidacy)
        filed = next(told.fact for told in dossier.facts if isinstance(told.fact, ValidationFileSubmitted))
        found["person"].append((str(candidate), f"Personne Fictive {number}"))
        found["dossier"].append(
            (
                of,
                str(candidate),
                definition.title,
                definition.code,
                "Formation continue",
                definition.certifier,
                filed.filed_on,
                filed.filed_on,
                stands.outcome.value,
                stands.title_on,
                stands.title_option,
                stands.title_on,
                "Paris",
                list(stands.positions),
            )
        )
        mandatory = set[int]()
        for block, line in zip(definition.blocks, stands.blocks, strict=True):
            mandatory |= set(block.rule.mandatory)
            found["block"].append(
                (
                    of,
                    line.number,
                    block.title,
                    block.rule.text,
                    list(block.rule.mandatory),
                    line.state.value,
                    line.acquired,
                    line.required,
                    list(line.missing_mandatory),
                    line.others_needed,
                    str(line.session) if line.session else None,
                    line.decided_on,
                    list(line.positions),
                )
            )
        found["competence"] += [
            (
                of,
                line.number,
                line.block,
                words[line.number].text,
                line.number in mandatory,
                line.state.value,
                line.acquired,
                list(line.positions),
            )
            for line in stands.competences
        ]
        found["piece"] += _pieces(candidacy, dossier, filed)
    return found


def _pieces(candidacy: CandidacyId, dossier: Dossier, filed: ValidationFileSubmitted) -> list[tuple[Any, ...]]:
    facts: dict[Any, list[Fact]] = {}
    for told in dossier.facts:
        facts.setdefault(told.stamp.stream, []).append(told.fact)
    rows = []
    put_in = [told for told in dossier.facts if isinstance(told.fact, EvidenceSubmitted)]
    for number, told in enumerate(put_in, 1):
        fact = told.fact
        if not isinstance(fact, EvidenceSubmitted):
            continue
        since = facts.get(fact.evidence, [])
        serves = next((each.competences for each in since if isinstance(each, EvidenceRedirected)), fact.competences)
        gone = any(isinstance(each, EvidenceWithdrawn) for each in since)
        kept = fact.evidence in filed.evidence
        name = f"piece-{number - 1}.pdf"
        rows.append(
            (
                str(candidacy),
                number,
                str(fact.evidence),
                name,
                fact.media_type,
                fact.size,
                list(serves),
                told.stamp.on,
                gone,
                kept,
            )
        )
    return rows


@contextmanager
def _asking(port: int, requests: list[bytes], _number: int, _turns: int) -> Iterator[Step]:
    """Run one client, which requests each dossier in turn; the discarded turn meets them first."""
    each = cycle(requests)
    with connected(port) as connection:
        yield lambda: asked(connection, next(each), b"200")
