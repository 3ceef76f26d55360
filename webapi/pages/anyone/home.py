"""First page: a presentation with the sign-in form, or the first page of the visitor's role."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.ports import Role
from projections.framework.certification_catalogue import certifications
from webapi.accounts.authentication import public
from webapi.current import acquis
from webapi.pages.desk import rail
from webapi.pages.visitor import inside, let_in, private, visitor
from webapi.problems import SPEAKS, SPOKEN, Answered

bp = Blueprint("home", __name__)
bp.before_request(let_in)
bp.after_request(private)

ONE_YEAR: Final = 365 * 24 * 3600
SHOWN: Final = 20
"""How many certifications the first page names."""


@bp.get("/")
@public
def show() -> ResponseReturnValue:
    """Redirect a signed-in visitor to the first page of their role; show everybody else what this site is."""
    found = visitor()
    if found is None:
        offered = certifications(acquis().database, limit=SHOWN)
        return render_template("anyone/home.html", next="/", login="", certifications=offered)
    return redirect(url_for(first_page(found.role)), 303)


def first_page(role: Role) -> str:
    """Return the endpoint of the role's first page: the first entry of its navigation."""
    entries = rail(current_app, role)
    return entries[0].endpoint if entries else "account.show"


@bp.get("/language/<language>")
@public
def speak(language: str) -> ResponseReturnValue:
    """Change the language, now and for later visits of this browser."""
    if language not in SPEAKS:
        raise Answered(404)
    answer = redirect(inside(request.args.get("next", "")), 303)
    production = acquis().settings.production
    answer.set_cookie(SPOKEN, language, ONE_YEAR, secure=production, httponly=True, samesite="Lax")
    return answer
