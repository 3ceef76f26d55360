"""Which headers does every answer carry? Nothing runs, frames, guesses or keeps it but as the site means it to."""

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
"""What a page may load: this site's own files. The style sheet draws its arrows and ticks as `data:` images."""
NO_PAGE: Final = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
"""What an answer that is no page may load, should a browser show it: nothing."""
NOT_USED: Final = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""What a browser could do for a page, and these never ask for. A phone's camera in a file's field is not among it."""
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
"""What an answer carries that no application made: the process's or the server's own."""


def harden(app: Flask, settings: Settings) -> None:
    """Let every answer carry them, unless its view said otherwise; a style sheet or script is kept by its content."""
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


def with_leave(feature: str, response: Response) -> Response:
    """The answer, in whose page a browser may do this for the reader: show a film on the whole screen, say."""
    others = (f"{name}=()" for name in NOT_USED if name != feature)
    response.headers["Permissions-Policy"] = ", ".join([*others, f"{feature}=(self)"])
    return response


def _kept(response: Response) -> tuple[str, str]:
    """How long a browser keeps it: a file of the site's for good under the address that names its content."""
    if request.endpoint != "static" or response.status_code >= 400:  # noqa: PLR2004  (client error and above)
        return KEPT_BY_NOBODY
    response.headers.remove("Cache-Control")
    return "Cache-Control", KEPT_FOR_GOOD if "v" in request.args else ASKED_AGAIN


@cache
def _mark(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""
