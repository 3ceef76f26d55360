"""Page of the providers with which a user signs in."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapters.operations.account_events import What
from webapi.accounts.authentication import GRANTED, actor, allowed
from webapi.accounts.owner_letters import tell_owner
from webapi.current import acquis
from webapi.edge.cookies import session_secret
from webapi.pages.account.codes import Wrong
from webapi.pages.account.confirm_identity import asked_again, asking, unproved
from webapi.pages.form_errors import UNLINKED, shown_again
from webapi.pages.stale_form import bring_back
from webapi.pages.visitor import let_in, private
from webapi.words import phrase

bp = Blueprint("identities", __name__, url_prefix="/account/identities")
bp.before_request(let_in)
bp.before_request(bring_back)
bp.after_request(private)

DONE: Final = {
    "identities.linked": phrase("Votre identité est liée."),
    "identities.unlinked": UNLINKED,
}


@bp.get("")
@allowed(*GRANTED)
def show() -> ResponseReturnValue:
    """Show the providers, and the identity that is linked at each."""
    done = request.args.get("done", "")
    return page(done=DONE.get(done, ""))


def page(*, error: Wrong = None, at: str = "", done: str = "") -> str:
    """Return the page, with what was done or is wrong."""
    held = {each.provider: each for each in acquis().identities.held(actor().who)}
    providers = [(name, each.provider.title, held.get(name)) for name, each in acquis().providers.items()]
    again = asking(url_for("identities.show"))
    return render_template("account/identities.html", providers=providers, error=error, at=at, done=done, **again)


@bp.post("/<provider>/unlinking")
@allowed(*GRANTED)
def unlink(provider: str) -> ResponseReturnValue:
    """Unlink an identity after a proof of identity, unless the user could no longer sign in.

    An identity that is not linked stays so. A user whose session began with this identity has to sign in otherwise.
    """
    who = actor().who
    if (error := unproved()) is not None:
        return shown_again(page(error=error, at=asked_again()), error)
    if acquis().identities.unlink(who, provider):
        acquis().account_events.note(who, What.IDENTITY_UNLINKED)
        known = acquis().providers.get(provider)
        tell_owner(acquis(), who, "identity_unlinked", provider=known.provider.title if known else provider)
    lasts = acquis().sessions.visitor(session_secret()) is not None
    return redirect(url_for("identities.show" if lasts else "sign_in.form", done="identities.unlinked"), 303)
