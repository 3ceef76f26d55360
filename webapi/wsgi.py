"""WSGI application for gunicorn: `webapi.wsgi:application`, opened when a worker begins.

If the database does not answer then, each request tries again. Each worker opens its own connections after the fork,
and joins the embedded server if there is one.
"""

from __future__ import annotations

import atexit
import gc
import json
import threading
import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from typing import Any, Final

import psycopg2
from flask import Flask

from adapters.database import capacity, connect
from adapters.settings import Settings
from adapters.trouble import Trouble
from adapters.verify.terminal import language
from domain.refusal import Refused
from webapi.app import compiled, joined, make_app
from webapi.cli.terminal.output import said
from webapi.edge.headers import BEFORE_ANY_APPLICATION
from webapi.edge.logs import start_logging
from webapi.privacy.erasure import resume
from webapi.problems import BY_STATUS
from webapi.upkeep.startup import acquis, refuse_to_open, say_what_is_short

NOT_YET: Final = json.dumps(
    {"type": f"/problems/{BY_STATUS[503].slug}", "title": BY_STATUS[503].fr, "status": 503}
).encode()

AGAIN: Final = 1.0
"""Seconds between two attempts to open the application."""

_making = threading.Lock()
_made: list[Flask] = []
_shared: list[Flask] = []


def may_start() -> None:
    """End this process with a sentence if the application must not open.

    Reasons: settings, master key, checkpoints, an unfinished restore. A database that does not answer or is not
    migrated is checked again when the application opens.
    """
    try:
        settings = Settings.from_environment()
        with suppress(psycopg2.Error), connect(settings) as server:
            server.admit("acquis_web")
            refuse_to_open(settings, server)
            say_what_is_short(settings, server)
    except Trouble as trouble:
        raise SystemExit(trouble.sentence(language())) from None
    except Refused as refusal:
        rules = [said(each.fr, each.en) for each in refusal.violations]
        raise SystemExit("\n".join([refusal.sentence(language()), *rules])) from None


def share() -> None:
    """Make what the workers share before they are forked: an application without connections, its pages compiled.

    The objects that exist by now are excluded from garbage collection: the collector would write to their memory
    pages, and each worker would get its own copy.
    """
    _shared[:] = [compiled(make_app(Settings.from_environment()))]
    gc.collect()
    gc.freeze()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request (WSGI).

    In production no request is answered before the database's login has been checked: 503 while the database does not
    answer.
    """
    try:
        made = _app()
    except psycopg2.OperationalError:
        start_response(
            "503 Service Unavailable",
            [("Content-Type", "application/problem+json"), ("Retry-After", "2"), *BEFORE_ANY_APPLICATION],
        )
        return [NOT_YET]
    return made(environ, start_response)


def begin() -> None:
    """Open the application before the first request, as soon as the database answers.

    Any other error is reported by the first request.
    """
    with suppress(Exception):
        while not _made:
            with suppress(psycopg2.OperationalError):
                _app()
            time.sleep(AGAIN)


def _app() -> Flask:
    if not _made:
        with _making:
            if not _made:
                _made.append(_open())
    return _made[0]


def _open() -> Flask:
    stack = ExitStack()
    settings = Settings.from_environment()
    start_logging(settings, "web")
    size = capacity.pool_size(settings.pool_size, capacity.workers())
    opened = stack.enter_context(acquis(settings, size=size))
    with suppress(psycopg2.Error):  # without a database, this waits until the next start
        resume(opened)
    atexit.register(stack.close)
    return joined(_shared[0] if _shared else make_app(settings), opened)
