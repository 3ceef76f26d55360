"""What does gunicorn serve? `webapi.wsgi:application`, which makes its house at the worker's first request.

The house holds connections and, when the server is embedded, joins it: each worker makes its own after the fork.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from typing import Any

import psycopg2
from flask import Flask

from adapters.settings import Settings
from webapi.app import create_app
from webapi.erasing import settle
from webapi.logs import speak_json
from webapi.wiring import house

_making = threading.Lock()
_made: list[Flask] = []


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request, as WSGI wants it."""
    return _app()(environ, start_response)


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
