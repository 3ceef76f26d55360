"""Page where advisors, assessors and jurors accept professional secrecy, once, before their first dossier."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from domain.commands.people.accept_secrecy import AcceptSecrecy
from domain.people.secrecy import ENGLISH, FRENCH, SWORN, TEXT
from webapi.accounts.authentication import GRANTED, actor, allowed, secrecy_of
from webapi.current import acquis
from webapi.intent import Intent
from webapi.pages.stale_form import bring_back
from webapi.pages.visitor import inside, let_in, private
from webapi.problems import language
from webapi.requests import DIGITS

bp = Blueprint("secrecy", __name__, url_prefix="/account/secrecy")
bp.before_request(let_in)
bp.before_request(bring_back)
bp.after_request(private)


@bp.get("")
@allowed(*GRANTED)
def show() -> ResponseReturnValue:
    """Show the text, and the form to accept it if this is still to be done."""
    asks = actor().role in SWORN and secrecy_of(actor()) < TEXT
    return render_template(
        "account/secrecy.html",
        number=TEXT,
        text=FRENCH if language() == "fr" else ENGLISH,
        asks=asks,
        next=inside(request.args.get("next", "")),
    )


@bp.post("")
@allowed(*SWORN)
def accept() -> ResponseReturnValue:
    """Accept the text that was shown, and go on to the requested page; accepting it twice has no effect."""
    wanted, number = inside(request.form.get("next", "")), request.form.get("text", "")
    shown = int(number) if DIGITS.fullmatch(number) and len(number) < 4 else 0  # noqa: PLR2004  (no number is longer)
    if secrecy_of(actor()) < TEXT:
        command = AcceptSecrecy(person=actor().who, secrecy_text=shown)
        acquis().execute(command, acquis().request(Intent(actor=actor())))
    return redirect(wanted, 303)
