"""Memory of a worker that reads a body whole: the control of the figure of uploads."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from webapi.wsgi import application as ours

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Run the same application behind a wrapper that holds the body in memory."""
    environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    return ours(environ, start_response)
