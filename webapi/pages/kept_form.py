"""Forms that were sent without their session, kept for the person whose page they were typed in.

The token of a page says for whom, and in which role, the page was made. A form whose session has ended, or is another
one by now, is sealed under a secret that only the address holds by which its page shows it again. Only the person of
the token is shown it, once they have signed in. Passwords, codes, files and tokens are not kept.
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
"""The name under which an address, and then a form, says which kept form it is."""
TOKEN: Final = "csrf_token"  # noqa: S105  (the name of a field)
NOT_KEPT: Final = SECRETS | {TOKEN, "form", "content", KEPT}
"""Fields that are not kept: `content` is a file that a page carries on."""
SAID_ONCE: Final = frozenset({KEPT, "done", "after"})
"""What an address says of one visit only."""


@dataclass(frozen=True, kw_only=True)
class KeptForm:
    """A form as it was sent: whose, in which role, by which name its page knows it, and its fields."""

    person: PersonId
    role: Role
    name: str
    fields: list[tuple[str, str]]


def stands_on(page: str, name: str) -> Callable[[V], V]:
    """Say on which page (its endpoint) the form stands that a view reads, and by which name the page knows it."""

    def mark(view: V) -> V:
        marked: Any = view
        marked.page, marked.form_name = page, name
        return view

    return mark


def bind_token(holder: Actor) -> None:
    """Give the session's forms a new token, which says for whom and in which role their pages are made."""
    session[TOKEN] = f"{secrets.token_hex(20)}.{holder.who}.{holder.role.value}"
    g.pop(TOKEN, None)
    generate_csrf()


def page_made_for() -> Actor | None:
    """Return whose page the form was typed in that this request sends; None where its token is none of ours."""
    given = next((value for name, value in fields_sent() if name == TOKEN), "")
    try:
        raw = URLSafeTimedSerializer(str(current_app.secret_key), salt="wtf-csrf-token").loads(given)
        _, person, role = str(raw).split(".")
        return Actor(person=PersonId(UUID(person)), role=Role(role))
    except (BadData, ValueError):
        return None


def by_script() -> bool:
    """Return whether a script of a page sent it: the page still holds what was typed."""
    return for_a_program() or "HX-Request" in request.headers


def keep(owner: Actor | None) -> str | None:
    """Keep the form that this request sends, for its owner; return the address that shows it again.

    None where it has no owner, or its owner's identity was erased.
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
    """Return the form that is kept under this secret, if it still is."""
    held = acquis().one_time_codes.find(OneTimeCode.KEPT_FORM, secret) if secret else None
    if held is None or held.person is None:
        return None
    fields = [(name, value) for name, value in json.loads(held.about["fields"])]
    return KeptForm(person=held.person, role=Role(held.about["role"]), name=held.about["name"], fields=fields)


def forget() -> None:
    """Delete the kept form that was shown again, now that it is sent and taken."""
    if request.mimetype == "application/x-www-form-urlencoded" and (secret := request.form.get(KEPT)):
        acquis().one_time_codes.take(OneTimeCode.KEPT_FORM, secret)


def go_on_to(wanted: str, person: PersonId) -> tuple[str, Role | None]:
    """Return where somebody goes on who has signed in, and in which role: that in which a kept form was typed.

    To another person than the one whose form is kept, its page is not even shown.
    """
    kept = find(parse_qs(urlsplit(wanted).query).get(KEPT, [""])[0])
    if kept is None:
        return wanted, None
    return (wanted, kept.role) if kept.person == person else ("/", None)


def _page_address(view: Any) -> str:
    """Return the address of the page that the form stands on: that which sent it, else as its view declares it."""
    if came_from := _came_from():
        return came_from
    ids = request.view_args or {}
    try:
        return url_for(view.page, **ids)
    except (AttributeError, BuildError):
        return _is_shown(request.path) or (f"/candidacies/{ids['candidacy']}" if "candidacy" in ids else "/")


def _came_from() -> str:
    """Return the page of this site that sent the request; empty where it was an answer to a form."""
    told = urlsplit(request.referrer or "")
    if without_port(told.netloc) != without_port(request.host):
        return ""
    query = urlencode([(name, value) for name, value in parse_qsl(told.query) if name not in SAID_ONCE])
    return f"{path}?{query}" if (path := _is_shown(told.path)) and query else path


def _is_shown(path: str) -> str:
    """Return a path that is a page for people who have signed in; else nothing."""
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
