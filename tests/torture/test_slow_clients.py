"""89: 200 slow clients delay no others behind the shipped nginx; the control is gunicorn without it."""

from __future__ import annotations

import http.client
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from domain.ports import Role
from tests.given.servers.nginx import NAME, WHY_NOT, behind_nginx, installed
from tests.given.servers.slow_clients import GIVE_UP, Slow, waited

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.given.servers.whole_acquis import Known, Serving

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not installed(), reason=WHY_NOT)]
SLOW = 200
LIMIT = 0.5
SHORT = os.environ.get("ACQUIS_TORTURE") == "short"
SECONDS = 8.0 if SHORT else 30.0


def p99(took: list[float]) -> float:
    """Return the 99th percentile of the durations."""
    return took[min(len(took) - 1, int(len(took) * 0.99))]


def until_all_hold_on(slow: Slow) -> None:
    deadline = time.monotonic() + 20
    while slow.open < SLOW * 0.95:
        assert time.monotonic() < deadline, f"only {slow.open} slow clients got in"
        time.sleep(0.05)
    time.sleep(1)  # until their first bytes are read


def test_89_slow_clients_hold_up_nobody_behind_the_shipped_nginx(
    server: Serving, known: Known, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    token = known.tokens[Role.REGISTRAR]
    with behind_nginx(tmp_path / "run", f"127.0.0.1:{server.port}") as nginx:

        def connect() -> http.client.HTTPConnection:
            client = http.client.HTTPSConnection(NAME, nginx.tls, timeout=GIVE_UP)
            client.sock = nginx.connect(GIVE_UP)
            return client

        waited(connect, token, 3.0)  # each worker opens the application at its first request
        alone = waited(connect, token, 3.0)
        with Slow(nginx.tls, SLOW, nginx.trusted) as slow:
            until_all_hold_on(slow)
            among = waited(connect, token, SECONDS)
            held, begun = slow.open, sum(slow.begun.values())
    told = f"p99 {p99(among) * 1000:.0f} ms of {len(among)}, alone {p99(alone) * 1000:.0f} ms"
    figure(f"{SLOW} slow clients, nginx: {told}")
    assert held > SLOW * 0.8, "they are let go after a while, and come back"
    assert begun >= SLOW
    assert len(among) > 5 * SECONDS
    allowed = max(LIMIT, 2 * p99(alone)) if SHORT else LIMIT  # in CI, a machine may be slow by itself
    assert p99(among) < allowed


def test_89_without_nginx_they_hold_up_everybody(
    server: Serving, known: Known, figure: Callable[[str], None]
) -> None:
    def connect() -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", server.port, timeout=GIVE_UP)

    with Slow(server.port, SLOW) as slow:
        until_all_hold_on(slow)
        among = waited(connect, known.tokens[Role.REGISTRAR], 4.0)
    figure(f"{SLOW} slow clients, bare gunicorn: p99 {p99(among) * 1000:.0f} ms of {len(among)}")
    assert p99(among) >= LIMIT
    server.until_ready()
