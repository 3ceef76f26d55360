"""How does a message reach a webhook? Signed by Standard Webhooks, to an address outside of the house, once.

No redirect is followed and no proxy asked. The addresses that a name stands for are judged when the connection is
made, so that a name that means another address a moment later leads nowhere.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from requests import Request, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from standardwebhooks.webhooks import Webhook
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

from adapters.feed.sink import Message, NotTaken
from domain.refusal import Refused

TIMEOUT: Final = (5.0, 10.0)
"""Seconds to connect, and to wait for more of an answer."""
PATIENCE: Final = 15.0
"""Seconds that a whole answer may take."""
READ: Final = 200
"""Bytes of an answer that are looked at: who refuses may say why."""
TYPE: Final = "application/cloudevents-batch+json"
UNICAST: Final = IPv6Network("2000::/3")


class WebhookUnfit(Refused):
    """A webhook has an address like https://host/path, without a name and password in it."""

    fr = "Un webhook a une adresse comme https://hote/chemin, sans nom ni mot de passe."
    kind = "invalid"


class PrivateAddress(Exception):  # noqa: N818  (it names what was met)
    """A webhook's name stands for an address of this machine or of a private network."""


def check_address(address: str, *, plain: bool) -> None:
    """Raise WebhookUnfit for what no message is sent to; `plain`: whether it may be without TLS."""
    try:
        parts = urlsplit(address)
        there = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise WebhookUnfit(address) from None
    schemes = {"https", "http"} if plain else {"https"}
    printable = address.isascii() and address.isprintable() and " " not in address
    if not there or parts.scheme not in schemes or parts.username is not None or parts.fragment or not printable:
        raise WebhookUnfit(address)


def is_outside(address: str) -> bool:
    """Whether an IP address is one of the internet, and neither this machine's nor a private network's."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv4Address):
        return found.is_global and not found.is_multicast
    if found.ipv4_mapped is not None:
        return is_outside(str(found.ipv4_mapped))
    tunnels = found.sixtofour is not None or found.teredo is not None
    return found in UNICAST and found.is_global and not tunnels


class _Judged(HTTPConnection):
    """A connection to what its name stands for outside of the house."""

    def _new_conn(self) -> socket.socket:
        name, failed = self._dns_host, None
        try:
            meant = socket.getaddrinfo(name.strip("[]"), self.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise NewConnectionError(self, f"{type(error).__name__}") from error
        outside = [str(found[4][0]) for found in meant if is_outside(str(found[4][0]))]
        if not outside:
            raise PrivateAddress(name)
        try:
            for address in outside:
                self._dns_host = address
                try:
                    return super()._new_conn()
                except HTTPError as error:
                    failed = error
        finally:
            self._dns_host = name  # by which the certificate is checked
        raise failed or NewConnectionError(self, name)


class _JudgedTls(_Judged, HTTPSConnection):
    pass


class _JudgedPool(HTTPConnectionPool):
    ConnectionCls = _Judged


class _JudgedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _JudgedTls


class _Outside(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _JudgedPool, "https": _JudgedTlsPool}


class WebhookSink:
    """One webhook. `inside`: whether it may stand on this machine or in a private network."""

    def __init__(self, address: str, secret: str, name: str, *, inside: bool = False) -> None:
        """Send to an address, signed by a secret; `name` tells its messages from other subscriptions'."""
        self._address, self._name = address, name
        self._signing = Webhook(secret)
        self._session = Session()
        self._session.trust_env = False
        if not inside:
            for scheme in ("http://", "https://"):
                self._session.mount(scheme, _Outside())

    def send(self, messages: Sequence[Message]) -> None:
        """Send them as one batch, whose id says from which event to which; raises NotTaken."""
        ident, now = f"{self._name}.{messages[0].cursor}-{messages[-1].cursor}", datetime.now(UTC)
        body = b"[" + b",".join(each.event for each in messages) + b"]"
        headers = {
            "content-type": TYPE,
            "user-agent": "Acquis",
            "webhook-id": ident,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signing.sign(ident, now, body.decode()),
        }
        try:
            self._answered(Request("POST", self._address, headers=headers, data=body))
        except PrivateAddress as error:
            raise NotTaken("private-address") from error
        except (RequestException, HTTPError) as error:
            raise NotTaken(type(error).__name__) from error

    def _answered(self, asked: Request) -> None:
        begun, ready = time.monotonic(), self._session.prepare_request(asked)
        response: Response = self._session.send(ready, timeout=TIMEOUT, stream=True, allow_redirects=False)
        with response:
            said = response.raw.read1(READ)
            while len(said) < READ and (part := response.raw.read1(READ)) and time.monotonic() < begun + PATIENCE:
                said += part
            if not 200 <= response.status_code < 300:  # noqa: PLR2004  (it was taken)
                raise NotTaken(str(response.status_code))

    def close(self) -> None:
        """Leave its connections."""
        self._session.close()
