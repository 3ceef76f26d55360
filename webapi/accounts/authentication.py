"""Authentication of requests and checks of roles: a bearer token for programs, a session for browsers."""

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
"""Methods that change nothing."""
GRANTED: Final = tuple(role for role in Role if role not in NOBODY)
"""Every role that a token may carry."""
READERS: Final = (Role.CANDIDATE, Role.ADVISOR, Role.ASSESSOR, Role.JUROR, Role.REGISTRAR, Role.AUDITOR)
"""The roles that may take part in a dossier; `domain.standing.disclosure` says which dossiers."""
DOSSIERS: Final = frozenset({"candidacy", "session", "sitting"})
"""Parameters of an address that name a dossier, or a session or sitting that decides on dossiers."""


def actor() -> Actor:
    """Return the caller; raises 401 without a valid token."""
    found: Actor | None = g.get("actor")
    if found is None:
        found = g.actor = bearer().actor
    return found


def bearer() -> Bearer:
    """Return the caller's token; raises 401 without a valid one."""
    found: Bearer | None = g.get("bearer")
    if found is None:
        come = acquis().tokens.bearer(token_sent(), named())
        if come is None:
            raise Answered(401)
        found, g.found = come
        g.bearer = found
    return found


def named() -> frozenset[UUID]:
    """Return the ids in the request's address; their streams are read by the query that authenticates the caller."""
    return frozenset(each for each in (request.view_args or {}).values() if isinstance(each, UUID))


def token_sent() -> str:
    """Return the token that was sent, valid or not; empty without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def allowed(*roles: Role) -> Callable[[V], V]:
    """Open a view to these roles. `admit` checks the role before the request is read."""

    def mark(view: V) -> V:
        marked: Any = view
        marked.allowed = frozenset(roles)
        return view

    return mark


def without_command(view: V) -> V:
    """Mark a write that records no fact, so that `admit` checks that the caller still has the role."""
    marked: Any = view
    marked.without_command = True
    return view


def public(view: V) -> V:
    """Open a view to everyone."""
    return allowed()(view)


def admit() -> None:
    """Raise 401 without a valid token; 403 in another role, a role lost since, or outside the token's scopes.

    A command is checked against the facts when it executes. This function checks reads, and writes that execute no
    command. For both it checks that the caller accepted professional secrecy, where their role requires it.
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
        person = _known(asking)
        if person is None or asking.role not in person.files[0].roles:
            raise Forbidden(asking.role.value)
        if confided:
            check_accepted(asking.role, person.secrecy)
        g.reader = Reader(actor=asking, files=person.names)
    elif confided:
        check_accepted(asking.role, secrecy_of(asking))


def is_confided(view: Any) -> bool:
    """Return whether a view may show part of a dossier, or its address names a dossier, a jury session or a sitting.

    A view that is open to every role shows no dossier.
    """
    named = DOSSIERS & (request.view_args or {}).keys()
    return view.allowed != frozenset(GRANTED) and (request.method in LOOKS or bool(named))


def secrecy_of(asking: Actor) -> int:
    """Return the number of the text on professional secrecy that the person last accepted; 0 if none."""
    person = _known(asking)
    return person.secrecy if person else 0


def reader() -> Reader:
    """Return the caller with all the files that are theirs, as committed now; raises 401 without a valid token."""
    found: Reader | None = g.get("reader")
    if found is None or found.actor != actor():
        person = _known(actor())
        found = g.reader = Reader(actor=actor(), files=person.names if person else frozenset())
    return found


def roles_of(asking: Actor) -> frozenset[Role]:
    """Return the roles that the person has now by the facts: a token or session outlives the role it was made for."""
    person = _known(asking)
    return person.files[0].roles if person else frozenset()


def _known(asking: Actor) -> OnePerson | None:
    """Return the person as committed; None when nobody has that id."""
    log = reading(asking)
    try:
        return one_person(log.find, log.load(Person, asking.who).id)
    except NotFound:
        return None


def reading(asking: Actor | None = None) -> PostgresAttempt:
    """Return the log as committed, for reads only: nothing is decided with it.

    A read loads each stream once in an answer. A write uses the streams that were read with the caller's token for
    its first question only, whether the caller may; all later reads are fresh.
    """
    who = asking or actor()
    if request.method not in LOOKS:
        return acquis().store.look(acquis().request(Intent(actor=who)), g.pop("found", None))
    looking: PostgresAttempt | None = g.get("reading")
    if looking is None or looking.actor != who:
        looking = g.reading = acquis().store.look(acquis().request(Intent(actor=who)), g.get("found"))
    return looking
