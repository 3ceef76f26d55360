"""Transport of events to a webhook: signed by Standard Webhooks, to a public address, tried once.

No redirect is followed and no proxy is used. The addresses of a name are checked when the connection is made, so that
a name that resolves differently a moment later cannot lead to another address. Only the status of an answer is read,
and the connection is cut at a time limit: a receiver can delay only its own events.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import Final
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from standardwebhooks.webhooks import Webhook

from adapters.addresses import is_outside
from adapters.feed.sink import FeedMessage, NotTaken
from domain.refusal import Refused

CONNECT: Final = 5.0
"""Seconds to reach one address."""
ANSWER: Final = 10.0
"""Seconds to wait for more of an answer."""
PATIENCE: Final = 15.0
"""Seconds that a message may take, including the connection."""
TYPE: Final = "application/cloudevents-batch+json"


class WebhookUnfit(Refused):
    """A webhook has an address like https://host/path, without a name and password in it."""

    fr = "Un webhook a une adresse comme https://hote/chemin, sans nom ni mot de passe."
    kind = "invalid"


class PrivateAddress(Exception):  # noqa: N818  (named after what happened)
    """A webhook's name resolves to an address of this machine or of a private network."""


def check_address(address: str, *, plain: bool) -> None:
    """Raise WebhookUnfit for an unacceptable address; `plain`: whether it may be without TLS."""
    try:
        parts = urlsplit(address)
        there = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise WebhookUnfit(address) from None
    schemes = {"https", "http"} if plain else {"https"}
    printable = address.isascii() and address.isprintable() and " " not in address
    if not there or parts.scheme not in schemes or parts.username is not None or parts.fragment or not printable:
        raise WebhookUnfit(address)


class WebhookSink:
    """One webhook. `inside`: whether it may be on this machine or in a private network."""

    def __init__(self, address: str, secret: str, name: str, *, inside: bool = False) -> None:
        """Send to an address, signed with a secret; `name` distinguishes its messages from other subscriptions'."""
        self._address, self._name, self._inside = urlsplit(address), name, inside
        self._signing = Webhook(secret)

    def send(self, messages: Sequence[FeedMessage]) -> None:
        """Send messages as one batch, whose id gives its first and last event; raises NotTaken."""
        ident, now = f"{self._name}.{messages[0].cursor}-{messages[-1].cursor}", datetime.now(UTC)
        body = b"[" + b",".join(each.event for each in messages) + b"]"
        headers = {
            "content-type": TYPE,
            "user-agent": "Acquis",
            "webhook-id": ident,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signing.sign(ident, now, body.decode()),
        }
        until = time.monotonic() + PATIENCE
        try:
            status = self._answered(headers, body, until)
        except PrivateAddress as error:
            raise NotTaken("private-address") from error
        except (OSError, HTTPException, ValueError) as error:
            raise NotTaken(_met(error, late=time.monotonic() >= until)) from error
        if not 200 <= status < 300:  # noqa: PLR2004  (it was accepted)
            raise NotTaken(str(status))

    def _answered(self, headers: dict[str, str], body: bytes, until: float) -> int:
        """Return the status of the answer, over a new connection."""
        at, secure = self._address, self._address.scheme == "https"
        made, port = (HTTPSConnection, 443) if secure else (HTTPConnection, 80)
        connection = made(at.hostname or "", at.port or port)
        path = f"{at.path or '/'}{'?' if at.query else ''}{at.query}"
        with self._reached(connection.host, connection.port, until) as reached, cut_at(until, reached):
            reached.settimeout(ANSWER)
            tls = _trusting().wrap_socket(reached, server_hostname=connection.host) if secure else reached
            with tls:
                connection.sock = tls
                connection.request("POST", path, body, headers)
                return connection.getresponse().status

    def _reached(self, name: str, port: int, until: float) -> socket.socket:
        """Connect to a permitted address of the name; raises PrivateAddress, OSError."""
        meant = [found[4] for found in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]
        there = [(str(at[0]), port) for at in meant if self._inside or is_outside(str(at[0]))]
        if not there:
            raise PrivateAddress(name)
        for address in there[:-1]:
            with suppress(OSError):
                return socket.create_connection(address, _left(until))
        return socket.create_connection(there[-1], _left(until))

    def close(self) -> None:
        """Do nothing: no connection outlives its message."""


@contextmanager
def cut_at(until: float, reached: socket.socket) -> Iterator[None]:
    """Cut a connection at a time limit, even while it receives: a receiver may send single bytes forever."""
    same = reached.dup()  # the TLS socket takes over the original
    timer = Timer(until - time.monotonic(), _cut, (same,))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        same.close()


def _cut(reached: socket.socket) -> None:
    with suppress(OSError):
        reached.shutdown(socket.SHUT_RDWR)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(left, CONNECT)


def _met(error: Exception, *, late: bool) -> str:
    """Return the kind of an error, as one word."""
    if late or isinstance(error, TimeoutError):
        return "TimeoutError"
    return "SSLError" if isinstance(error, ssl.SSLError) else type(error).__name__


@cache
def _trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
