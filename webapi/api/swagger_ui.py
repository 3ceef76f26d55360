"""Where can the API be read and tried? At /api/docs, with a Swagger UI of our own server."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

bp = Blueprint("swagger-ui", __name__)

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""As everywhere, but for `style-src`: Swagger UI sets style attributes. Scripts stay the server's own files."""


@bp.get("/api/docs")
def show() -> Response:
    """Show the API's documentation."""
    page = current_app.send_static_file("api-docs/index.html")
    page.headers["Content-Security-Policy"] = CSP
    return page
