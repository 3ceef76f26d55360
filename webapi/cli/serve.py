"""`acquis serve`, `project`, `migrate`: running the processes of Acquis."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from importlib import import_module
from subprocess import TimeoutExpired
from types import FrameType
from typing import Final

import click
import psycopg2

from adapters.backup.unfinished import refuse_unfinished
from adapters.database import DatabaseServer, connect
from adapters.database.migrate import MigrationRefused
from adapters.database.pool import Database
from adapters.log.codec import UnknownFactType
from adapters.log.recorder import LogRecorder
from adapters.log.watching import EVERY
from adapters.operations.subscriptions import any_subscribed
from adapters.settings import Settings
from projections.engine.advance import PoisonFact
from projections.engine.rounds import Rounds
from projections.engine.runner import RETRY, Projector
from webapi.cli.terminal.fork_server import ForkedChild, ForkServer
from webapi.cli.terminal.output import answers, show, tell
from webapi.cli.terminal.web_server import answers_at, must_be_free
from webapi.edge.logs import start_logging
from webapi.signing.checkpoint_key import Checkpointing, make_ready, watching
from webapi.upkeep.startup import refuse_to_open, say_what_is_short

PROJECTOR_HALTED = 3
"""Exit code of a projector that cannot apply a fact: restarting it would not help."""
PATIENCE = 15.0
"""Seconds for a child to end."""
ASKED_EVERY = 5.0
"""Seconds between two checks for subscriptions to the feed."""
FORWARD = ["feed", "forward"]
WEB: Final = "web"
"""The name of the web server among the programs; each other program is a command of `acquis`."""
LOADED: Final = (
    "webapi.wsgi",
    "gunicorn.app.wsgiapp",
    "gunicorn.arbiter",
    "webapi.cli.mail",
    "webapi.cli.work",
    "webapi.cli.deadlines",
    "webapi.cli.metrics",
    "webapi.cli.feed",
)
"""The modules that are loaded before the programs are forked."""
SOON = 10.0
"""A child that ends within this many seconds of its start has failed, and its pause doubles each time."""
LONGEST = 60.0
"""The longest pause in seconds before a restart."""

log = logging.getLogger(__name__)


@click.command("migrate")
@answers
def migrate(as_json: bool) -> None:
    """Apply the database migrations of this version, if any are missing."""
    with connect(Settings.from_environment()) as server:
        applied = server.migrate()
    show({"applied": applied}, as_json=as_json, lines=lambda: iter(applied))


@click.command("project")
@answers
def project(as_json: bool) -> None:
    """Seal new facts and keep the read models up to date, until stopped (SIGTERM)."""
    del as_json
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings = Settings.from_environment()
    start_logging(settings, "projector")
    with connect(settings) as server:
        server.supervise()
        _wait_until_ready(settings, server, stop)
        database = Database(server.dsn, role="acquis_projector", size=4)
        signing = Database(server.dsn, role="acquis_projector", size=1)
        try:
            watching_it = watching(settings, signing)
            rounds = Rounds(Checkpointing(settings, signing, watching_it.held))
            watch = Rounds(watching_it.step, EVERY, "the log was not watched")
            Projector(database, LogRecorder(database), rounds=rounds, watch=watch).run(stop)
        except (UnknownFactType, PoisonFact):
            raise SystemExit(PROJECTOR_HALTED) from None
        finally:
            database.close()
            signing.close()


def _wait_until_ready(settings: Settings, server: DatabaseServer, stop: threading.Event) -> None:
    """Retry while the database does not answer; raises the refusals of `make_ready`."""
    while not stop.is_set():
        try:
            server.admit("acquis_projector")
            make_ready(settings, server)
        except psycopg2.OperationalError as error:
            log.warning("the projector tries again: %s", type(error).__name__)
            stop.wait(RETRY)
        else:
            return


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option(
    "--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Number of worker processes."
)
@answers
def serve(host: str, port: int, workers: int, as_json: bool) -> None:
    """Serve the pages and the API, with the embedded database if there is one, projector, worker and deadlines.

    In production the projector is not started: like migrations, it has a login of its own. With
    ACQUIS_DEADLINES=false the deadlines are left to a timer.
    """
    del as_json
    must_be_free(host, port)
    with forks_of_programs() as forks:
        _serve(forks, host, port, workers)


def forks_of_programs() -> ForkServer:
    """Return the server that forks the programs; enter it before any setting is read."""
    for module in LOADED:
        import_module(module)
    return ForkServer(run_program)


def run_program(words: list[str]) -> int:
    """Run the web server, or a command of `acquis`; return its exit code."""
    if words[0] == WEB:
        from gunicorn.app.wsgiapp import run  # type: ignore[import-untyped]  # noqa: PLC0415  (it ships no types)

        sys.argv = ["gunicorn", *words[1:]]
        run()
    else:
        from webapi.cli.main import program  # noqa: PLC0415  (it names this module among its own)

        program.main(args=words, prog_name="acquis")
    return 0


def _serve(forks: ForkServer, host: str, port: int, workers: int) -> None:
    settings = Settings.from_environment()
    os.environ["ACQUIS_WORKERS"] = str(workers)
    tells = settings.metrics is not None
    with connect(settings) as server:
        if settings.production:
            _may_serve(settings, server)
            forwards = partial(somebody_subscribes, server)
            only = partial(
                run_children, forks, projects=False, keeps_time=settings.deadlines, forwards=forwards, tells=tells
            )
            raise SystemExit(only(host, port, workers, os.environ))
        server.migrate()
        refuse_to_open(settings, server)
        say_what_is_short(settings, server)
        make_ready(settings, server)
        server.supervise()
        at = f"http://{host}:{port}"
        heard = partial(tell, f"Acquis répond sur {at}", f"Acquis answers at {at}")
        forwards = partial(somebody_subscribes, server)
        beside = partial(
            run_children, forks, keeps_time=settings.deadlines, forwards=forwards, tells=tells, heard=heard
        )
        raise SystemExit(beside(host, port, workers, os.environ))


def somebody_subscribes(server: DatabaseServer) -> bool:
    """Return whether the feed has subscribers, using a short-lived connection."""
    with contextlib.suppress(psycopg2.Error), closing(server.open("acquis_web", 1)) as database:
        return any_subscribed(database)
    return False


def _may_serve(settings: Settings, server: DatabaseServer) -> None:
    """Refuse whatever gunicorn alone would refuse, and a database that is not migrated."""
    server.admit("acquis_web")
    with closing(server.open("acquis_web", 1)) as database:
        refuse_unfinished(database)
    if missing := server.waiting():
        raise MigrationRefused(
            f"Migrations to apply first, with `acquis migrate`: {', '.join(missing)}.",
            f"Migrations à appliquer d'abord, avec `acquis migrate` : {', '.join(missing)}.",
        )
    refuse_to_open(settings, server)
    say_what_is_short(settings, server)


def run_children(
    forks: ForkServer,
    host: str,
    port: int,
    workers: int,
    environment: Mapping[str, str],
    *,
    projects: bool = True,
    keeps_time: bool = False,
    tells: bool = False,
    forwards: Callable[[], bool] = lambda: False,
    heard: Callable[[], None] | None = None,
) -> int:
    """Run the web server, the projector, the mail, the worker, the deadlines and the metrics until told to stop.

    A program that ends is started again, and the others go on meanwhile. One that ends within `SOON` seconds of its
    start waits longer each time. A projector that met a fact it cannot apply is not started again. The feed is
    forwarded once `forwards` returns true. `heard` is called once the web server answers.

    Returns 0 after a stop, or the exit code of a web server that ended before it ever answered: its settings are
    wrong. Raises CannotListen.
    """
    must_be_free(host, port)
    settings = ("-c", "python:webapi.gunicorn_settings")
    web = [WEB, *settings, "--bind", f"{host}:{port}", "--workers", str(workers)]
    programs = (
        [["mail", "send", "--every", "10"], ["work"]]
        + [["project"]] * projects
        + [["deadlines", "run", "--daily"]] * keeps_time
        + [["metrics"]] * tells
    )
    start = partial(forks.start, environment=environment)
    answered = False
    asked: float | None = time.monotonic() - ASKED_EVERY
    with _stopping() as stop:
        serving = SupervisedProgram(start, web, time.monotonic())
        children = [SupervisedProgram(start, words, time.monotonic()) for words in programs]
        try:
            while not stop.is_set():
                if not answered:
                    if code := serving.child.poll():
                        return code
                    answered = answers_at(host, port)
                    if answered and heard is not None:
                        heard()
                if asked is not None and time.monotonic() >= asked + ASKED_EVERY:
                    asked = time.monotonic()
                    if forwards():
                        children.append(SupervisedProgram(start, FORWARD, asked))
                        asked = None
                for child in [serving, *children]:
                    child.restart_if_due(time.monotonic())
                stop.wait(0.2)
        finally:
            end(*(each.child for each in children))
            end(serving.child)
    return 0


Start = Callable[[Sequence[str]], ForkedChild]
"""A function that starts a program by its words."""


class SupervisedProgram:
    """A program that is kept running; times are monotonic seconds."""

    def __init__(self, start: Start, words: Sequence[str], now: float) -> None:
        """Start the program."""
        self._start, self._words = start, words
        self._pause = 0.0
        self._begin(now)

    def _begin(self, now: float) -> None:
        self.child = self._start(self._words)
        self._began = now
        self._due: float | None = None

    def restart_if_due(self, now: float) -> None:
        """Restart the program once it has ended and its pause is over.

        The pause is half a second, and doubles each time. It is half a second again after a kill, which says nothing
        about the next start.
        """
        ended = self.child.poll()
        if ended in {None, PROJECTOR_HALTED}:
            return
        if self._due is None:
            failed = ended is not None and ended > 0 and now - self._began < SOON
            longer = self._pause * 2 if failed else 0.0
            self._pause = min(max(longer, RETRY), LONGEST)
            self._due = now + self._pause
        if now >= self._due:
            self._begin(now)


@contextlib.contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Yield an event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end(*children: ForkedChild) -> None:
    """Send each child SIGTERM, then wait until all have ended, in parallel."""
    running = [each for each in children if each.poll() is None]
    for each in running:
        each.send_signal(signal.SIGTERM)
    for each in running:
        try:
            each.wait(PATIENCE)
        except TimeoutExpired:
            each.kill()
            each.wait()
