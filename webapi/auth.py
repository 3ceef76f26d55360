"""Who is asking, and in which role? A bearer token for programs, a session for browsers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import current_app, g, request

from domain.ports import Actor, Role
from domain.refusal import Forbidden
from webapi.problems import Spoken
from webapi.wiring import House

P = ParamSpec("P")
R = TypeVar("R")


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


def allowed(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open a view to these roles; who has no token gets 401, another role 403."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if actor().role not in roles:
                raise Forbidden(actor().role.value)
            return view(*args, **kwargs)

        guarded_any: Any = guarded
        guarded_any.allowed = frozenset(roles)
        return guarded

    return guard
