"""The visitor of a page: session, role, and permission to open the page."""

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
"""The order of roles: somebody with several roles signs in in the first, and can change at any time."""
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
"""The session's key for the proof that the password was right, kept until the user gives the code."""
V = TypeVar("V", bound=Callable[..., Any])


def before_factor(view: V) -> V:
    """Let users open a view before they set up a second factor that their role requires."""
    marked: Any = view
    marked.before_factor = True
    return view


def must_have_factor(role: Role) -> bool:
    """Return whether this role requires a second factor: administrators, and the roles of ACQUIS_SECOND_FACTOR."""
    return role.value in roles_that_require_factor(acquis().settings)


def has_both_factors() -> bool:
    """Return whether the visitor has a second factor here, or a provider that counts as both factors."""
    return g.second_factor or _came_by_both()


def _came_by_both() -> bool:
    """Return whether the session began with a provider where signing in counts as both factors."""
    came = acquis().identities.leaves(session_secret())
    known = acquis().providers.get(came[0]) if came else None
    return known is not None and known.provider.second_factor


def visitor() -> Actor | None:
    """Return the visitor if they still hold the role; a withdrawn role ends the session at the next request."""
    if "visitor" not in g:
        g.visitor, g.roles = _find_visitor()
    return cast("Actor | None", g.visitor)


def chosen_roles() -> tuple[Role, ...]:
    """Return the roles among which the visitor may choose."""
    visitor()
    return cast("tuple[Role, ...]", g.get("roles", ()))


def _find_visitor() -> tuple[Actor | None, tuple[Role, ...]]:
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
    """Return the roles that the person holds now, in the order in which they are offered."""
    held = roles_of(actor)
    return tuple(role for role in ORDER if role in held)


def enter(opened: OpenedAccount, role: Role) -> bool:
    """Begin a new session; nothing of the browser's earlier session survives.

    Returns False, without a session, when the account was erased meanwhile or its password changed.
    """
    leave()
    actor, browser = Actor(person=opened.person, role=role), family(request.user_agent.string)
    return _hold(acquis().sessions.begin(actor, browser, opened.locks), actor)


def enter_by(actor: Actor, came: Came) -> bool:
    """Begin a session with a provider's identity; return False if it is gone, or is no longer enough alone."""
    leave()
    return _hold(acquis().identities.begin(actor, came, family(request.user_agent.string)), actor)


def called() -> str:
    """Return the visitor's name, loaded once per request; empty without a visitor, or for an erased person."""
    found: Actor | None = g.get("visitor")
    if "called" not in g:
        g.called = (names([found.who])[found.who] or "") if found else ""
    return cast("str", g.called)


def become(actor: Actor) -> None:
    """Begin a session as this person without a proof: for the people of a demonstration only."""
    leave()
    _hold(acquis().sessions.begin(actor, family(request.user_agent.string)), actor)


def our_address(path: str) -> str:
    """Return the public address of a page: under the configured name if there is one, else the request's host."""
    return (acquis().settings.public_url or request.host_url).rstrip("/") + path


def go_on_as(role: Role) -> bool:
    """Continue the session in another role under a new secret; return False if the session has ended."""
    given = session.get(PASS)
    following, found = acquis().sessions.go_on(given, role) if isinstance(given, str) else None, visitor()
    session.clear()
    return found is not None and _hold(following, replace(found, role=role))


def _hold(secret: str | None, actor: Actor) -> bool:
    """Keep the secret of a session in the browser, and set the token of its forms at once.

    If the first page set the token, two pages loaded together would each set one. One cookie would overwrite the
    other, and the forms of the other page would be refused.
    """
    if secret is not None:
        session[PASS] = secret
        bind_token(actor)
    return secret is not None


def leave() -> None:
    """End the session, on the server and in the browser."""
    given = session.get(PASS)
    if isinstance(given, str):
        acquis().sessions.end(given)
    session.clear()
    g.visitor, g.roles = None, ()


def let_in() -> ResponseReturnValue | None:
    """Before a view: ask a visitor without a session to sign in (401), and refuse another role (403).

    A visitor who must have a second factor and has none is redirected to the page that sets it up; a script gets a
    401. A visitor who is given a dossier accepts professional secrecy first.
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
    """Redirect a visitor who has not accepted professional secrecy to its page, and back afterwards.

    A script or a form gets the refusal instead.
    """
    try:
        check_accepted(found.role, secrecy_of(found))
    except SecrecyNotAccepted:
        if for_a_program() or request.method not in {"GET", "HEAD"}:
            raise
        return redirect(url_for("secrecy.show", next=request.full_path.rstrip("?")), 303)
    return None


def check_token(given: str) -> None:
    """Refuse (403) a request without a valid token of this site.

    For views whose body is a file: elsewhere the token is looked for in the whole body before the view runs.
    """
    try:
        validate_csrf(given)
    except ValidationError as error:
        raise CSRFError(str(error)) from error


def sign_in_first() -> Response:
    """Return the sign-in form instead of the requested page; it leads back to that page.

    When the request was a form, the page says that nothing was recorded, and leads back to a page that shows the
    text.
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
    """Return the act that the address names as just done; empty if another site or a letter led here.

    A browser without Fetch Metadata, which does not say where the link was, is believed.
    """
    led = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    return request.args.get("done", "") if led else ""


def inside(address: str) -> str:
    """Return a return address, which must be a page of this site; raise 400 for any other (open redirect)."""
    if not address:
        return "/"
    odd = not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable()
    if odd or len(address) > 2000:  # noqa: PLR2004  (no page has a longer one)
        raise Answered(400, ELSEWHERE)
    return address


def private(response: Response) -> Response:
    """After a view: forbid caching, as the page is about a person."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response
