"""Setting up a second factor, giving its code when signing in, and using recovery codes."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import pyotp
import segno
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from adapters.operations.account_events import What
from adapters.operations.accounts import OpenedAccount
from adapters.operations.identities import Came, Identity
from adapters.operations.one_time_codes import OneTimeCode, ValidCode, hash_of
from domain.ports import PersonId
from webapi.accounts.authentication import GRANTED, actor, allowed, public
from webapi.accounts.owner_letters import tell_owner
from webapi.current import acquis
from webapi.edge.cookies import session_secret
from webapi.pages.account.account import login_of, proved
from webapi.pages.account.codes import Wrong, code_wrong, wrong_by
from webapi.pages.account.confirm_identity import asking, unproved
from webapi.pages.account.sign_in import arrive, arrive_by
from webapi.pages.form_errors import shown_again
from webapi.pages.stale_form import bring_back
from webapi.pages.visitor import HALF, before_factor, let_in, must_have_factor, private
from webapi.words import phrase

bp = Blueprint("second_factor", __name__)
bp.before_request(let_in)
bp.before_request(bring_back)
bp.after_request(private)
ISSUER: Final = "Acquis"
SHOWN: Final = "shown"
"""The session's key for the digest of the secret shown to this browser: no other browser sees or proves it."""


@bp.get("/account/second-factor")
@allowed(*GRANTED)
@before_factor
def show() -> ResponseReturnValue:
    """Show whether there is a second factor, and what can be done about it."""
    return _page()


@bp.post("/account/second-factor/beginning")
@allowed(*GRANTED)
@before_factor
def begin() -> ResponseReturnValue:
    """Show a secret for the user's telephone, after the password or a recent sign-in at a provider."""
    who = actor().who
    if acquis().factors.on(who) is not None:
        return _page()
    if (error := unproved()) is not None:
        return shown_again(_page(error=error, at="password"), error)
    secret = acquis().factors.begin(who)
    if secret is None:
        return _page()
    session[SHOWN] = hash_of(secret).hex()
    return _page(secret=secret)


@bp.post("/account/second-factor/proof")
@allowed(*GRANTED)
@before_factor
def prove() -> ResponseReturnValue:
    """Switch the second factor on with its first code.

    Other sessions end, the owner is notified, and the recovery codes are shown this once.
    """
    who = actor().who
    secret = acquis().factors.shown(who)
    if secret is None or session.get(SHOWN) != hash_of(secret).hex():
        return redirect(url_for("second_factor.show"), 303)
    if (error := wrong_by(who, lambda code: acquis().factors.accepts(who, code, proved=False))) is not None:
        return shown_again(_page(secret=secret, error=error, at="code"), error)
    session.pop(SHOWN)
    acquis().sessions.end_all(who, but=session_secret())
    acquis().account_events.note(who, What.FACTOR_ON)
    tell_owner(acquis(), who, "factor_on")
    return _page(codes=acquis().factors.new_codes(who))


@bp.post("/account/second-factor/codes")
@allowed(*GRANTED)
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes, after the password and a code."""
    who = actor().who
    if (answer := _both(who, "renew")) is not None:
        return answer
    acquis().account_events.note(who, What.RECOVERY_RENEWED)
    return _page(codes=acquis().factors.new_codes(who))


@bp.post("/account/second-factor/end")
@allowed(*GRANTED)
def switch_off() -> ResponseReturnValue:
    """Switch the second factor off, after the password and a code or recovery code; notify the owner."""
    who = actor().who
    if (answer := _both(who, "end")) is not None:
        return answer
    if acquis().factors.off(who):
        acquis().account_events.note(who, What.FACTOR_OFF)
        tell_owner(acquis(), who, "factor_off")
    return _page(done=phrase("La double authentification est désactivée."))


@bp.get("/sign-in/second-step")
@public
def second_step() -> ResponseReturnValue:
    """Ask for the code; redirect to the sign-in page if no password was given before."""
    return render_template("account/second_step.html") if _half() else redirect("/sign-in", 303)


@bp.post("/sign-in/second-step")
@public
def take_second_step() -> ResponseReturnValue:
    """Begin a session after a code or recovery code; the code and the password before it are used up."""
    half = _half()
    if half is None or half.person is None:
        return redirect("/sign-in", 303)
    who = half.person
    if (error := code_wrong(who)) is not None:
        return shown_again(render_template("account/second_step.html", error=error, at="code"), error)
    if not acquis().one_time_codes.take(OneTimeCode.SECOND_STEP, str(session.get(HALF))):
        return redirect("/sign-in", 303)
    about = half.about
    if "provider" in about:
        identity = Identity(provider=about["provider"], sub=about["sub"])
        return arrive_by(Came(identity=identity, id_token=about["id_token"]), who, about["next"])
    return arrive(OpenedAccount(person=who, locks=about.get("locks", "")), about["login"], about["next"])


def _half() -> ValidCode | None:
    """Return the pending sign-in of this browser: the password was right, and the code is still to come."""
    given = session.get(HALF)
    return acquis().one_time_codes.find(OneTimeCode.SECOND_STEP, given) if isinstance(given, str) else None


def _password(who: PersonId) -> Wrong:
    """Return what is wrong with the password asked for again; None for a user without a password here."""
    return proved(who, request.form.get("password", "")) if acquis().accounts.has_password(who) else None


def _both(who: PersonId, form: str) -> ResponseReturnValue | None:
    """Return the answer when the password or the code is wrong; None when both are right."""
    if acquis().factors.on(who) is None:
        return redirect(url_for("second_factor.show"), 303)
    if (error := _password(who)) is not None:
        return shown_again(_page(error=error, at=f"{form}-password"), error)
    if (error := code_wrong(who)) is not None:
        return shown_again(_page(error=error, at=f"{form}-code"), error)
    return None


def _page(
    *, secret: str = "", codes: list[str] | None = None, error: Wrong = None, at: str = "", done: str = ""
) -> str:
    who = actor().who
    address = pyotp.TOTP(secret).provisioning_uri(name=login_of(who) or ISSUER, issuer_name=ISSUER) if secret else ""
    listed = "".join(f"{code}\n" for code in codes or ())
    return render_template(
        "account/second_factor.html",
        factor=acquis().factors.on(who),
        needed=must_have_factor(actor().role),
        has_password=acquis().accounts.has_password(who),
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        picture=segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff") if address else "",
        codes=codes,
        download=f"data:text/plain;charset=utf-8,{quote(listed)}",
        error=error,
        at=at,
        done=done,
        **asking(url_for("second_factor.show")),
    )
