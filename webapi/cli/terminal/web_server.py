"""Checks that a port is free, and that a server answers at it."""

from __future__ import annotations

import errno
import socket
import time
from http.client import HTTPConnection, HTTPException
from typing import Final, Self

from adapters.trouble import Trouble

WAITED: Final = 2.0
"""Seconds to wait for an answer before asking again."""
LEAVING: Final = 3.0
"""Seconds to wait for an earlier server to leave the port."""
STEP: Final = 0.1


class CannotListen(Trouble):
    """Another program listens at the address, or the machine does not allow it."""

    @classmethod
    def of(cls, error: OSError, host: str, port: int, said_by: str = "--port") -> Self:
        """Return the error with its sentences; `said_by` is the setting that gives the port."""
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
    """Raise CannotListen if the web server could not listen at this address.

    An earlier server may still be leaving, such as the workers of a killed one, so the check waits some seconds.
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
    """Return whether a server answers there, with any status."""
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
