"""HTTP connections to an identity provider, made to permitted IP addresses only.

The address is checked when the connection is made, so that a later resolution of the name cannot lead elsewhere.
"""

from __future__ import annotations

import socket
from enum import Enum
from functools import cache
from ipaddress import ip_address
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError

from adapters.addresses import is_outside


class Reach(Enum):
    """The addresses at which a provider may answer."""

    PUBLIC = "public"
    THIS_MACHINE = "this machine"
    """Public addresses and those of this machine, for a provider on this machine."""
    ANY = "any"
    """All addresses, including those of private networks, if the operator permits it."""

    def permits(self, address: str) -> bool:
        """Return whether a connection to this IP address is permitted."""
        here = self is Reach.THIS_MACHINE and ip_address(address.partition("%")[0]).is_loopback
        return self is Reach.ANY or here or is_outside(address)


class PermittedAddresses(HTTPAdapter):
    """Adapter of `requests` that connects to permitted addresses only, or raises `ConnectionError`."""

    def __init__(self, reach: Reach) -> None:
        """Connect to the addresses that `reach` permits."""
        self._reach = reach
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Create the pools of connections; each connection checks its address."""
        super().init_poolmanager(*args, **options)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = _pools(self._reach)


@cache
def _pools(reach: Reach) -> dict[str, Any]:
    class CheckedPlainConnection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _checked(self, reach, super()._new_conn)

    class CheckedSecureConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _checked(self, reach, super()._new_conn)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = CheckedPlainConnection

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = CheckedSecureConnection

    return {"http": PlainPool, "https": SecurePool}


def _checked(connection: HTTPConnection, reach: Reach, connect: Any) -> socket.socket:
    """Connect to a permitted address of the name; TLS still checks the name."""
    name = connection._dns_host  # noqa: SLF001  (the name that urllib3 itself resolves)
    try:
        found = socket.getaddrinfo(name, connection.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NameResolutionError(name, connection, socket.gaierror(str(error))) from error
    permitted = [address for each in found if reach.permits(address := str(each[4][0]))]
    if not permitted:
        raise NewConnectionError(connection, "no public address")
    connection._dns_host = permitted[0]  # noqa: SLF001
    try:
        made: socket.socket = connect()
    finally:
        connection._dns_host = name  # noqa: SLF001
    return made
