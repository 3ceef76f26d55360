"""`acquis metrics`: metrics for Prometheus.

They are served at a separate address, which the web server and nginx do not use (ADR 59).
"""

from __future__ import annotations

import hmac
import signal
import threading
from collections.abc import Iterable
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import click
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.multiprocess import MultiProcessCollector

from adapters.process import metrics as counted
from adapters.settings import Settings
from webapi.cli.terminal.output import answers, misused, opened_app
from webapi.cli.terminal.web_server import CannotListen
from webapi.edge.logs import log_as_json
from webapi.upkeep.gauges import Gauges
from webapi.wiring import App

PATIENCE: Final = 10.0
"""Seconds that a client may take to send its request."""
REFUSED: Final = {"401 Unauthorized": [("WWW-Authenticate", "Bearer")], "404 Not Found": []}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    timeout = PATIENCE

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the parent's name)
        """Log nothing about the client."""


@click.command("metrics")
@answers
def metrics(as_json: bool) -> None:
    """Serve counts and queue lengths to Prometheus at ACQUIS_METRICS, until stopped (SIGTERM)."""
    del as_json
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if (listens := Settings.from_environment().metrics) is None:
        raise misused("ACQUIS_METRICS n'est pas définie.", "ACQUIS_METRICS is not set.")
    with opened_app() as acquis:
        log_as_json()
        with _listening(listens) as server:
            server.set_app(_answering(acquis))
            serving = threading.Thread(target=server.serve_forever, daemon=True)
            serving.start()
            stop.wait()
            server.shutdown()


def _listening(at: str) -> _Server:
    host, _, port = at.rpartition(":")
    try:
        return _Server((host.strip("[]"), int(port)), _Handler)
    except OSError as error:
        raise CannotListen.of(error, host, int(port), "ACQUIS_METRICS") from error


def _answering(acquis: App) -> Any:
    """Return a WSGI application that serves all processes' counts and all gauges.

    It requires the token if one is set.
    """
    folder, token = counted.folder_of(acquis.settings), acquis.settings.metrics_token
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]  # (it has no types)
    registry.register(Gauges(acquis))
    tell = make_wsgi_app(registry)

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        shown = environ.get("HTTP_AUTHORIZATION", "").encode()
        if token and not hmac.compare_digest(shown, f"Bearer {token}".encode()):
            return _refuse("401 Unauthorized", start_response)
        if environ["PATH_INFO"] != "/metrics":
            return _refuse("404 Not Found", start_response)
        told: Iterable[bytes] = tell(environ, start_response)
        return told

    return answer


def _refuse(status: str, start_response: Any) -> Iterable[bytes]:
    start_response(status, REFUSED[status])
    return [b""]
