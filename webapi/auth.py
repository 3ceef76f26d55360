"""Who is asking, and in which role? A bearer token for programs, a session for browsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from flask import current_app, g, request

from domain.person import Person
from domain.ports import NOBODY, Actor, Role
from domain.refusal import Forbidden, NotFound
from webapi.problems import Spoken
from webapi.wiring import House, Intent

V = TypeVar("V", bound=Callable[..., Any])
GRANTED: Final = tuple(role for role in Role if role not in NOBODY)
"""Every role that a token may carry."""
READERS: Final = (Role.CANDIDATE, Role.ADVISOR, Role.ASSESSOR, Role.JUROR, Role.REGISTRAR, Role.AUDITOR)
"""The roles that may have to do with a dossier; which one is `domain.disclosure`'s to say."""


def house() -> House:
    """The house of this process."""
    return cast("House", current_app.extensions["acquis"])


def actor() -> Actor:
    """Who is asking; raises 401 without a valid token."""
    found: Actor | None = g.get("actor")
    if found is None:
        found = _bearer()
        if found is None:
            raise Spoken(401)
        g.actor = found
    return found


def _bearer() -> Actor | None:
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        return None
    return house().passes.bearer(given.token)


def allowed(*roles: Role) -> Callable[[V], V]:
    """Open a view to these roles. `admit` asks for them before anything of the request is read."""

    def mark(view: V) -> V:
        marked: Any = view
        marked.allowed = frozenset(roles)
        return view

    return mark


def public(view: V) -> V:
    """Open a view to everyone, deliberately."""
    return allowed()(view)


def admit() -> None:
    """Let in who may come: without a valid token 401, in another role or one lost since 403.

    A command is checked again against the facts when it is executed, so that only reads are checked twice here.
    """
    view: Any = current_app.view_functions[cast("str", request.endpoint)]
    if not view.allowed:
        return
    asking = actor()
    if asking.role not in view.allowed:
        raise Forbidden(asking.role.value)
    if request.method in {"GET", "HEAD"} and asking.role not in roles_of(asking):
        raise Forbidden(asking.role.value)


def roles_of(asking: Actor) -> frozenset[Role]:
    """The roles that the person holds now, by the facts: a token or a session outlives the role it was made for."""
    try:
        with house().store.attempt(house().request(Intent(actor=asking)), frozenset()) as log:
            return frozenset(log.load(Person, asking.who).roles)
    except NotFound:
        return frozenset()
