"""Under which name are pieces handed out? With ACQUIS_FILES_URL under one of its own, where no page or cookie is.

What a stranger put in could then, whatever a browser makes of it, do nothing in the site's name. Who may have a piece
is asked under the site's name, and again under the other, by the facts of that moment: the address that leads there
names the piece and its reader, is signed, and is worth nothing after a minute, nor once the session or the token that
led to it is ended.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from adapters.operations.one_time_codes import hash_of
from adapters.settings import Settings
from domain.ports import Actor, PersonId, Role
from domain.refusal import Forbidden, NotFound
from webapi.accounts.authentication import public, roles_of, token_sent
from webapi.current import acquis
from webapi.edge.cookies import session_secret
from webapi.edge.hosts import name_of, without_port
from webapi.problems import Answered

bp = Blueprint("apart", __name__, url_prefix="/files")
GOOD_FOR: Final = 60
"""Seconds: a browser follows at once."""
SIGNED_AS: Final = "files apart, by whom and by what"
"""Changes with what an address says: one made before an upgrade leads nowhere, rather than being misread."""


def keep_apart(app: Flask, settings: Settings) -> None:
    """Let each of both names serve what is its own, and nothing (404) of the other's."""
    if settings.files_url is None:
        return
    files = name_of(settings.files_url)

    def look() -> None:
        if (without_port(request.host) == files) != (request.blueprint == bp.name):
            raise NotFound

    app.before_request(look)
    app.register_blueprint(bp)


def elsewhere() -> Response | None:
    """The way to what is asked for under the other name; None where there is no other, or we are there."""
    files_url = acquis().settings.files_url
    if files_url is None or request.blueprint == bp.name:
        return None
    asking: Actor = g.actor
    view = {"view": request.endpoint, "of": {key: str(value) for key, value in (request.view_args or {}).items()}}
    reader = {
        "who": str(asking.person),
        "as": asking.role.value,
        "by": hash_of(session_secret() or token_sent()).hex(),
    }
    there = f"{files_url}/files/{_signer().dumps(view | reader)}"
    return Response(status=307, headers={"Location": there, "Referrer-Policy": "no-referrer"})


@bp.get("/<told>")
@public
def hand_out(told: str) -> ResponseReturnValue:
    """Hand out what this address was made for, if its reader still may have it; 410 after a minute.

    401 once what they had come with is ended: whoever signs out, or revokes, does not leave it open behind them.
    """
    try:
        meant = _signer().loads(told, max_age=GOOD_FOR)
    except SignatureExpired as error:
        raise Answered(410) from error
    except BadSignature as error:
        raise NotFound from error
    came_by = bytes.fromhex(meant["by"])
    if not (acquis().sessions.lasts(came_by) or acquis().tokens.lasts(came_by)):
        raise Answered(401)
    view: Any = current_app.view_functions[meant["view"]]
    g.actor = Actor(person=PersonId(UUID(meant["who"])), role=Role(meant["as"]))
    if g.actor.role not in view.allowed & roles_of(g.actor):
        raise Forbidden(g.actor.role.value)
    answered: Response = current_app.make_response(view(**{key: UUID(value) for key, value in meant["of"].items()}))
    answered.headers["Referrer-Policy"] = "no-referrer"
    return answered


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(acquis().settings.secret_key, salt=SIGNED_AS)
