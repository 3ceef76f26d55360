"""What would a worker need that reads a body whole before it looks at it? The control of the figure of uploads."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from webapi.wsgi import application as ours

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The same application, behind something that holds the body in memory."""
    environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    return ours(environ, start_response)
