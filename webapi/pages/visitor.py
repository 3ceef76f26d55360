"""Who is visiting, in which of their roles, and may they open this page?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeVar, cast

from flask import Response, current_app, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, ValidationError, validate_csrf

from adapters.operations.accounts import OpenedAccount
from adapters.operations.identities import Came
from domain.people.secrecy import SWORN, SecrecyNotAccepted, check_accepted
from domain.ports import Actor, Role
from domain.refusal import Forbidden
from webapi.accounts.authentication import is_confided, named, roles_of, secrecy_of
from webapi.accounts.browser_name import family
from webapi.accounts.required_factor import roles_that_require_factor
from webapi.current import acquis
from webapi.edge.cookies import PASS, session_secret
from webapi.lost_form import typed
from webapi.pages.kept_form import bind_token, by_script, keep, page_made_for
from webapi.privacy.disclosure import names
from webapi.problems import BY_STATUS, Answered, Message, for_a_program, note_refusal

ORDER: Final = (
    Role.CANDIDATE,
    Role.REGISTRAR,
    Role.AUDITOR,
    Role.ASSESSOR,
    Role.JUROR,
    Role.ADVISOR,
    Role.CENTRE,
    Role.INVIGILATOR,
    Role.DISABILITY_OFFICER,
    Role.REPORTER,
    Role.ADMIN,
)
"""In which role somebody with several signs in first; they may change at once."""
ELSEWHERE: Final = Message(
    "bad-request",
    "This return address is not a page of this site.",
    "Cette adresse de retour n'est pas une page de ce site.",
)
SECOND_FACTOR: Final = Message(
    "second-factor-required",
    "In this role one signs in with a second factor: set one up, under My account.",
    "Dans ce rôle on se connecte par double authentification : mettez-la en place, sous Mon compte.",
)
HALF: Final = "half"
"""Under which the browser keeps what shows that the password was right, until the code comes."""
V = TypeVar("V", bound=Callable[..., Any])


def before_factor(view: V) -> V:
    """Open a view also to who must have a second factor and has none yet: there they get one."""
    marked: Any = view
    marked.before_factor = True
    return view


def must_have_factor(role: Role) -> bool:
    """Return whether this role requires a second factor: an administrator's, and those of ACQUIS_SECOND_FACTOR."""
    return role.value in roles_that_require_factor(acquis().settings)


def has_both_factors() -> bool:
    """Whether who visits has a second factor here, or came by a provider where signing in counts as both."""
    return g.second_factor or _came_by_both()


def _came_by_both() -> bool:
    """Whether the session came by a provider where signing in counts as both factors."""
    came = acquis().identities.leaves(session_secret())
    known = acquis().providers.get(came[0]) if came else None
    return known is not None and known.provider.second_factor


def visitor() -> Actor | None:
    """Who is visiting, as long as they hold the role now: a role withdrawn ends the session at the next request."""
    if "visitor" not in g:
        g.visitor, g.roles = _look()
    return cast("Actor | None", g.visitor)


def chosen_roles() -> tuple[Role, ...]:
    """The roles among which the visitor may choose."""
    visitor()
    return cast("tuple[Role, ...]", g.get("roles", ()))


def _look() -> tuple[Actor | None, tuple[Role, ...]]:
    given = session.get(PASS)
    come = acquis().sessions.visitor(given, named()) if isinstance(given, str) else None
    if come is None:
        return None, ()
    found, g.found = come
    roles = offered(found.actor)
    if found.actor.role not in roles:
        leave()
        return None, ()
    g.second_factor, g.doubted = found.second_factor, found.doubted
    return found.actor, roles


def offered(actor: Actor) -> tuple[Role, ...]:
    """The roles that the person holds now, in the order in which they are offered."""
    held = roles_of(actor)
    return tuple(role for role in ORDER if role in held)


def enter(opened: OpenedAccount, role: Role) -> bool:
    """Begin a session of its own: nothing of what the browser brought along survives.

    False when the account went meanwhile, with an erasure, or is locked otherwise: then there is no session.
    """
    leave()
    whose, browser = Actor(person=opened.person, role=role), family(request.user_agent.string)
    return _hold(acquis().sessions.begin(whose, browser, opened.locks), whose)


def enter_by(actor: Actor, came: Came) -> bool:
    """The same by an identity of another provider; False when it went meanwhile, or alone is not enough any more."""
    leave()
    return _hold(acquis().identities.begin(actor, came, family(request.user_agent.string)), actor)


def called() -> str:
    """The name of who visits, asked for once, by a page that says it; empty for nobody, and for who was erased."""
    found: Actor | None = g.get("visitor")
    if "called" not in g:
        g.called = (names([found.who])[found.who] or "") if found else ""
    return cast("str", g.called)


def become(whose: Actor) -> None:
    """Begin a session as somebody, with nothing proved: a demonstration's people only."""
    leave()
    _hold(acquis().sessions.begin(whose, family(request.user_agent.string)), whose)


def our_address(path: str) -> str:
    """A page of ours as others must name it: by the name that was set, which no request brings along, if one was."""
    return (acquis().settings.public_url or request.host_url).rstrip("/") + path


def go_on_as(role: Role) -> bool:
    """Go on in another role: under another secret, in the session that was begun; False when that has ended."""
    given = session.get(PASS)
    following, found = acquis().sessions.go_on(given, role) if isinstance(given, str) else None, visitor()
    session.clear()
    return found is not None and _hold(following, replace(found, role=role))


def _hold(begun: str | None, whose: Actor) -> bool:
    """Keep the secret of a session, and at once what its forms are known by.

    Were that made by the first page, two that are asked for together would each make one, and the forms of that whose
    cookie is overwritten by the other's would be refused.
    """
    if begun is not None:
        session[PASS] = begun
        bind_token(whose)
    return begun is not None


def leave() -> None:
    """End the session: here, and in the browser."""
    given = session.get(PASS)
    if isinstance(given, str):
        acquis().sessions.end(given)
    session.clear()
    g.visitor, g.roles = None, ()


def let_in() -> ResponseReturnValue | None:
    """Before a view: who has not signed in is asked to (401), who came in another role is refused (403).

    Who must have a second factor and has none is led to where they get one; the script of a page is told so (401).
    Who is given a dossier accepts professional secrecy first.
    """
    view: Any = current_app.view_functions[cast("str", request.endpoint)]
    if not view.allowed:
        return None
    found = visitor()
    if found is None:
        if for_a_program():
            raise Answered(401)
        return sign_in_first()
    g.actor = found
    if must_have_factor(found.role) and not has_both_factors() and not getattr(view, "before_factor", False):
        if for_a_program():
            raise Answered(401, SECOND_FACTOR)
        return redirect("/account/second-factor", 303)
    if found.role not in view.allowed:
        raise Forbidden(found.role.value)
    if is_confided(view) and found.role in SWORN:
        return _secrecy_first(found)
    return None


def _secrecy_first(found: Actor) -> ResponseReturnValue | None:
    """Lead who has not accepted professional secrecy to where they do, and back; a script, or a form, is told so."""
    try:
        check_accepted(found.role, secrecy_of(found))
    except SecrecyNotAccepted:
        if for_a_program() or request.method not in {"GET", "HEAD"}:
            raise
        return redirect(url_for("secrecy.show", next=request.full_path.rstrip("?")), 303)
    return None


def check_token(given: str) -> None:
    """Refuse (403) what does not come from this site, by the token that came with it.

    For a view whose body is a file: before any other view the token is looked for in all of the body.
    """
    try:
        validate_csrf(given)
    except ValidationError as error:
        raise CSRFError(str(error)) from error


def sign_in_first() -> Response:
    """The form to sign in, in place of the page asked for, to which it leads back.

    To who sent a form, it says that nothing was recorded, and leads back to its page, which shows what was typed.
    """
    note_refusal(401, BY_STATUS[401].slug)
    if request.method in {"GET", "HEAD"}:
        page = render_template("account/sign_in.html", next=request.full_path.rstrip("?"), login="", first=True)
    else:
        dossier = (request.view_args or {}).get("candidacy")
        wanted = f"/candidacies/{dossier}" if dossier else "/"
        kept = None if by_script() else keep(page_made_for())
        page = render_template(
            "account/sign_in.html",
            next=kept or wanted,
            login="",
            unsent=True,
            kept=kept,
            typed="" if kept else typed(),
        )
    return private(make_response(page, 401))


def said_done() -> str:
    """What an address says was just done; nothing where another site, or a letter, leads here by it.

    A browser that does not say from where it is led (Fetch Metadata) is taken at its word.
    """
    led = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    return request.args.get("done", "") if led else ""


def inside(address: str) -> str:
    """A return address, which must be a page of this site; raises 400 for any other (open redirect)."""
    if not address:
        return "/"
    odd = not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable()
    if odd or len(address) > 2000:  # noqa: PLR2004  (no page has a longer one)
        raise Answered(400, ELSEWHERE)
    return address


def private(response: Response) -> Response:
    """After a view: a page about a person is kept nowhere on the way."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response
