"""Contact for reports of security weaknesses: /.well-known/security.txt (RFC 9116)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from domain.refusal import NotFound
from webapi.accounts.authentication import public
from webapi.current import acquis

bp = Blueprint("well_known", __name__, url_prefix="/.well-known")
GOOD_FOR: Final = timedelta(days=180)


@bp.get("/security.txt")
@public
def security() -> ResponseReturnValue:
    """Return the contact; 404 if ACQUIS_SECURITY_CONTACT is unset."""
    settings, today = acquis().settings, acquis().clock.today()
    if settings.security_contact is None:
        raise NotFound
    lines = [f"Contact: {settings.security_contact}", f"Expires: {today + GOOD_FOR}T00:00:00Z"]
    if settings.public_url:
        lines.append(f"Canonical: {settings.public_url}/.well-known/security.txt")
    return Response("\n".join([*lines, "Preferred-Languages: fr, en", ""]), mimetype="text/plain")
