"""What does gunicorn serve? `webapi.wsgi:application`, which makes its house when a worker begins.

Where the database does not answer then, each request tries again. The house holds connections and, when the server is
embedded, joins it: each worker makes its own after the fork.
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
"""Seconds after which a house that could not be opened is tried again."""

_making = threading.Lock()
_made: list[Flask] = []
_shared: list[Flask] = []


def may_start() -> None:
    """End this process with a sentence if it may not open: settings, master key, checkpoints, a restore half done.

    A database that does not answer yet, or is not migrated, is asked again when the house is opened.
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
    """Make, before workers are forked, what they have in common: an application without a house, its pages compiled.

    What exists by now is never looked through for garbage again: the collector would write to each of its pages, and
    make them each worker's own.
    """
    _shared[:] = [compiled(make_app(Settings.from_environment()))]
    gc.collect()
    gc.freeze()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request, as WSGI wants it.

    In production nobody is answered before the login has been looked at: 503 while the database does not answer.
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
    """Open the house before anybody asks, as soon as the database answers; who asks is told what else is wrong."""
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
    with suppress(psycopg2.Error):  # a database that does not answer yet is asked again at the next start
        resume(opened)
    atexit.register(stack.close)
    return joined(_shared[0] if _shared else make_app(settings), opened)
