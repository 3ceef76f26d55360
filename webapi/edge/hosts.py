"""Checks of the request's host, proxies and sending site.

No link is built from the Host header: links within the site have no host, and letters use ACQUIS_PUBLIC_URL.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from adapters.settings import Settings
from webapi.problems import FOR_PROGRAMS, Answered, Message

ANOTHER_HOST: Final = Message(
    "bad-request",
    "Nothing answers to the name under which this was asked.",
    "Rien ne répond au nom sous lequel cette demande est arrivée.",
)
CSRF: Final = Message(
    "csrf",
    "This form has expired, or is not of this site: nothing was recorded. Open its page again and send it once more.",
    "Ce formulaire a expiré, ou ne vient pas de ce site : rien n'est enregistré. Rouvrez sa page et renvoyez-le.",
)
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
HERE: Final = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site when the form comes from this site or from the visitor directly."""


def name_of(origin: str) -> str:
    """Return the host of an address, without its port."""
    return without_port(urlsplit(origin).netloc)


def accepted_hosts(settings: Settings) -> frozenset[str]:
    """Return the host names that are answered; empty means any."""
    told = [*settings.hosts, *([name_of(settings.public_url)] if settings.public_url else ())]
    files = [name_of(settings.files_url)] if told and settings.files_url else []
    return frozenset([*told, *files])


def believe_proxies(app: Flask, settings: Settings) -> None:
    """Take the client's address and scheme from the configured number of proxies, if any."""
    if count := settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=0, x_port=0, x_prefix=0
        )


def answer_to_names(app: Flask, settings: Settings) -> None:
    """Refuse (400) a request for an unknown host, before it is read."""
    known = accepted_hosts(settings)

    def check() -> None:
        asked = without_port(request.host)
        malformed = not asked and "Host" in request.headers
        if malformed or (known and asked not in known):
            raise Answered(400, ANOTHER_HOST)

    app.before_request(check)


def refuse_other_sites(app: Flask, _settings: Settings) -> None:
    """Refuse (403) a write that another site makes a visitor's browser send, even with a token.

    Programs do not send Sec-Fetch-Site. This check replaces Flask-WTF's check of the Referer over TLS, which would
    lock out users whose browser sends no Referer.
    """
    app.config["WTF_CSRF_SSL_STRICT"] = False

    def check() -> None:
        if request.method in SAFE or request.path.startswith(FOR_PROGRAMS):
            return
        said = request.headers.get("Sec-Fetch-Site")
        if not (_same_host(request.headers.get("Origin")) if said is None else said in HERE):
            raise Answered(403, CSRF)

    app.before_request(check)


def expect_tokens(app: Flask, _settings: Settings) -> None:
    """Refuse (403) a form without its page's CSRF token, unless the view is exempt."""
    CSRFProtect(app)


def _same_host(origin: str | None) -> bool:
    """Return whether the browser's Origin is this host; True when it is absent, and the CSRF token then decides."""
    if origin is None or origin == "null":
        return True
    try:
        return urlsplit(origin).netloc.lower() == request.host.lower()
    except ValueError:  # not an address
        return False


def without_port(host: str) -> str:
    """Return a host name in lower case, without its port."""
    name, _, port = host.lower().rpartition(":")
    return name if name and port.isdecimal() else host.lower()
