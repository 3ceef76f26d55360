"""Security and caching headers of every answer."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, request

from adapters.settings import Settings

PAGES: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of a page: this site's files, and the `data:` images of the style sheet."""
NO_PAGE: Final = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
"""Content-Security-Policy of any other answer, should a browser show it: it may load nothing."""
NOT_USED: Final = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""Browser features that no page uses, and that are switched off. A file field may still use a phone's camera."""
EVERYWHERE: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", ", ".join(f"{name}=()" for name in NOT_USED)),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
ONE_YEAR: Final = 365 * 24 * 3600
ONLY_TLS: Final = ("Strict-Transport-Security", f"max-age={ONE_YEAR}")
KEPT_BY_NOBODY: Final = ("Cache-Control", "no-store")
ASKED_AGAIN: Final = "no-cache"
KEPT_FOR_GOOD: Final = f"public, max-age={ONE_YEAR}, immutable"
BEFORE_ANY_APPLICATION: Final = (*EVERYWHERE, ("Content-Security-Policy", NO_PAGE), KEPT_BY_NOBODY)
"""The headers of an answer that the server or the process makes without the application."""


def harden(app: Flask, settings: Settings) -> None:
    """Set the headers on every answer, unless its view set them, and let browsers cache static files by content."""
    always = (*EVERYWHERE, *([ONLY_TLS] if settings.production else ()))

    def say(response: Response) -> Response:
        page = response.mimetype == "text/html"
        for name, value in (*always, ("Content-Security-Policy", PAGES if page else NO_PAGE), _kept(response)):
            response.headers.setdefault(name, value)
        return response

    def name_by_content(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            values["v"] = _mark(Path(str(app.static_folder)) / values["filename"])

    app.after_request(say)
    app.url_defaults(name_by_content)


def allow_feature(feature: str, response: Response) -> Response:
    """Allow one browser feature in this page, for example showing a film on the whole screen."""
    others = (f"{name}=()" for name in NOT_USED if name != feature)
    response.headers["Permissions-Policy"] = ", ".join([*others, f"{feature}=(self)"])
    return response


def _kept(response: Response) -> tuple[str, str]:
    """Return the Cache-Control header: a static file is cached for good when its address names its content."""
    if request.endpoint != "static" or response.status_code >= 400:  # noqa: PLR2004  (client error and above)
        return KEPT_BY_NOBODY
    response.headers.remove("Cache-Control")
    return "Cache-Control", KEPT_FOR_GOOD if "v" in request.args else ASKED_AGAIN


@cache
def _mark(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""
