"""May a server listen at its address, and does it answer there by now?"""

from __future__ import annotations

import errno
import socket
import time
from http.client import HTTPConnection, HTTPException
from typing import Final, Self

from adapters.trouble import Trouble

WAITED: Final = 2.0
"""Seconds that an answer may take before it is asked for again."""
LEAVING: Final = 3.0
"""Seconds for which who listened before may still be about to leave."""
STEP: Final = 0.1


class CannotListen(Trouble):
    """Somebody else listens at the address, or this machine gives it to nobody."""

    @classmethod
    def of(cls, error: OSError, host: str, port: int, said_by: str = "--port") -> Self:
        """What is said of it; `said_by` is what gives the port."""
        if error.errno == errno.EADDRINUSE:
            return cls(
                f"Another program listens at {host}:{port}: end it, or give another port with {said_by}.",
                f"Un autre programme écoute sur {host}:{port} : arrêtez-le, ou changez de port avec {said_by}.",
            )
        return cls(
            f"This machine lets nobody listen at {host}:{port}: give another address or another port.",
            f"Cette machine ne permet pas d'écouter sur {host}:{port} : indiquez une autre adresse ou un autre port.",
        )


def must_be_free(host: str, port: int) -> None:
    """Raise CannotListen, before anything is begun, where the web server could not listen.

    Who listened before may be leaving, the workers of a server that was killed say: they are waited for.
    """
    until = time.monotonic() + LEAVING
    while (error := _refused(host, port)) is not None and error.errno == errno.EADDRINUSE:
        if time.monotonic() > until:
            raise CannotListen.of(error, host, port) from error
        time.sleep(STEP)
    if error is not None:
        raise CannotListen.of(error, host, port) from error


def _refused(host: str, port: int) -> OSError | None:
    try:
        socket.create_server((host, port), family=_family(host)).close()
    except OSError as error:
        return error
    return None


def answers_at(host: str, port: int) -> bool:
    """Whether a request is answered there: by whatever status, it is one who listens."""
    connection = HTTPConnection(host, port, timeout=WAITED)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
