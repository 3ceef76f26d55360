"""Free ports for the servers of tests."""

from __future__ import annotations

import socket
from secrets import randbelow
from typing import Final

LOWEST: Final = 20_000
ENDS: Final = 32_768
"""Ports below the range from which the kernel takes client ports: none is taken before the server uses it."""


def free_port() -> int:
    """Return a port on which nobody listens."""
    for _ in range(1000):
        port = LOWEST + randbelow(ENDS - LOWEST)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise AssertionError("no port is free")
