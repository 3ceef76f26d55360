"""How does one go about it here? A short page a role, and what the law has a site say of itself."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from domain.ports import NOBODY, Role
from webapi.accounts.authentication import public
from webapi.pages.visitor import let_in, private, visitor
from webapi.privacy.disclosure import names
from webapi.problems import Answered


def look_who() -> None:
    """Before a view that anybody may open: whoever has signed in finds their desk beside it."""
    found = visitor()
    if found is not None:
        g.visitor_name = names([found.who])[found.who] or ""


bp = Blueprint("help", __name__, url_prefix="/aide")
bp.before_request(let_in)
bp.before_request(look_who)
bp.after_request(private)

HELPED = tuple(role for role in Role if role not in NOBODY)


@bp.get("")
@public
def index() -> ResponseReturnValue:
    """List the pages of help."""
    return render_template("anyone/help/index.html", helped=HELPED)


@bp.get("/<role>")
@public
def show(role: str) -> ResponseReturnValue:
    """Show the page of one role."""
    if role not in set(HELPED):
        raise Answered(404)
    return render_template(f"anyone/help/{role}.html")


@bp.get("/mentions-legales")
@public
def legal() -> ResponseReturnValue:
    """Say who publishes the site."""
    return render_template("anyone/help/legal.html")


@bp.get("/donnees-personnelles")
@public
def personal_data() -> ResponseReturnValue:
    """Say what is kept about people, why, for how long, and whom one asks."""
    return render_template("anyone/help/personal_data.html")


@bp.get("/accessibilite")
@public
def accessibility() -> ResponseReturnValue:
    """Say how accessible the site is, how that was checked, and whom one tells of a fault."""
    return render_template("anyone/help/accessibility.html")
