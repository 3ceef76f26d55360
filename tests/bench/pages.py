"""What does each page cost the server at ten thousand candidacies, beside a bare page of the same size?

Who stands for a role follows every link from where the role begins, as `tests/browser/test_every_page.py` does; each
kind of page is then asked for again and again, in turns with a bare view that answers as many bytes.
"""

from __future__ import annotations

import re
import secrets
import time
from contextlib import closing
from datetime import date
from functools import partial
from itertools import chain
from statistics import median
from typing import TYPE_CHECKING, Final

from flask import Flask

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from domain.commands.people.accept_secrecy import AcceptSecrecy
from domain.commands.people.register_person import RegisterPerson
from domain.people.secrecy import SWORN, TEXT
from domain.ports import OPERATOR, Actor, PersonId, Role
from projections.engine.runner import Projector
from projections.tables import NAMES
from tests.bench.dossiers import generate
from tests.bench.pairs import Figure, Goal
from tests.bench.questions import Brief
from webapi.app import create_app
from webapi.pages.visitor import PASS
from webapi.wiring import App, assemble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient

    from tests.bench.server import Server

EVERYBODY: Final = 10_000
MOST: Final = 50.0
"""Milliseconds by which the median of a page may exceed that of a bare one."""
ROLES: Final = (Role.REGISTRAR, Role.AUDITOR, Role.REPORTER, Role.ADMIN)
"""Who sees all: the pages of the others show what is one person's."""
LINK: Final = re.compile(r'href="(/[^"#]*)"')
TURNS: Final = 5
TODAY: Final = date(2022, 10, 11)


def figures(server: Server, pairs: int) -> list[Figure]:
    """Milliseconds that each page of a role takes, less those of a bare page; one line a role, the dearest first."""
    given = generate(server.database("pages"), EVERYBODY, Brief, NAMES)
    settings = Settings(
        data=server.folder / "pages", database_url=given.dsn, secret_key=secrets.token_hex(32), clock=TODAY
    )
    with closing(assemble(settings, DatabaseServer(given.dsn), FixedClock(TODAY))) as acquis:
        return [_of_role(acquis, role, pairs) for role in ROLES]


def _of_role(acquis: App, role: Role, pairs: int) -> Figure:
    browser = _signed_in(acquis, role)
    cost = {path: _above_bare(browser, path, pairs * TURNS) for path in _pages(browser)}
    dearest = sorted(cost, key=cost.__getitem__, reverse=True)
    notes = [f"{cost[path]:6.1f} ms  {path}" for path in dearest[:8]]
    goal = Goal(MOST, at_least=False)
    return Figure(f"{role}, {len(cost)} pages, the dearest", [cost[dearest[0]]], [], "ms", goal, notes)


def _signed_in(acquis: App, role: Role) -> FlaskClient:
    recorded = acquis.do(RegisterPerson(name="Mesure Faite", email=f"{role}@bench.example", given=(role,)), OPERATOR)
    who = Actor(person=PersonId(next(iter(recorded.versions))), role=role)
    if role in SWORN:
        acquis.do(AcceptSecrecy(person=who.who, secrecy_text=TEXT), who)
    acquis.accounts.add(who.who, f"{role}@bench.example", secrets.token_urlsafe(12), drawn=True)
    with closing(Database(acquis.server.dsn, role="acquis_projector", size=2)) as backstage:
        Projector(backstage, LogRecorder(backstage)).catch_up()
    browser = create_app(acquis).test_client()
    with browser.session_transaction() as session:
        session[PASS] = acquis.passes.begin(who)
    return browser


def _pages(browser: FlaskClient) -> Iterator[str]:
    """Each kind of page that links lead to, one of each: what differs in ids only is one kind."""
    waiting, known = ["/"], set[str]()
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+", "…", path.partition("?")[0])
        if kind in known or kind.startswith(("/static", "/language", "/api", "/aide")):
            continue
        known.add(kind)
        answer = browser.get(path)
        if answer.status_code == 303:
            waiting.append(answer.location)
        elif answer.status_code == 200 and answer.mimetype == "text/html":
            waiting.extend(LINK.findall(answer.text))
            yield path


def _above_bare(browser: FlaskClient, path: str, times: int) -> float:
    """How many milliseconds the median of a page takes above that of a bare one of its size."""
    size = len(browser.get(path).data)
    bare = _bare(size)
    ours, theirs = partial(_milliseconds, browser.get, path), partial(_milliseconds, bare.get, "/")
    measured = [(ours(), theirs()) for _ in range(times)]
    return median(chain(one for one, _ in measured)) - median(other for _, other in measured)


def _bare(size: int) -> FlaskClient:
    app, page = Flask(__name__), "x" * size
    app.add_url_rule("/", view_func=lambda: page)
    return app.test_client()


def _milliseconds(ask: Callable[[str], object], path: str) -> float:
    began = time.perf_counter()
    ask(path)
    return 1000 * (time.perf_counter() - began)
