"""Check of a certificate by its number, open to anybody who has the number, such as an employer or a school."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from adapters.operations.rate_limits import RateLimit, RateLimited, RateLimitKey
from webapi.accounts.authentication import public
from webapi.accounts.throttling import client_network
from webapi.current import acquis
from webapi.explain.paper_check import UnknownPaper, checked
from webapi.pages.anyone.help import look_who
from webapi.pages.visitor import let_in, private
from webapi.problems import STATUS, language, note_refusal

bp = Blueprint("paper_check", __name__, url_prefix="/verifier")
bp.before_request(let_in)
bp.before_request(look_who)
bp.after_request(private)
CHECKS: Final = RateLimit("paper checks", most=30, an_hour=120)


@bp.get("")
@public
def ask() -> ResponseReturnValue:
    """Ask for the number of a certificate."""
    return render_template("anyone/check_paper.html")


@bp.post("")
@public
def submit() -> ResponseReturnValue:
    """Say whether this number was issued here and is valid; sent by POST, so that no address contains the number."""
    given = request.form.get("number", "")
    try:
        acquis().rate_limits.spend(RateLimitKey(CHECKS, client_network()))
        return render_template("anyone/check_paper.html", found=checked(given), number=given)
    except (UnknownPaper, RateLimited) as refusal:
        note_refusal(STATUS[refusal.kind], refusal.slug())
        page = render_template("anyone/check_paper.html", error=refusal.sentence(language()), number=given)
        return page, STATUS[refusal.kind]
