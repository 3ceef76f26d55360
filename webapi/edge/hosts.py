"""To which names does it answer, whom does it believe about the other end, and which site may send it a form?

A link is never made from the Host header: addresses within the site have none, letters take ACQUIS_PUBLIC_URL.
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
"""What a browser says of a form that this site, or the visitor's own hand, sent (Sec-Fetch-Site)."""


def name_of(origin: str) -> str:
    """The host of an address, without its port, as a Host header names it."""
    return without_port(urlsplit(origin).netloc)


def names(settings: Settings) -> frozenset[str]:
    """The names that are answered to; none: any."""
    told = [*settings.hosts, *([name_of(settings.public_url)] if settings.public_url else ())]
    files = [name_of(settings.files_url)] if told and settings.files_url else []
    return frozenset([*told, *files])


def believe_proxies(app: Flask, settings: Settings) -> None:
    """Take the sender's address and scheme from what the last so many proxies say; from nobody where none stands."""
    if count := settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=0, x_port=0, x_prefix=0
        )


def answer_to_names(app: Flask, settings: Settings) -> None:
    """Refuse (400) what was asked under another name, before anything of it is read."""
    known = names(settings)

    def look() -> None:
        asked = without_port(request.host)
        malformed = not asked and "Host" in request.headers
        if malformed or (known and asked not in known):
            raise Answered(400, ANOTHER_HOST)

    app.before_request(look)


def refuse_other_sites(app: Flask, _settings: Settings) -> None:
    """Refuse (403) what another site makes a visitor's browser send, whatever token it holds; programs send none.

    In place of Flask-WTF's own look at the Referer over TLS, which locks out whoever's browser keeps that to itself.
    """
    app.config["WTF_CSRF_SSL_STRICT"] = False

    def look() -> None:
        if request.method in SAFE or request.path.startswith(FOR_PROGRAMS):
            return
        said = request.headers.get("Sec-Fetch-Site")
        if not (_same_host(request.headers.get("Origin")) if said is None else said in HERE):
            raise Answered(403, CSRF)

    app.before_request(look)


def expect_tokens(app: Flask, _settings: Settings) -> None:
    """Refuse (403) a form without the token that its page was given, unless its view is exempt."""
    CSRFProtect(app)


def _same_host(origin: str | None) -> bool:
    """Whether the origin that a browser names is this host; one that it keeps to itself is the token's to judge."""
    if origin is None or origin == "null":
        return True
    try:
        return urlsplit(origin).netloc.lower() == request.host.lower()
    except ValueError:  # no address at all
        return False


def without_port(host: str) -> str:
    """The name of a host, as it is compared."""
    name, _, port = host.lower().rpartition(":")
    return name if name and port.isdecimal() else host.lower()
