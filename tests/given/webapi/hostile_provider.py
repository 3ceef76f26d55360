"""An identity provider on this machine, with its own keys, whose answers the test decides."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey, Key, RSAKey

CLIENT = "acquis"
SECRET = "of both of us, and no more than that"  # noqa: S105  (of the tests only)
CODE = "a-code"


class Quiet(WSGIRequestHandler):
    """A handler that logs nothing."""

    def log_message(self, *_: Any) -> None: ...


def part(value: Any) -> str:
    """Return a part of a token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def half_hash(access_token: str) -> str:
    return part(hashlib.sha256(access_token.encode()).digest()[:16])


def signature(key: Any, body: bytes, algorithm: str) -> bytes:
    """Return the signature of a body in each algorithm's format (RFC 7518)."""
    if key.key_type == "EC":
        r, s = decode_dss_signature(key.private_key.sign(body, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    how = padding.PSS(padding.MGF1(SHA256()), 32) if algorithm == "PS256" else padding.PKCS1v15()
    signed: bytes = key.private_key.sign(body, how, SHA256())
    return signed


@dataclass
class HostileProvider:
    """A provider whose answers can be changed; `claims` gives the ID token's claims, `sign` makes the token."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    curve: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "two", "use": "sig"}))
    nonce: str = ""
    challenge: str = ""
    changed: dict[str, Any] = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], Any] | None = None
    asked: list[str] = field(default_factory=list)
    sent: dict[str, list[str]] = field(default_factory=dict)
    endless: bool = False
    dripping: bool = False

    def claims(self) -> dict[str, Any]:
        """Return the claims of a valid token with changes; None removes a claim."""
        now = int(time.time())
        good = {
            "iss": self.issuer,
            "sub": "sub-of-marie",
            "aud": CLIENT,
            "iat": now,
            "auth_time": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "acr": "eidas2",
            "email": "marie@example.org",
            "at_hash": half_hash("an-access-token"),
        }
        return {name: value for name, value in (good | self.changed).items() if value is not None}

    def signed(self, claims: dict[str, Any], key: Key | None = None, **header: Any) -> str:
        """Return a signed token with this header, made without a library that would object."""
        key = key or self.key
        given = {"alg": "RS256" if key.key_type == "RSA" else "ES256", "kid": key.kid} | header
        body = f"{part({name: value for name, value in given.items() if value is not None})}.{part(claims)}"
        return f"{body}.{part(signature(key, body.encode(), given['alg']))}"

    def unsigned(self, claims: dict[str, Any], algorithm: str, secret: bytes | None = None) -> str:
        """Return a token with an algorithm that needs none of the provider's keys."""
        body = f"{part({'alg': algorithm, 'kid': self.key.kid})}.{part(claims)}"
        mac = hmac.digest(secret, body.encode(), "sha256") if secret is not None else b""
        return f"{body}.{part(mac)}"

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterator[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        start("200 OK", [("Content-Type", "application/json")])
        if self.endless:
            yield from iter(lambda: b" " * 65_536, None)
        while self.dripping:
            time.sleep(0.05)
            yield b" "
        yield json.dumps(self._answer(path, environ)).encode()

    def _answer(self, path: str, environ: dict[str, Any]) -> Any:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/end",
            } | self.says
        if path == "/jwks":
            return {"keys": [each.as_dict(private=False) for each in (self.key, self.curve)]}
        self.sent = parse_qs(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode())
        verifier = self.sent["code_verifier"][0]
        if self.sent["code"] != [CODE] or part(hashlib.sha256(verifier.encode()).digest()) != self.challenge:
            return {"error": "invalid_grant"}
        token = (self.sign or self.signed)(self.claims())
        return {"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 60} | (
            {} if token is None else {"id_token": token}
        )


@contextmanager
def hostile_provider() -> Iterator[HostileProvider]:
    """Yield the provider, on a port of its own."""
    provider = HostileProvider()
    with make_server("127.0.0.1", 0, provider, handler_class=Quiet) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
