"""Page of a user's own account: sessions, password and history."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapters.operations.account_events import By, What
from adapters.operations.accounts import TooManyPasswords
from adapters.operations.passwords import WeakPassword
from adapters.operations.rate_limits import RateLimited, RateLimitKey
from domain.ports import PersonId
from webapi.accounts.authentication import GRANTED, actor, allowed
from webapi.accounts.owner_letters import tell_owner
from webapi.accounts.throttling import AGAIN
from webapi.current import acquis
from webapi.edge.cookies import session_secret
from webapi.pages.form_errors import WAIT, busy, shown_again, unfit
from webapi.pages.stale_form import bring_back
from webapi.pages.visitor import let_in, private, said_done
from webapi.privacy.disclosure import names
from webapi.words import phrase

bp = Blueprint("account", __name__, url_prefix="/account")
bp.before_request(let_in)
bp.before_request(bring_back)
bp.after_request(private)
DONE: Final = {
    "account.session_ended": phrase("Connexion fermée."),
    "account.sessions_ended": phrase("Les autres connexions sont fermées."),
    "account.address_changed": phrase(
        "Votre adresse est confirmée : elle vous sert désormais à vous connecter. Vos autres connexions sont fermées."
    ),
    "account.password_changed": phrase(
        "Mot de passe changé ; vos autres connexions sont fermées. Vos jetons, s'il y en a, valent toujours."
    ),
}
"""Messages of the page, by the value of `done` in the address."""
DIFFERS: Final = phrase("Les deux saisies diffèrent.")
WHAT: Final = {
    What.OPENED: phrase("Compte ouvert"),
    What.NEW_BROWSER: phrase("Connexion depuis un nouveau navigateur"),
    What.PASSWORD_CHANGED: phrase("Mot de passe changé"),
    What.PASSWORD_RESET: phrase("Mot de passe choisi à nouveau, par courriel ; connexions fermées, jetons révoqués"),
    What.ADDRESS_CHANGED: phrase("Adresse changée ; autres connexions fermées"),
    What.SESSIONS_ENDED: phrase("Connexions fermées"),
    What.FACTOR_ON: phrase("Double authentification activée"),
    What.FACTOR_OFF: phrase("Double authentification désactivée"),
    What.RECOVERY_USED: phrase("Code de secours utilisé"),
    What.RECOVERY_RENEWED: phrase("Codes de secours renouvelés"),
    What.IDENTITY_LINKED: phrase("Identité liée"),
    What.IDENTITY_UNLINKED: phrase("Identité déliée"),
    What.TOKEN_MADE: phrase("Jeton fait"),
    What.TOKEN_REVOKED: phrase("Jeton révoqué"),
}
"""Names of the events of an account."""
BY: Final = {
    By.ADMINISTRATOR: phrase("par un administrateur"),
    By.OPERATOR: phrase("par l'exploitant du serveur"),
}


@bp.get("")
@allowed(*GRANTED)
def show() -> ResponseReturnValue:
    """Show the user's own account."""
    return page(done=DONE.get(said_done(), ""))


@bp.post("/sessions/<uuid:session>/end")
@allowed(*GRANTED)
def end_session(session: UUID) -> ResponseReturnValue:
    """End one of the user's sessions; do nothing if it has ended or belongs to somebody else."""
    if acquis().sessions.end_one(actor().who, session):
        acquis().account_events.note(actor().who, What.SESSIONS_ENDED)
    return _done("account.session_ended")


@bp.post("/sessions/end-others")
@allowed(*GRANTED)
def end_others() -> ResponseReturnValue:
    """End all of the user's sessions except this one."""
    if acquis().sessions.end_all(actor().who, but=session_secret()):
        acquis().account_events.note(actor().who, What.SESSIONS_ENDED)
    return _done("account.sessions_ended")


@bp.post("/password")
@allowed(*GRANTED)
def change_password() -> ResponseReturnValue:
    """Change the password, given the current one; end the other sessions and notify the owner."""
    who, new = actor().who, request.form.get("new", "")
    if (error := proved(who, request.form.get("password", ""))) is not None:
        return shown_again(page(error=error, at="password"), error)
    if new != request.form.get("twice", ""):
        return page(error=(DIFFERS, 0), at="twice"), 422
    try:
        acquis().accounts.change(who, new, *known_of(who), here=session_secret())
    except WeakPassword as weak:
        return page(error=(unfit(weak), 0), at="new"), 422
    except TooManyPasswords:
        return shown_again(page(error=busy(), at="password"), busy())
    acquis().account_events.note(who, What.PASSWORD_CHANGED)
    tell_owner(acquis(), who, "password_changed")
    return _done("account.password_changed")


def proved(who: PersonId, password: str) -> tuple[str, int] | None:
    """Return what is wrong with the current password that the signed-in user entered, or None.

    A password that could not be compared, as the server was busy, does not count as an attempt.
    """
    if acquis().accounts.busy:
        return busy()
    share = RateLimitKey(AGAIN, str(who))
    try:
        acquis().rate_limits.spend(share)
    except RateLimited as limited:
        return WAIT, limited.seconds
    try:
        opened = acquis().accounts.check(login_of(who), password)
    except TooManyPasswords:
        acquis().rate_limits.give_back(share)
        return busy()
    if opened is None or opened.person != who:
        return phrase("Ce n'est pas le mot de passe actuel."), 0
    acquis().rate_limits.give_back(share)
    return None


def known_of(who: PersonId) -> tuple[str, ...]:
    """Return what is publicly known about the person; a password must not be made of it."""
    return tuple(each for each in (login_of(who), names([who])[who]) if each)


def login_of(who: PersonId) -> str:
    """Return the person's login, or an empty text."""
    return acquis().accounts.held(who).get("login", "")


def page(*, error: tuple[str, int] | None = None, at: str = "", done: str = "", **more: Any) -> str:
    """Return the page, with what was done or is wrong."""
    who = actor().who
    return render_template(
        "account/account.html",
        login=login_of(who),
        has_password=acquis().accounts.has_password(who),
        sessions=acquis().sessions.sessions(who, session_secret()),
        happenings=acquis().account_events.of(who),
        what=WHAT,
        by=BY,
        error=error,
        at=at,
        done=done,
        **more,
    )


def _done(what: str) -> ResponseReturnValue:
    return redirect(url_for("account.show", done=what), 303)
