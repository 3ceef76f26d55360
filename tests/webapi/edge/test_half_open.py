"""Tests of connections to the shipped nginx that never finish their TLS handshake."""

from __future__ import annotations

import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.given.servers.behind_nginx import ask
from tests.given.servers.gunicorn import socket_of
from tests.given.servers.nginx import SHIPPED, WHY_NOT, Nginx, behind_nginx, installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.given.webapi.town import World

pytestmark = pytest.mark.skipif(not installed(), reason=WHY_NOT)
MANY = 900
"""Half-open connections: more than a worker of Debian's nginx holds (768). The runbook has the figures of 1,665."""
HELLO = bytes.fromhex("160301020001")
"""The beginning of a TLS handshake: the head of a record and one byte of its content."""


@pytest.fixture
def files() -> Iterator[None]:
    """Raise this process's limit of open files to the number of connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def half_open(port: int, held: ExitStack) -> socket.socket:
    """Open a connection whose handshake begins and does not continue."""
    opened = held.enter_context(socket.create_connection(("127.0.0.1", port), 5))
    opened.sendall(HELLO)
    return opened


@pytest.mark.usefixtures("files")
def test_sign_in_is_answered_while_900_handshakes_stay_half_open(nginx: Nginx) -> None:
    with ExitStack() as held:
        for _ in range(MANY):
            half_open(nginx.tls, held)
        answered = [ask(nginx, "GET", "/sign-in").status for _ in range(5)]
    assert answered == [200] * 5


def test_every_server_of_nginx_bounds_headers_and_handshakes_to_five_seconds() -> None:
    edge, servers = (SHIPPED / "edge.conf").read_text("utf-8"), (SHIPPED / "acquis.conf").read_text("utf-8")
    (times,) = {tuple(re.findall(r"client_header_timeout (\w+);", edge))}
    assert times == ("5s",)
    for block in re.findall(r"^server \{.*?^\}", servers, re.MULTILINE | re.DOTALL):
        if "default_server" in block:
            assert "client_header_timeout 5s;" in block, block


def test_connection_without_a_completed_handshake_is_closed_at_the_header_timeout(
    world: World, served: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default server's timeout applies, here a second; nginx's own default is a minute."""
    del served
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    for each in SHIPPED.iterdir():
        text = each.read_text("utf-8").replace("client_header_timeout 5s", "client_header_timeout 1s")
        (shipped / each.name).write_text(text, "utf-8")
    monkeypatch.setattr("tests.given.servers.nginx.SHIPPED", shipped)
    with behind_nginx(tmp_path / "run", f"unix:{socket_of(world)}") as running, ExitStack() as held:
        for port, sent in ((running.tls, HELLO), (running.tls, b""), (running.plain, b"GET / HT")):
            opened = held.enter_context(socket.create_connection(("127.0.0.1", port), 4))
            opened.sendall(sent)
            began = time.monotonic()
            with suppress(ConnectionResetError):
                assert opened.recv(1) == b""
            assert time.monotonic() - began < 3, (port, sent)


NFT = shutil.which("nft", path=f"{os.environ['PATH']}:/usr/sbin")
RULES = SHIPPED.parent / "nftables" / "acquis.nft"
OPENS_MANY = """
import socket, sys
def opened(source):
    try:
        return socket.create_connection(("127.0.0.1", 443), 2, source_address=(source, 0))
    except OSError:
        return None
with socket.create_server(("127.0.0.1", 443), backlog=1024):
    held = [opened("127.0.0.2") for _ in range(260)]
    print(sum(each is not None for each in held), opened("127.0.0.3") is not None)
"""


@pytest.mark.skipif(NFT is None or os.geteuid() != 0, reason="only root filters, with nftables")
def test_shipped_filter_limits_one_address_to_two_hundred_connections() -> None:
    inside = f"ip link set lo up && {NFT} -f {RULES} && {NFT} -f {RULES} && exec {sys.executable} -c '{OPENS_MANY}'"
    done = subprocess.run(("unshare", "--net", "sh", "-c", inside), capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (["200", "True"], "")
