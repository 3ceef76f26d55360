"""Forms that were sent without their session, kept for the user whose page they were typed in.

The token of a page contains the person and the role that the page was made for. When the session has ended, or is
another one by now, the form is sealed under a secret. Only the address that shows the page again contains the secret.
Only the person of the token can see the form, after signing in. Passwords, codes, files and tokens are not kept.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from uuid import UUID

from flask import current_app, g, request, session, url_for
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError

from adapters.operations.erasures import WayInErased
from adapters.operations.one_time_codes import OneTimeCode
from domain.ports import Actor, PersonId, Role
from webapi.current import acquis
from webapi.edge.hosts import without_port
from webapi.lost_form import SECRETS, fields_sent
from webapi.problems import for_a_program

V = TypeVar("V", bound=Callable[..., Any])
KEPT: Final = "kept"
"""The name of the parameter of an address, and of the field of a form, that holds the secret of a kept form."""
TOKEN: Final = "csrf_token"  # noqa: S105  (the name of a field)
NOT_KEPT: Final = SECRETS | {TOKEN, "form", "content", KEPT}
"""Fields that are not kept: `content` is a file that a page passes from one step to the next."""
SAID_ONCE: Final = frozenset({KEPT, "done", "after"})
"""Parameters of an address that are valid for one visit only."""


@dataclass(frozen=True, kw_only=True)
class KeptForm:
    """A form as it was sent: its person and role, its name in the page, and its fields."""

    person: PersonId
    role: Role
    name: str
    fields: list[tuple[str, str]]


def stands_on(page: str, name: str) -> Callable[[V], V]:
    """Declare the page (an endpoint) that contains the form of a view, and the form's name in that page."""

    def mark(view: V) -> V:
        marked: Any = view
        marked.page, marked.form_name = page, name
        return view

    return mark


def bind_token(holder: Actor) -> None:
    """Give the session a new token for its forms; the token contains the person and the role."""
    session[TOKEN] = f"{secrets.token_hex(20)}.{holder.who}.{holder.role.value}"
    g.pop(TOKEN, None)
    generate_csrf()


def page_made_for() -> Actor | None:
    """Return the user whose page contained the form of this request; None if the token is not from this site."""
    given = next((value for name, value in fields_sent() if name == TOKEN), "")
    try:
        raw = URLSafeTimedSerializer(str(current_app.secret_key), salt="wtf-csrf-token").loads(given)
        _, person, role = str(raw).split(".")
        return Actor(person=PersonId(UUID(person)), role=Role(role))
    except (BadData, ValueError):
        return None


def by_script() -> bool:
    """Return whether a page's script sent the request: the page still holds what was typed."""
    return for_a_program() or "HX-Request" in request.headers


def keep(owner: Actor | None) -> str | None:
    """Keep the form that this request sends, for its owner; return the address that shows it again.

    Returns None when the form has no owner, or when the owner's identity was erased.
    """
    if owner is None:
        return None
    view = current_app.view_functions[str(request.endpoint)]
    fields = [(name, value) for name, value in fields_sent() if name not in NOT_KEPT]
    about = {
        "role": owner.role.value,
        "name": getattr(view, "form_name", view.__name__),
        "fields": json.dumps(fields, ensure_ascii=False),
    }
    try:
        secret = acquis().one_time_codes.make(OneTimeCode.KEPT_FORM, person=owner.who, about=about)
    except WayInErased:
        return None
    return with_kept(_page_address(view), secret)


def find(secret: str) -> KeptForm | None:
    """Return the form kept under this secret, or None."""
    held = acquis().one_time_codes.find(OneTimeCode.KEPT_FORM, secret) if secret else None
    if held is None or held.person is None:
        return None
    fields = [(name, value) for name, value in json.loads(held.about["fields"])]
    return KeptForm(person=held.person, role=Role(held.about["role"]), name=held.about["name"], fields=fields)


def forget() -> None:
    """Delete the kept form, which was shown again, sent and accepted."""
    if request.mimetype == "application/x-www-form-urlencoded" and (secret := request.form.get(KEPT)):
        acquis().one_time_codes.take(OneTimeCode.KEPT_FORM, secret)


def go_on_to(wanted: str, person: PersonId) -> tuple[str, Role | None]:
    """Return the address after signing in, and the role in which the kept form was typed, if there is one.

    A user other than the owner of the kept form is not sent to its page.
    """
    kept = find(parse_qs(urlsplit(wanted).query).get(KEPT, [""])[0])
    if kept is None:
        return wanted, None
    return (wanted, kept.role) if kept.person == person else ("/", None)


def _page_address(view: Any) -> str:
    """Return the address of the form's page: the page that sent the request, else the one that the view declares."""
    if came_from := _came_from():
        return came_from
    ids = request.view_args or {}
    try:
        return url_for(view.page, **ids)
    except (AttributeError, BuildError):
        return _is_shown(request.path) or (f"/candidacies/{ids['candidacy']}" if "candidacy" in ids else "/")


def _came_from() -> str:
    """Return the page of this site that sent the request; empty if that page was the answer to a form."""
    told = urlsplit(request.referrer or "")
    if without_port(told.netloc) != without_port(request.host):
        return ""
    query = urlencode([(name, value) for name, value in parse_qsl(told.query) if name not in SAID_ONCE])
    return f"{path}?{query}" if (path := _is_shown(told.path)) and query else path


def _is_shown(path: str) -> str:
    """Return the path if it is a page for signed-in users, else an empty text."""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, _ = adapter.match(path, method="GET") if adapter else ("", {})
    except HTTPException:
        return ""
    shown = getattr(current_app.view_functions.get(endpoint), "allowed", None)
    return path if shown and not path.startswith("/api/") else ""


def with_kept(address: str, secret: str) -> str:
    """Return the address at which a page shows the form that is kept under this secret."""
    return f"{address}{'&' if '?' in address else '?'}{KEPT}={secret}"
