"""What does somebody see first? A stranger what this is and how to sign in; who has signed in, their desk."""

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
"""Certifications that the first page names."""


@bp.get("/")
@public
def show() -> ResponseReturnValue:
    """Lead who has signed in to where their role begins; show anybody else what this site is."""
    found = visitor()
    if found is None:
        offered = certifications(acquis().database, limit=SHOWN)
        return render_template("anyone/home.html", next="/", login="", certifications=offered)
    return redirect(url_for(first_page(found.role)), 303)


def first_page(role: Role) -> str:
    """Where a role begins: the first line of its navigation."""
    entries = rail(current_app, role)
    return entries[0].endpoint if entries else "account.show"


@bp.get("/language/<language>")
@public
def speak(language: str) -> ResponseReturnValue:
    """Go on in this language, here and whenever this browser comes back."""
    if language not in SPEAKS:
        raise Answered(404)
    answer = redirect(inside(request.args.get("next", "")), 303)
    production = acquis().settings.production
    answer.set_cookie(SPOKEN, language, ONE_YEAR, secure=production, httponly=True, samesite="Lax")
    return answer
