"""Swagger UI for the API at /api/docs, served from this server."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

bp = Blueprint("swagger-ui", __name__)

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The usual policy except `style-src`: Swagger UI sets style attributes. Scripts are the server's own files only."""


@bp.get("/api/docs")
def show() -> Response:
    """Return the page of the API's documentation."""
    page = current_app.send_static_file("api-docs/index.html")
    page.headers["Content-Security-Policy"] = CSP
    return page
