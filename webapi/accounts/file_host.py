"""Host name under which files are handed out: with ACQUIS_FILES_URL one of its own, without pages and cookies.

A file that a user uploaded could then do nothing in the site's name, whatever a browser makes of it. The right to
read the file is checked under the site's name, and again under the other, by the facts of that moment. The address
that leads there names the file and its reader. It is signed, is valid for one minute, and only as long as the session
or token that made it.
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
"""Seconds for which an address is valid; a browser follows it at once."""
SIGNED_AS: Final = "files apart, by whom and by what"
"""Changes with the address's format: an address from before an upgrade is refused, not misread."""


def keep_apart(app: Flask, settings: Settings) -> None:
    """Answer 404 under each host name to requests for what belongs to the other."""
    if settings.files_url is None:
        return
    files = name_of(settings.files_url)

    def check_host() -> None:
        if (without_port(request.host) == files) != (request.blueprint == bp.name):
            raise NotFound

    app.before_request(check_host)
    app.register_blueprint(bp)


def redirect_to_file_host() -> Response | None:
    """Return a redirect to the requested file on its host; None if there is no such host, or this is it."""
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
    location = f"{files_url}/files/{_signer().dumps(view | reader)}"
    return Response(status=307, headers={"Location": location, "Referrer-Policy": "no-referrer"})


@bp.get("/<told>")
@public
def hand_out(told: str) -> ResponseReturnValue:
    """Return the file for which this address was made, if its reader still has the right; 410 after a minute.

    Raises 401 when the session or token that made the address has ended: signing out and revoking close it too.
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
