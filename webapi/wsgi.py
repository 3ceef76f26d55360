"""What does gunicorn serve? `webapi.wsgi:application`, which makes its house at the worker's first request.

The house holds connections and, when the server is embedded, joins it: each worker makes its own after the fork.
"""

from __future__ import annotations

import atexit
import json
import threading
from collections.abc import Iterable
from contextlib import ExitStack, closing, suppress
from typing import Any, Final

import psycopg2
from flask import Flask

from adapters.database import connect
from adapters.log.checkpoint import CheckpointFolder, refuse_unless_continued
from adapters.log.tree import Tree
from adapters.settings import Settings
from domain.refusal import Refused
from webapi.app import create_app
from webapi.erasing import settle
from webapi.logs import speak_json
from webapi.problems import BY_STATUS
from webapi.wiring import house

NOT_YET: Final = json.dumps(
    {"type": f"/problems/{BY_STATUS[503].slug}", "title": BY_STATUS[503].fr, "status": 503}
).encode()

_making = threading.Lock()
_made: list[Flask] = []


def may_start() -> None:
    """End this process with a sentence unless the log goes on from its newest checkpoint.

    A database that does not answer yet is asked again when the house is opened.
    """
    settings = Settings.from_environment()
    try:
        with (
            suppress(psycopg2.OperationalError),
            connect(settings) as server,
            closing(server.open("acquis_web", 1)) as database,
        ):
            server.admit("acquis_web")
            refuse_unless_continued(Tree(database), CheckpointFolder(settings.checkpoint_folder))
    except Refused as refusal:
        raise SystemExit("\n".join([refusal.sentence("fr"), *(each.fr for each in refusal.violations)])) from None


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request, as WSGI wants it.

    In production nobody is answered before the login has been looked at: 503 while the database does not answer.
    """
    try:
        made = _app()
    except psycopg2.OperationalError:
        start_response(
            "503 Service Unavailable", [("Content-Type", "application/problem+json"), ("Retry-After", "2")]
        )
        return [NOT_YET]
    return made(environ, start_response)


def _app() -> Flask:
    if not _made:
        with _making:
            if not _made:
                _made.append(_open())
    return _made[0]


def _open() -> Flask:
    speak_json()
    stack = ExitStack()
    opened = stack.enter_context(house(Settings.from_environment()))
    with suppress(psycopg2.Error):  # a database that does not answer yet is asked again at the next start
        settle(opened)
    atexit.register(stack.close)
    return create_app(opened)
