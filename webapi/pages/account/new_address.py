"""Page on which the owner of an account confirms the new address that a registrar gave them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from adapters.operations.accounts import LoginTaken
from adapters.operations.one_time_codes import OneTimeCode, ValidCode
from domain.ports import PersonId
from webapi.accounts.authentication import GRANTED, actor, allowed
from webapi.accounts.known_browser import remember
from webapi.current import acquis
from webapi.edge.cookies import session_secret
from webapi.notifications.addresses import confirm_address
from webapi.pages.account.account import login_of
from webapi.pages.account.joining import USED_UP, ticket_of
from webapi.pages.visitor import let_in, private
from webapi.problems import Answered, note_refusal

bp = Blueprint("new_address", __name__, url_prefix="/account/address")
bp.before_request(let_in)
bp.after_request(private)


@bp.get("/<secret>")
@allowed(*GRANTED)
def show(secret: str) -> ResponseReturnValue:
    """Ask whether the new address belongs to the user; opening the page does not use up the link."""
    held = ticket_of(OneTimeCode.ADDRESS, secret)
    if not _is_own(held):
        return _of_another()
    return render_template("account/confirm_address.html", email=held.about["email"])


@bp.post("/<secret>")
@allowed(*GRANTED)
def confirm(secret: str) -> ResponseReturnValue:
    """Make the address that the link proves the login of the signed-in account.

    The link proves only who reads the new address. Only the owner of the account can say that the address is theirs:
    a registrar could have named one of their own.
    """
    held = ticket_of(OneTimeCode.ADDRESS, secret)
    if not _is_own(held):
        return _of_another()
    email = held.about["email"]
    try:
        if not confirm_address(acquis(), secret, held, here=session_secret()):
            raise Answered(410, USED_UP)
    except LoginTaken as taken:
        note_refusal(409, taken.slug())
        return render_template("account/address_taken.html", email=email, login=login_of(actor().who)), 409
    remember(email)
    return redirect(url_for("account.show", done="account.address_changed"), 303)


def _is_own(held: ValidCode) -> bool:
    """Return whether the link belongs to the signed-in account."""
    return PersonId(UUID(str(held.person))) == actor().who


def _of_another() -> ResponseReturnValue:
    """Show that the link is for another account, with a button that leads to it."""
    note_refusal(403, "link-of-another")
    return render_template("account/link_of_another.html"), 403
