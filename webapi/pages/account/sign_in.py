"""Signing in, choosing a role and signing out."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from adapters.oidc.refusals import IdentityUnlinked
from adapters.operations.account_events import What
from adapters.operations.accounts import OpenedAccount, TooManyPasswords
from adapters.operations.identities import Came
from adapters.operations.one_time_codes import OneTimeCode
from adapters.operations.rate_limits import RateLimited
from domain.ports import Actor, PersonId, Role
from webapi.accounts.authentication import GRANTED, actor, allowed, public
from webapi.accounts.known_browser import remember
from webapi.accounts.throttling import to_sign_in
from webapi.current import acquis
from webapi.edge.cookies import session_secret
from webapi.pages.form_errors import UNLINKED, WAIT_OR_RESET, busy, shown_again
from webapi.pages.kept_form import go_on_to
from webapi.pages.visitor import (
    HALF,
    ORDER,
    before_factor,
    chosen_roles,
    enter,
    enter_by,
    go_on_as,
    inside,
    leave,
    let_in,
    offered,
    our_address,
    private,
    said_done,
    sign_in_first,
    visitor,
)
from webapi.words import phrase

bp = Blueprint("sign_in", __name__)
bp.before_request(let_in)
bp.after_request(private)
DONE: Final = {
    "sign_in.opened": phrase("Votre compte est ouvert : connectez-vous."),
    "sign_in.reset": phrase(
        "Mot de passe changé ; vos connexions sont fermées, vos jetons révoqués. Connectez-vous avec le nouveau."
    ),
    "identities.unlinked": UNLINKED,
}
"""Messages of the page, by the value of `done` in the address."""
WRONG: Final = phrase("Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez les deux.")
NO_ROLE: Final = phrase("Aucun rôle ne vous est accordé pour l'instant : adressez-vous au certificateur.")


@bp.get("/sign-in")
@public
def form() -> ResponseReturnValue:
    """Ask for login and password; redirect a visitor who has signed in already."""
    wanted = inside(request.args.get("next", ""))
    if visitor() is not None:
        return redirect(wanted, 303)
    return render_template("account/sign_in.html", next=wanted, login="", done=DONE.get(said_done(), ""))


@bp.post("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Begin a session; the answer is the same, after the same time, for an unknown login and a wrong password.

    A password that could not be compared, as the server was busy, does not count as an attempt.
    """
    wanted = inside(request.form.get("next", ""))
    login, password = request.form.get("login", ""), request.form.get("password", "")
    if acquis().accounts.busy:
        return _later(busy(), wanted, login)
    tried = to_sign_in(login)
    try:
        acquis().rate_limits.spend(*tried)
    except RateLimited as limited:
        return _later((WAIT_OR_RESET, limited.seconds), wanted, login)
    try:
        opened = acquis().accounts.check(login if login.isprintable() else "", password)
    except TooManyPasswords:
        acquis().rate_limits.give_back(*tried)
        return _later(busy(), wanted, login)
    if opened is None:
        return _again(WRONG, wanted, login), 422
    acquis().rate_limits.give_back(*tried)
    if acquis().factors.on(opened.person) is not None:
        return half_way(opened.person, {"login": login, "locks": opened.locks, "next": wanted})
    return arrive(opened, login, wanted)


def half_way(known: PersonId, arrival: dict[str, str]) -> ResponseReturnValue:
    """Ask for the code; no session begins before it. `arrival`: how the user signed in, and the page to go to."""
    leave()
    session[HALF] = acquis().one_time_codes.make(OneTimeCode.SECOND_STEP, person=known, about=arrival)
    return redirect("/sign-in/second-step", 303)


def arrive(opened: OpenedAccount, login: str, wanted: str) -> ResponseReturnValue:
    """Sign in a user whose password, and code if any, were right."""
    held = offered(Actor(person=opened.person, role=ORDER[0]))
    if not held:
        return _again(NO_ROLE, wanted, login), 403
    address, role = _going_on(wanted, opened.person, held)
    if not enter(opened, role):
        return _again(WRONG, wanted, login), 422
    if remember(login):
        acquis().account_events.note(opened.person, What.NEW_BROWSER)
    return redirect(address, 303)


def arrive_by(came: Came, known: PersonId, wanted: str) -> ResponseReturnValue:
    """Sign in a user whose identity a provider has proved."""
    held = offered(Actor(person=known, role=ORDER[0]))
    if not held:
        return _again(NO_ROLE, wanted, ""), 403
    address, role = _going_on(wanted, known, held)
    if not enter_by(Actor(person=known, role=role), came):
        raise IdentityUnlinked
    return redirect(address, 303)


def _going_on(wanted: str, person: PersonId, held: tuple[Role, ...]) -> tuple[str, Role]:
    """Return the address to go to after signing in, and the role.

    A user with several roles chooses first, unless a kept form waits for them: it was typed in one of the roles.
    """
    address, typed_in = go_on_to(wanted, person)
    if typed_in in held:
        return address, typed_in
    return url_for("sign_in.roles", next=address) if len(held) > 1 else address, held[0]


def _again(error: str, wanted: str, login: str) -> str:
    """Show the sign-in form again with an error."""
    return render_template("account/sign_in.html", next=wanted, login=login, error=error)


def _later(error: tuple[str, int], wanted: str, login: str) -> ResponseReturnValue:
    """Show how long to wait, and that there is another way meanwhile."""
    said, seconds = error
    return shown_again(
        render_template("account/sign_in.html", next=wanted, login=login, error=said, seconds=seconds), error
    )


@bp.get("/role")
@allowed(*GRANTED)
@before_factor
def roles() -> ResponseReturnValue:
    """Let the visitor choose a role."""
    return render_template("account/choose_role.html", next=inside(request.args.get("next", "")), chosen=actor().role)


@bp.post("/role")
@allowed(*GRANTED)
@before_factor
def choose() -> ResponseReturnValue:
    """Continue in another role, under another secret; refuse a role that the visitor does not hold."""
    wanted = inside(request.form.get("next", ""))
    asked = request.form.get("role", "")
    if asked not in chosen_roles():
        return render_template(
            "account/choose_role.html", next=wanted, chosen=actor().role, error=phrase("Vous n'avez pas ce rôle.")
        ), 422
    return redirect(wanted, 303) if go_on_as(Role(asked)) else sign_in_first()


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session here, and at the provider if one was used.

    The answer is a page that redirects: the content policy lets no form lead a browser to another site. A visitor who
    signs out in order to sign in as somebody else is redirected to the page that waits for that person.
    """
    wanted = inside(request.form.get("next", ""))
    came = acquis().identities.leaves(session_secret())
    leave()
    conversation = acquis().providers.get(came[0]) if came else None
    address = conversation.farewell(came[1], our_address("/sign-in")) if came and conversation else None
    if conversation is None or address is None:
        return redirect(url_for("sign_in.form", next=wanted if wanted != "/" else None), 303)
    return render_template("account/redirect.html", address=address, provider=conversation.provider.title)
