"""Pages for users without a password: invitation, sign-up and forgotten password, each by a link in a letter.

Everybody who asks for a link gets the same answer after the same work, whether the address is known or not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError, validate

from adapters.operations.accounts import TooManyPasswords
from adapters.operations.one_time_codes import OneTimeCode, ValidCode
from adapters.operations.passwords import WeakPassword
from adapters.operations.rate_limits import RateLimitKey
from domain.people.naming import NameUnfit, fit_name
from domain.ports import PersonId
from domain.refusal import NotFound
from webapi.accounts import invitations as joining
from webapi.accounts.authentication import public
from webapi.accounts.known_browser import remember
from webapi.accounts.owner_letters import tell_owner
from webapi.accounts.throttling import LETTERS_TO, to_be_written_to
from webapi.current import acquis
from webapi.pages.account.account import DIFFERS, login_of
from webapi.pages.form_errors import busy, shown_again, unfit
from webapi.pages.visitor import private
from webapi.privacy.disclosure import names
from webapi.problems import Answered, Message, language
from webapi.words import phrase

bp = Blueprint("arriving", __name__)
bp.after_request(private)

USED_UP: Final = Message(
    "link-used-up",
    "This link was used already, or has run out: ask for another one.",
    "Ce lien a déjà servi, ou a expiré : demandez-en un autre.",
)
EMAIL: Final = validate.And(validate.Email(), validate.Length(3, 254))
NO_EMAIL: Final = phrase("Ce n'est pas une adresse électronique.")
SENT_RESET: Final = phrase("Si un compte a cette adresse, un courriel part à l'instant ; son lien vaut une heure.")
SENT_SIGN_UP: Final = phrase("Un courriel part à l'instant vers cette adresse ; son lien vaut vingt-quatre heures.")
LONGEST_NAME: Final = 200


@bp.get("/password-reset")
@public
def forgotten() -> ResponseReturnValue:
    """Ask for the address of the account."""
    return render_template("account/forgotten_password.html", email="")


@bp.post("/password-reset")
@public
def ask_for_reset() -> ResponseReturnValue:
    """Send a link if the address belongs to an account; the answer does not say whether it does."""
    email = request.form.get("email", "").strip()
    if not _is_email(email):
        return render_template("account/forgotten_password.html", email=email, error=(NO_EMAIL, 0), at="email"), 422
    _ask("password_reset", email)
    return render_template("account/letter_sent.html", what=SENT_RESET)


@bp.get("/sign-up")
@public
def sign_up_form() -> ResponseReturnValue:
    """Show the form with which somebody becomes a candidate; 404 where sign-up is closed."""
    _must_be_open()
    return render_template("account/sign_up.html", name="", email="")


@bp.post("/sign-up")
@public
def ask_to_sign_up() -> ResponseReturnValue:
    """Send a link that proves the address; the answer does not say whether the address is known."""
    _must_be_open()
    name, email = request.form.get("name", "").strip(), request.form.get("email", "").strip()
    error = _wrong_with(name, email)
    if error is not None:
        return render_template("account/sign_up.html", name=name, email=email, error=(error[0], 0), at=error[1]), 422
    _ask("sign_up", email, name=name)
    return render_template("account/letter_sent.html", what=SENT_SIGN_UP)


@bp.get("/invitation/<secret>")
@bp.get("/sign-up/<secret>", endpoint="confirm")
@bp.get("/password-reset/<secret>", endpoint="reset")
@public
def choose(secret: str) -> ResponseReturnValue:
    """Show the form for a password; opening a link, as some mail readers do, does not use it up."""
    return _form(ticket_of(_kind(), secret))


@bp.post("/invitation/<secret>")
@public
def accept_invitation(secret: str) -> ResponseReturnValue:
    """Open the account of an invited person."""

    def accept(held: ValidCode, password: str) -> bool:
        who = PersonId(UUID(str(held.person)))
        return joining.accept(acquis(), secret, held, password, names([who])[who] or "")

    return _choose(OneTimeCode.INVITATION, secret, accept, "sign_in.opened")


@bp.post("/sign-up/<secret>")
@public
def confirm_sign_up(secret: str) -> ResponseReturnValue:
    """Register the person who signed up, and open their account."""
    _must_be_open()

    def confirm(held: ValidCode, password: str) -> bool:
        return joining.sign_up(acquis(), secret, held, password)

    return _choose(OneTimeCode.SIGN_UP, secret, confirm, "sign_in.opened")


@bp.post("/password-reset/<secret>")
@public
def reset_password(secret: str) -> ResponseReturnValue:
    """Change the password, and end all sessions and tokens."""

    def reset(held: ValidCode, password: str) -> bool:
        who = PersonId(UUID(str(held.person)))
        known = (_login(held), names([who])[who] or "")
        if not joining.reset(acquis(), secret, held, password, *known):
            return False
        tell_owner(acquis(), who, "password_chosen")
        return True

    return _choose(OneTimeCode.PASSWORD_RESET, secret, reset, "sign_in.reset")


def _choose(kind: OneTimeCode, secret: str, then: Callable[[ValidCode, str], bool], done: str) -> ResponseReturnValue:
    """Use the link with the chosen password; a reader of the letter uses a browser of the account's owner."""
    held, password = ticket_of(kind, secret), request.form.get("new", "")
    login = _login(held)
    if password != request.form.get("twice", ""):
        return _form(held, error=(DIFFERS, 0), at="twice"), 422
    try:
        if not then(held, password):
            raise Answered(410, USED_UP)
    except WeakPassword as weak:
        return _form(held, error=(unfit(weak), 0), at="new"), 422
    except TooManyPasswords:
        return shown_again(_form(held, error=busy(), at="new"), busy())
    remember(login)
    return redirect(url_for("sign_in.form", done=done), 303)


def _form(held: ValidCode, error: tuple[str, int] | None = None, at: str = "") -> str:
    """Return the form, with the name given at sign-up: a stranger who knows the address may have given another."""
    invitation = (request.view_args or {}).get("secret", "") if _kind() is OneTimeCode.INVITATION else ""
    return render_template(
        "account/choose_password.html",
        login=_login(held),
        name=held.about.get("name", ""),
        invitation=invitation,
        error=error,
        at=at,
    )


def _login(held: ValidCode) -> str:
    """Return the address that the link proves, else the login of the account."""
    return held.about.get("email") or (login_of(held.person) if held.person else "")


def ticket_of(kind: OneTimeCode, secret: str) -> ValidCode:
    """Return the content of the code in a link; raise Answered (410) if it was used or has expired."""
    held = acquis().one_time_codes.find(kind, secret)
    if held is None:
        raise Answered(410, USED_UP)
    return held


def _kind() -> OneTimeCode:
    kinds = {
        "arriving.choose": OneTimeCode.INVITATION,
        "arriving.accept_invitation": OneTimeCode.INVITATION,
        "arriving.confirm": OneTimeCode.SIGN_UP,
    }
    return kinds.get(request.endpoint or "", OneTimeCode.PASSWORD_RESET)


def _ask(kind: str, email: str, **about: str) -> None:
    """Have a letter written, unless too many were: to this network, in total, or to this address.

    A limit for the address is not shown to anybody. Each kind of letter has its own limit: a stranger who signs up
    with somebody's address does not stop their letters for a new password.
    """
    acquis().rate_limits.spend(*to_be_written_to())
    if acquis().rate_limits.may(RateLimitKey(LETTERS_TO, f"{kind} {email.lower()}")):
        acquis().letters.put(kind, email.lower(), language(), about=about)


def _must_be_open() -> None:
    if not acquis().settings.sign_up:
        raise NotFound


def _wrong_with(name: str, email: str) -> tuple[str, str] | None:
    if not 0 < len(name) <= LONGEST_NAME:
        return phrase("Donnez votre nom, en deux cents caractères au plus."), "name"
    try:
        fit_name(name)
    except NameUnfit:
        return phrase("Ce nom contient un caractère invisible ou de contrôle : retapez-le."), "name"
    return None if _is_email(email) else (NO_EMAIL, "email")


def _is_email(text: str) -> bool:
    try:
        EMAIL(text)
    except ValidationError:
        return False
    return text.isprintable()
