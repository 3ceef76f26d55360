"""Is whoever is about to send a file known at all? nginx asks, before it takes any of it (ADR 40).

Whether they may send this one, here, the view itself says, as ever: this only keeps what strangers send out of the
memory in which nginx holds bodies.
"""

from __future__ import annotations

from flask import Blueprint, Response

from webapi.auth import GRANTED, allowed, bearer, house
from webapi.pages.visit import here

bp = Blueprint("sender", __name__)


@bp.get("/sender")
@allowed(*GRANTED)
def known() -> Response:
    """Say (204) that a session lasts or a token is valid: one row is read, no fact. Raises 401."""
    session = here()
    if not session or house().passes.visitor(session) is None:
        bearer()
    return Response(status=204)
