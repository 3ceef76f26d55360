"""Check by nginx, before it accepts a file, that the sender is known (ADR 40).

The view itself checks the right to send this file. This check keeps bodies from unknown senders out of nginx's
memory.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response

from adapters.settings import Settings
from webapi.accounts.authentication import GRANTED, allowed, bearer
from webapi.current import acquis
from webapi.edge.cookies import session_secret

bp = Blueprint("sender", __name__)


def answer_proxy(app: Flask, _settings: Settings) -> None:
    """Install the route that nginx asks."""
    app.register_blueprint(bp)


@bp.get("/sender")
@allowed(*GRANTED)
def known() -> Response:
    """Answer 204 when the session or the token is valid: this reads one row and no fact. Raises 401."""
    session = session_secret()
    if not session or acquis().sessions.visitor(session) is None:
        bearer()
    return Response(status=204)
