"""The demonstration on a database of its own, served for tests of pages."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from playwright.sync_api import BrowserContext

if TYPE_CHECKING:
    from webapi.demonstration.cast import Player

import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from werkzeug.serving import WSGIRequestHandler, make_server

from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from domain.ports import Role
from projections.engine.runner import Projector
from tests.given.log.demonstrated import demonstration
from tests.given.servers.databases import a_database
from tests.given.servers.ports import free_port
from tests.given.waiting import until
from tests.given.webapi.telephones import code_of, give_telephone
from webapi.app import create_app
from webapi.demonstration.story import Story
from webapi.wiring import App

LIMIT = 400_000
SECOND_STEP = "/sign-in/second-step"
SERVED = 6_000_000
"""The size limit of a file in browser tests, some of which send slowly."""
SECRET = "tests only " * 4


@dataclass(frozen=True)
class Place:
    """The demonstration after its last chapter: application, people, and projector."""

    acquis: App
    story: Story
    projector: Projector
    settings: Settings

    def candidacy(self, who: str) -> str:
        """Return the id of the first candidacy of a person."""
        order = ("alix", "basile", "capucine", "dorian", "elodie", "firmin")
        return str(self.story.candidacies[order.index(who)])


@contextmanager
def played(server_url: str, template: str, data: Path) -> Iterator[Place]:
    """Play the demonstration on a fresh database, which is dropped at the end."""
    with a_database(server_url, template) as url:
        settings = Settings(
            data=data, database_url=address_of(url), secret_key=SECRET, max_upload_bytes=LIMIT, sign_up=True
        )
        story = demonstration(settings)
        acquis = story.acquis
        projecting = Database(url, role="acquis_projector")
        projector = Projector(projecting, LogRecorder(projecting))
        projector.catch_up()
        try:
            yield Place(acquis, story, projector, settings)
        finally:
            projecting.close()
            acquis.close()


@contextmanager
def served(place: Place, *, port: int = 0, **more: str) -> Iterator[str]:
    """Serve it with gunicorn and a projector of its own, with more settings, on this or a free port."""
    port = port or free_port()
    environment = os.environ | {
        "ACQUIS_DATA": str(place.settings.data),
        "ACQUIS_DATABASE_URL": str(place.settings.database_url),
        "ACQUIS_SECRET_KEY": SECRET,
        "ACQUIS_MAX_UPLOAD_BYTES": str(SERVED),
        "ACQUIS_SIGN_UP": "true",
        "ACQUIS_CLOCK": place.story.clock.today().isoformat(),
        **more,
    }
    web = ["-m", "gunicorn", "webapi.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    web += ["--worker-class", "gthread", "--threads", "8", "--log-level", "error"]
    commands = (web, ["-m", "webapi.cli.main", "project"])
    children = [
        subprocess.Popen([sys.executable, *each], env=environment, stdout=subprocess.DEVNULL) for each in commands
    ]
    try:
        _wait_for(f"http://127.0.0.1:{port}/sign-in")
        yield f"http://127.0.0.1:{port}"
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(15)


class _Quiet(WSGIRequestHandler):
    """A handler that logs nothing: the application logs each request itself."""

    def log_request(self, *_: Any) -> None: ...


@contextmanager
def served_by_this_process(place: Place) -> Iterator[str]:
    """Serve it from this process with a projector of its own: the test changes the clock between acts."""
    site = make_server("127.0.0.1", 0, create_app(place.acquis), threaded=True, request_handler=_Quiet)
    stop = threading.Event()
    projecting = Database(place.acquis.server.dsn, role="acquis_projector")
    projector = Projector(projecting, LogRecorder(projecting))
    threads = [threading.Thread(target=site.serve_forever), threading.Thread(target=projector.run, args=(stop,))]
    for thread in threads:
        thread.start()
    try:
        yield f"http://127.0.0.1:{site.server_port}"
    finally:
        stop.set()
        site.shutdown()
        for thread in threads:
            thread.join(15)
        site.server_close()
        projecting.close()


def _wait_for(address: str) -> None:
    until(lambda: _answers(address), "it does not answer")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=20):  # noqa: S310  (the server just started)
            return True
    except OSError:
        return False


def address_of(dsn: str) -> str:
    """Return the same address in the form of a setting."""
    parts = psycopg2.extensions.parse_dsn(dsn)
    return "postgresql:///?" + "&".join(f"{key}={value}" for key, value in parts.items())


TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def sign_in(context: BrowserContext, player: Player, acquis: App | None = None) -> None:
    """Send the form of the sign-in page; its cookies are the context's.

    With `acquis`, an administrator signs in with a telephone too.
    """
    if acquis is not None and player.role is Role.ADMIN:
        give_telephone(acquis, player.id)
    form = TOKEN.search(context.request.get("/sign-in").text())
    assert form
    sent = {"login": player.login, "password": player.password, "csrf_token": form[1]}
    answer = context.request.post("/sign-in", form=sent, max_redirects=0)
    assert answer.status == HTTPStatus.SEE_OTHER, answer.text()
    if acquis is not None and player.role is Role.ADMIN:
        form = TOKEN.search(context.request.get(SECOND_STEP).text())
        assert form
        proof = {"code": code_of(acquis, player.id), "csrf_token": form[1]}
        answer = context.request.post(SECOND_STEP, form=proof, max_redirects=0)
        assert answer.status == HTTPStatus.SEE_OTHER, answer.text()
