"""On which port does a server of a test listen?"""

from __future__ import annotations

import socket
from secrets import randbelow
from typing import Final

LOWEST: Final = 20_000
ENDS: Final = 32_768
"""Below those from which the kernel takes the near ends of connections: nobody takes it before the server does."""


def free_port() -> int:
    """A port that nobody listens on."""
    for _ in range(1000):
        port = LOWEST + randbelow(ENDS - LOWEST)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise AssertionError("no port is free")
