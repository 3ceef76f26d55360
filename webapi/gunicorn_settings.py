"""Settings of gunicorn, shared by `acquis serve` and `deploy/gunicorn.conf.py`.

Parsing is strict. gunicorn trusts no proxy: `ACQUIS_PROXIES` tells the application how many to trust.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from typing import Any, Final

from gunicorn import util  # type: ignore[import-untyped]  # (it ships no types)
from gunicorn.http.errors import (  # type: ignore[import-untyped]  # (likewise)
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    NoMoreData,
    ParseException,
)
from gunicorn.http.unreader import SocketUnreader  # type: ignore[import-untyped]  # (likewise)
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]  # (likewise)

from adapters.database.capacity import THREADS
from webapi.edge.headers import BEFORE_ANY_APPLICATION
from webapi.problems import BAD_FRAMING, BY_STATUS, Message

wsgi_app = "webapi.wsgi:application"
worker_class = "webapi.gunicorn_settings.Worker"
threads = THREADS
preload_app = True  # memory is shared; database connections are made after the fork
timeout = 60  # a worker that is stuck for a minute is replaced; its threads' requests may take longer
graceful_timeout = 10
keepalive = 5
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 8190
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
control_socket_disable = True  # the socket would be shared by all programs of the account, and nothing uses it
accesslog = None  # the application logs its own lines, without personal data
errorlog = "-"
loglevel = "warning"
logger_class = "webapi.edge.logs.ServerLog"  # likewise, of requests that cannot be read

REST: Final = 5.0
"""Seconds for which the rest of a body is read after an early answer."""
CHUNK: Final = 64 * 1024
SocketUnreader.max_body_chunk = CHUNK
"""gunicorn reads a body in pieces of the size that the application reads: it copies what it has read ahead."""
OURS: Final = (InvalidResponseHeader, InvalidResponseHeaderName)
"""Errors about the application's own answers, not about the request."""
REASONS: Final = {
    400: "Bad Request",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
}


def when_ready(_server: object) -> None:
    """Make what the workers share, before the first is forked."""
    from webapi.wsgi import share  # noqa: PLC0415  (the application's path is set by now)

    share()


def post_worker_init(_worker: object) -> None:
    """Open the worker's application now: under load, other processes may take all connections first."""
    from webapi.wsgi import begin  # noqa: PLC0415  (the application's path is set by now)

    threading.Thread(target=begin, name="opening", daemon=True).start()


class Worker(ThreadWorker):  # type: ignore[misc]  # (likewise)
    """gunicorn's threaded worker, which answers an unreadable request with a problem that quotes nothing of it."""

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Answer the request, and read the rest of a body that was refused before its end.

        If the connection closed while the client still sends, the client might never read the answer, and nginx would
        answer 502.
        """
        keeps_open = bool(super().handle_request(req, conn))
        until = time.monotonic() + REST
        with suppress(OSError, ParseException, NoMoreData):
            while (left := until - time.monotonic()) > 0:
                conn.sock.settimeout(left)
                if not req.body.read(CHUNK):
                    break
        return keeps_open

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Log the error and answer; gunicorn then closes the connection."""
        del req, addr
        status, said = _meaning(exc)
        if status < 500:  # noqa: PLR2004  (server errors)
            self.log.warning("Invalid request")
        else:
            self.log.error("Error handling request", exc_info=exc)
        with suppress(OSError):
            util.write_nonblock(client, answer(status, said))


def _meaning(exc: BaseException) -> tuple[int, Message]:
    if isinstance(exc, LimitRequestLine):
        return 414, BY_STATUS[414]
    if isinstance(exc, LimitRequestHeaders):
        return 431, BY_STATUS[431]
    if isinstance(exc, ParseException) and not isinstance(exc, OURS):
        return 400, BAD_FRAMING
    return 500, BY_STATUS[500]


def answer(status: int, said: Message) -> bytes:
    """Return a problem as bytes, in French: the reader's language could not be read."""
    body = json.dumps(
        {"type": f"/problems/{said.slug}", "title": said.fr, "status": status}, ensure_ascii=False
    ).encode()
    headers = (
        ("Connection", "close"),
        ("Content-Type", "application/problem+json"),
        ("Content-Language", "fr"),
        ("Content-Length", str(len(body))),
        *BEFORE_ANY_APPLICATION,
    )
    lines = [f"HTTP/1.1 {status} {REASONS[status]}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body
