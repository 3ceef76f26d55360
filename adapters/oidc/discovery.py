"""A provider's endpoints and signing keys, fetched from the provider and cached for an hour."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key
from requests import PreparedRequest, RequestException, Response
from urllib3.exceptions import HTTPError

from adapters.oidc.providers import Provider, is_of_this_machine, is_safe
from adapters.oidc.reaching import PermittedAddresses, Reach
from adapters.oidc.refusals import ProviderUnavailable

TIMEOUT: Final = (3.05, 5.0)
"""Seconds to connect, and to wait for the next bytes of an answer."""
PATIENCE: Final = 10.0
"""Seconds that a whole answer may take."""
LARGEST: Final = 256 * 1024
"""The greatest number of bytes of an answer; a provider's keys take a few thousand."""
KEPT: Final = 3600.0
"""Seconds for which a provider's addresses and keys are cached."""
AGAIN: Final = 30.0
"""Seconds before the keys are fetched again for an unknown key id, so that tokens cannot cause many requests."""
REST: Final = 5.0
"""Seconds for which a provider that did not answer is not asked again, so that no other request waits for it."""
OURS: Final = ("RSA", "EC")
"""Kinds of asymmetric keys, of which only the provider has the private half."""


class Bounded(OAuth2Session):  # type: ignore[misc]  # (Authlib has no types)
    """A session with limits: no redirect, bounded time and size, and permitted addresses only."""

    def __init__(self, reach: Reach, **options: Any) -> None:
        """Connect to the addresses that `reach` permits; `options` are Authlib's."""
        super().__init__(**options)
        for scheme in ("https://", "http://"):
            self.mount(scheme, PermittedAddresses(reach))

    def send(self, request: PreparedRequest, **options: Any) -> Response:
        """Send a request, and read the answer within the limits; raises ProviderUnavailable."""
        began = monotonic()
        bounds: dict[str, Any] = {"timeout": TIMEOUT, "stream": True, "allow_redirects": False}
        try:
            response: Response = super().send(request, **options | bounds)
            with response:
                response._content = _within(response, began)  # noqa: SLF001  (where `requests` stores what it read)
        except (RequestException, HTTPError) as error:
            raise ProviderUnavailable from error
        return response


def reach(provider: Provider) -> Reach:
    """Return the addresses at which a provider may answer."""
    if provider.inside:
        return Reach.ANY
    return Reach.THIS_MACHINE if is_of_this_machine(provider.issuer) else Reach.PUBLIC


def _within(response: Response, began: float) -> bytes:
    """Return the answer's body, read as it arrives: reading whole blocks could wait long for a slow sender."""
    read = b""
    while part := response.raw.read1(8192, decode_content=True):
        read += part
        if len(read) > LARGEST or monotonic() > began + PATIENCE:
            raise ProviderUnavailable
    return read


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """A provider's endpoints, as its metadata states them."""

    authorization: str
    token: str
    jwks: str
    end_session: str = ""


@dataclass
class Discovery:
    """A provider's metadata, fetched when needed and cached for an hour."""

    provider: Provider
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _failed: float = -REST
    _addresses: tuple[float, Addresses] | None = None
    _keys: tuple[float, tuple[Key, ...]] | None = None

    def addresses(self) -> Addresses:
        """Return its endpoints; raises ProviderUnavailable."""
        with self._lock:
            if self._addresses is None or self._addresses[0] + KEPT < monotonic():
                self._addresses = monotonic(), self._ask_addresses()
            return self._addresses[1]

    def key(self, kid: str | None) -> Key | None:
        """Return the key of this id, or the only one if no id is given; fetch the keys again for an unknown id."""
        keys = self._fresh(KEPT)
        found = _find(keys, kid)
        return found if found is not None else _find(self._fresh(AGAIN), kid)

    def _fresh(self, lasting: float) -> tuple[Key, ...]:
        address = self.addresses().jwks
        with self._lock:
            if self._keys is None or self._keys[0] + lasting < monotonic():
                self._keys = monotonic(), _keys(self._get(address))
            return self._keys[1]

    def _ask_addresses(self) -> Addresses:
        said = self._get(self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
        found = Addresses(
            authorization=said.get("authorization_endpoint", ""),
            token=said.get("token_endpoint", ""),
            jwks=said.get("jwks_uri", ""),
            end_session=said.get("end_session_endpoint") or "",
        )
        needed = (found.authorization, found.token, found.jwks, *([found.end_session] if found.end_session else []))
        if said.get("issuer") != self.provider.issuer or not all(self._may_be_asked(each) for each in needed):
            raise ProviderUnavailable(self.provider.name)
        return found

    def _may_be_asked(self, address: Any) -> bool:
        """Return whether an address is safe; one of this machine only for a provider of this machine."""
        here = is_of_this_machine(self.provider.issuer)
        return isinstance(address, str) and is_safe(address) and (here or not is_of_this_machine(address))

    def _get(self, address: str) -> dict[str, Any]:
        if monotonic() < self._failed + REST:
            raise ProviderUnavailable(self.provider.name)
        try:
            return self._asked(address)
        except ProviderUnavailable:
            self._failed = monotonic()
            raise

    def _asked(self, address: str) -> dict[str, Any]:
        with Bounded(reach(self.provider)) as session:
            response = session.request("GET", address, withhold_token=True)
        try:
            said = response.json() if response.status_code == 200 else None  # noqa: PLR2004  (OK)
        except ValueError as error:
            raise ProviderUnavailable(self.provider.name) from error
        if not isinstance(said, dict):
            raise ProviderUnavailable(self.provider.name)
        return said


def _keys(said: dict[str, Any]) -> tuple[Key, ...]:
    """Return the signing keys of accepted kinds, which exclude symmetric secrets."""
    found: list[Key] = []
    given = said.get("keys")
    for each in given if isinstance(given, list) else []:
        if not isinstance(each, dict) or each.get("kty") not in OURS or each.get("use", "sig") != "sig":
            continue
        try:
            found.append(import_key(each))
        except (JoseError, ValueError, TypeError, KeyError):
            continue  # an unreadable key is skipped; the others are used
    return tuple(found)


def _find(keys: tuple[Key, ...], kid: str | None) -> Key | None:
    named = [key for key in keys if kid is None or key.kid == kid]
    return named[0] if len(named) == 1 else None
