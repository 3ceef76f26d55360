"""The server's log: one JSON line an event, without personal data, query strings or bodies."""

from __future__ import annotations

import logging
import re
import sys
import time
from secrets import token_hex
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request
from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # (it ships no types)

from adapters.process import metrics, request_id
from adapters.settings import Settings

log = structlog.get_logger("acquis.http")


def log_as_json(stream: Any = None) -> None:
    """Write the logs of structlog and of the standard library as JSON lines, to standard error by default."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("gunicorn.access").propagate = False


def start_logging(settings: Settings, process: str) -> None:
    """Start the JSON log and the metrics of a long-running process."""
    log_as_json()
    metrics.begin(settings, process)


def note_requests(app: Flask, settings: Settings) -> None:
    """Log refusals, failures and slow answers; a fast success writes no line.

    Each request has a number: the one from our proxy, or a new one. It is in every line that the request logs, in the
    answer's header, and on the page that reports an error to the user.
    """

    def begin() -> None:
        g.began = time.perf_counter()
        given = request.headers.get(NUMBERED, "") if settings.proxies else ""
        request_id.begin(given if NUMBER.fullmatch(given) else token_hex(6))

    def note(response: Response) -> Response:
        took = time.perf_counter() - g.get("began", time.perf_counter())
        _count(response, took)
        if response.status_code >= 400 or took > SLOW:  # noqa: PLR2004  (client error and above)
            log.info(
                "answered",
                method=request.method if request.method in KNOWN_METHODS else "?",
                route=request.url_rule.rule if request.url_rule else None,
                status=response.status_code,
                ms=round(took * 1000, 1),
                role=g.actor.role.value if g.get("actor") else None,
            )
        response.headers[NUMBERED] = request_id.current() or ""
        response.call_on_close(request_id.end)  # a streamed body is sent after this function
        return response

    app.before_request(begin)
    app.after_request(note)


def _count(response: Response, took: float) -> None:
    method = request.method if request.method in KNOWN_METHODS else "?"
    route = request.url_rule.rule if request.url_rule else "none"
    metrics.REQUESTS.add(route, method, f"{response.status_code // 100}xx", by=took)
    surface = next((name for start, name in SURFACES if route.startswith(start)), "pages")
    metrics.LATENCY.add(surface, method, by=took)
    if getattr(current_app.view_functions.get(str(request.endpoint)), "uploads", False):
        metrics.RECEIVED.add(by=request.content_length or 0)


class ServerLog(Logger):  # type: ignore[misc]  # (likewise)
    """gunicorn's log, without the parts of requests and the addresses that gunicorn quotes."""

    def setup(self, cfg: Any) -> None:
        """Set the log up and add the filter that removes the quotes."""
        super().setup(cfg)
        self.error_log.addFilter(_without_words)


def _without_words(record: logging.LogRecord) -> bool:
    for beginning in ("Invalid request", "Error handling request"):
        if str(record.msg).startswith(beginning):
            record.msg, record.args = beginning, ()
    return True


SLOW = 1.0
NUMBERED = "X-Request-Id"
"""The header in which a proxy sends the request's number, and the answer returns it."""
NUMBER = re.compile("[0-9a-f]{12}")
SURFACES = (("/api/", "api"), ("/healthz", "health"), ("/readyz", "health"), ("/sender", "health"), ("none", "none"))
"""The groups of routes timed together, by the beginning of their addresses; all others are pages."""
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
