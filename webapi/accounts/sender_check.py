"""Is whoever is about to send a file known at all? nginx asks, before it takes any of it (ADR 40).

Whether they may send this one, here, the view itself says, as ever: this only keeps what strangers send out of the
memory in which nginx holds bodies.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response

from adapters.settings import Settings
from webapi.accounts.authentication import GRANTED, allowed, bearer
from webapi.current import acquis
from webapi.edge.cookies import session_secret

bp = Blueprint("sender", __name__)


def answer_proxy(app: Flask, _settings: Settings) -> None:
    """Let nginx ask."""
    app.register_blueprint(bp)


@bp.get("/sender")
@allowed(*GRANTED)
def known() -> Response:
    """Say (204) that a session lasts or a token is valid: one row is read, no fact. Raises 401."""
    session = session_secret()
    if not session or acquis().sessions.visitor(session) is None:
        bearer()
    return Response(status=204)
