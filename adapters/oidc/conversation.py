"""The sign-in exchange with one provider: the redirect to it, and the returned code."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from authlib.common.errors import AuthlibBaseError
from requests import RequestException

from adapters.oidc.discovery import Bounded, Discovery, reach
from adapters.oidc.proof import Proof, prove
from adapters.oidc.providers import Provider
from adapters.oidc.refusals import LoginFailed, ProviderUnavailable

CHALLENGE: Final = "S256"
LONGEST_CODE: Final = 2000


@dataclass(frozen=True, kw_only=True)
class ProviderRedirect:
    """A redirect to a provider: its address, and the values to check or to use on return."""

    address: str
    state: str
    nonce: str
    verifier: str


class Conversation:
    """Client of one provider: authorization code with PKCE (RFC 7636), state and nonce (OIDC Core 1.0)."""

    def __init__(self, provider: Provider) -> None:
        """Set the provider; no request is sent, since a provider that does not answer must not prevent a start."""
        self.provider = provider
        self._discovery = Discovery(provider)

    def begin(self, back: str, *, again: bool = False) -> ProviderRedirect:
        """Return the redirect for a user who will return to the URL `back`; raises ProviderUnavailable.

        `again` makes the provider ask the user to authenticate even if they are signed in there, and state the time
        of it (OIDC Core 1.0, 3.1.2.1). The user can remove that from the address, so that only the provider's answer
        counts.
        """
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        asked = {"acr_values": " ".join(self.provider.acr)} if self.provider.acr else {}
        asked |= {"prompt": "login", "max_age": "0"} if again else {}
        with self._session(back) as session:
            address, state = session.create_authorization_url(
                self._discovery.addresses().authorization,
                state=secrets.token_urlsafe(32),
                code_verifier=verifier,
                nonce=nonce,
                **asked,
            )
        return ProviderRedirect(address=address, state=state, nonce=nonce, verifier=verifier)

    def finish(self, code: str, back: str, *, nonce: str, verifier: str) -> Proof:
        """Exchange the returned code, and return the proof of the user's identity.

        Raises LoginFailed, Unauthenticated, ProviderUnavailable.
        """
        if not 0 < len(code) <= LONGEST_CODE or not code.isprintable():
            raise LoginFailed
        return prove(self._discovery, self._token(code, back, verifier), nonce)

    def farewell(self, id_token: str, back: str) -> str | None:
        """Return the address that ends the session at the provider too; None if the provider has none."""
        try:
            place = self._discovery.addresses().end_session
        except ProviderUnavailable:
            return None
        if not place:
            return None
        asked = {"id_token_hint": id_token, "post_logout_redirect_uri": back, "state": secrets.token_urlsafe(16)}
        return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"

    def _token(self, code: str, back: str, verifier: str) -> dict[str, Any]:
        address = self._discovery.addresses().token
        with self._session(back) as session:
            try:
                token = session.fetch_token(
                    address, code=code, code_verifier=verifier, grant_type="authorization_code"
                )
            except AuthlibBaseError as error:  # the provider says that the code is unknown, or used
                raise LoginFailed from error
            except (RequestException, ValueError, TypeError, KeyError, AttributeError) as error:
                raise ProviderUnavailable from error
        return dict(token)

    def _session(self, back: str) -> Bounded:
        provider = self.provider
        return Bounded(
            reach(provider),
            client_id=provider.client_id,
            client_secret=provider.client_secret or None,
            token_endpoint_auth_method=provider.authenticates_by,
            scope=" ".join(provider.scopes),
            redirect_uri=back,
            code_challenge_method=CHALLENGE,
        )
