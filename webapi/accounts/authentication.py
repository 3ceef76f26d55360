"""Who is asking, and in which role? A bearer token for programs, a session for browsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from flask import current_app, g, request

from adapters.log.store import PostgresAttempt
from adapters.operations.tokens import Bearer
from domain.people.one_person import OnePerson, one_person
from domain.people.person import Person
from domain.people.secrecy import SWORN, check_accepted
from domain.ports import NOBODY, Actor, Role
from domain.refusal import Forbidden, NotFound
from domain.standing.disclosure import Reader
from webapi.accounts.token_scopes import OUT_OF_SCOPE, needed, opens
from webapi.current import acquis
from webapi.intent import Intent
from webapi.problems import Answered

V = TypeVar("V", bound=Callable[..., Any])
LOOKS: Final = frozenset({"GET", "HEAD"})
"""The methods by which nothing is done."""
GRANTED: Final = tuple(role for role in Role if role not in NOBODY)
"""Every role that a token may carry."""
READERS: Final = (Role.CANDIDATE, Role.ADVISOR, Role.ASSESSOR, Role.JUROR, Role.REGISTRAR, Role.AUDITOR)
"""The roles that may have to do with a dossier; which one is `domain.standing.disclosure`'s to say."""
DOSSIERS: Final = frozenset({"candidacy", "session", "sitting"})
"""What an address names where something is done in a dossier, or before or by those who decide on it."""


def actor() -> Actor:
    """Who is asking; raises 401 without a valid token."""
    found: Actor | None = g.get("actor")
    if found is None:
        found = g.actor = bearer().actor
    return found


def bearer() -> Bearer:
    """The token that somebody comes with; raises 401 without a valid one."""
    found: Bearer | None = g.get("bearer")
    if found is None:
        come = acquis().tokens.bearer(token_sent(), named())
        if come is None:
            raise Answered(401)
        found, g.found = come
        g.bearer = found
    return found


def named() -> frozenset[UUID]:
    """What the request's address names: read with the question who comes."""
    return frozenset(each for each in (request.view_args or {}).values() if isinstance(each, UUID))


def token_sent() -> str:
    """The token that somebody comes with, valid or not; empty where none is."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def allowed(*roles: Role) -> Callable[[V], V]:
    """Open a view to these roles. `admit` asks for them before anything of the request is read."""

    def mark(view: V) -> V:
        marked: Any = view
        marked.allowed = frozenset(roles)
        return view

    return mark


def without_command(view: V) -> V:
    """Say of a write that it records no fact: nobody but the door asks whether the role is held still."""
    marked: Any = view
    marked.without_command = True
    return view


def public(view: V) -> V:
    """Open a view to everyone, deliberately."""
    return allowed()(view)


def admit() -> None:
    """Let in who may come: without a valid token 401, in another role, one lost since or out of its scope 403.

    A command is checked against the facts when it is executed: here, reads are, and writes that execute none. Whether
    professional secrecy was accepted, by whom it must be, is asked here of both.
    """
    view: Any = current_app.view_functions[cast("str", request.endpoint)]
    if not view.allowed:
        return
    asking = actor()
    if asking.role not in view.allowed:
        raise Forbidden(asking.role.value)
    if not opens(bearer().scopes, needed(cast("str", request.blueprint), request.method)):
        raise Answered(403, OUT_OF_SCOPE)
    confided = asking.role in SWORN and is_confided(view)
    if request.method in LOOKS or getattr(view, "without_command", False):
        one = _known(asking)
        if one is None or asking.role not in one.files[0].roles:
            raise Forbidden(asking.role.value)
        if confided:
            check_accepted(asking.role, one.secrecy)
        g.reader = Reader(actor=asking, files=one.names)
    elif confided:
        check_accepted(asking.role, secrecy_of(asking))


def is_confided(view: Any) -> bool:
    """Whether a view may show something of a dossier, or its address names one, a session of a jury or a sitting.

    What everybody with a role may do is about none.
    """
    named = DOSSIERS & (request.view_args or {}).keys()
    return view.allowed != frozenset(GRANTED) and (request.method in LOOKS or bool(named))


def secrecy_of(asking: Actor) -> int:
    """The text on professional secrecy that the person accepted last."""
    one = _known(asking)
    return one.secrecy if one else 0


def reader() -> Reader:
    """Who is asking, with all the files that are theirs as committed now; raises 401 without a valid token."""
    found: Reader | None = g.get("reader")
    if found is None or found.actor != actor():
        one = _known(actor())
        found = g.reader = Reader(actor=actor(), files=one.names if one else frozenset())
    return found


def roles_of(asking: Actor) -> frozenset[Role]:
    """The roles that the person holds now, by the facts: a token or a session outlives the role it was made for."""
    one = _known(asking)
    return one.files[0].roles if one else frozenset()


def _known(asking: Actor) -> OnePerson | None:
    """The person, as committed; None where nobody is known by that id."""
    log = reading(asking)
    try:
        return one_person(log.find, log.load(Person, asking.who).id)
    except NotFound:
        return None


def reading(asking: Actor | None = None) -> PostgresAttempt:
    """The log as committed, from which nothing is decided here.

    What only looks reads each stream once in an answer; where something may be done, what came with who asks is good
    for the first question, whether they may, and all else is read anew each time.
    """
    who = asking or actor()
    if request.method not in LOOKS:
        return acquis().store.look(acquis().request(Intent(actor=who)), g.pop("found", None))
    looking: PostgresAttempt | None = g.get("reading")
    if looking is None or looking.actor != who:
        looking = g.reading = acquis().store.look(acquis().request(Intent(actor=who)), g.get("found"))
    return looking
