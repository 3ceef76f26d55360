"""Verification of ID tokens by signature and claims; nothing else is trusted."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from time import time
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry

from adapters.oidc.discovery import Discovery
from adapters.oidc.refusals import LoginFailed, Unauthenticated

LEEWAY: Final = 60
"""Seconds by which the provider's clock may differ from ours."""
LONGEST: Final = 16_384
LONGEST_SUBJECT: Final = 255


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A verified sign-in: the person's name at the provider, the level of assurance, and the token.

    `authenticated_at`: the time of their last sign-in there, if the provider states it.
    """

    sub: str
    acr: str | None
    id_token: str
    authenticated_at: datetime | None


def prove(discovery: Discovery, token: dict[str, Any], nonce: str) -> Proof:
    """Verify the ID token of an answer; raises Unauthenticated, and LoginFailed for another login's token."""
    raw = token.get("id_token")
    if not isinstance(raw, str) or not raw.isascii() or len(raw) > LONGEST:
        raise Unauthenticated
    claims = _claims(discovery, raw, token.get("access_token"))
    given = claims.get("nonce")
    if not (isinstance(given, str) and given.isascii() and hmac.compare_digest(given, nonce)):
        raise LoginFailed
    sub, acr = claims["sub"], claims.get("acr")
    if not (isinstance(sub, str) and 0 < len(sub) <= LONGEST_SUBJECT and sub.isprintable()):
        raise Unauthenticated
    if discovery.provider.acr and acr not in discovery.provider.acr:
        raise Unauthenticated
    when = _authenticated_at(claims.get("auth_time"))
    return Proof(sub=sub, acr=acr if isinstance(acr, str) else None, id_token=raw, authenticated_at=when)


def _authenticated_at(said: Any) -> datetime | None:
    """Return the stated time of the sign-in there; the provider's clock may be a little ahead; None if invalid."""
    now = time()
    if isinstance(said, bool) or not isinstance(said, int) or not 0 < said <= now + LEEWAY:
        return None
    return datetime.fromtimestamp(min(said, now), UTC)


def _claims(discovery: Discovery, raw: str, access_token: Any) -> CodeIDToken:
    """Return the claims, after checking signature, issuer, audience, authorised party and times."""
    provider = discovery.provider
    registry = JWSRegistry(algorithms=provider.algorithms, strict_check_header=False)

    def signer(signed: Any) -> Key:
        kid = signed.headers().get("kid")
        key = discovery.key(kid if isinstance(kid, str) else None)
        if key is None:
            raise Unauthenticated
        return key

    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
    }
    params = {"client_id": provider.client_id, "access_token": access_token}
    try:
        signed = jwt.decode(raw, signer, registry=registry)
        claims = CodeIDToken(signed.claims, signed.header, options, params)
        claims.validate(leeway=LEEWAY)
    except (
        JoseError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:  # a hostile token may cause any of these
        raise Unauthenticated from error
    return claims
