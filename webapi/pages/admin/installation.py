"""Is all well with this installation, and what is for an administrator to settle? Who is signed in?"""

from __future__ import annotations

from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue

from adapters.desk.erasures import DeskErasures
from adapters.desk.ways_in import invitations, signed_in
from domain.ports import Role
from webapi.accounts.authentication import acquis, allowed
from webapi.pages.account.account import BY, WHAT
from webapi.pages.admin.people import without_factor
from webapi.pages.desk import Desk
from webapi.privacy.disclosure import names
from webapi.upkeep.alarms import alarms
from webapi.upkeep.state import figures
from webapi.words import phrase

bp = Desk("installation", __name__, url_prefix="/admin")
bp.entry(Role.ADMIN, 10, phrase("Installation"), "activity", "show")
bp.entry(Role.ADMIN, 50, phrase("Connexions"), "history", "sign_ins")
SHOWN: Final = 100


@bp.get("")
@allowed(Role.ADMIN)
def show() -> ResponseReturnValue:
    """Show what is wrong, as `acquis doctor` and `/readyz` say it, and what waits for an administrator."""
    house = acquis()
    invited = invitations(house.database)
    return render_template(
        "admin/installation.html",
        alarms=alarms(house),
        state=figures(house),
        files=house.jobs.waiting(),
        invited=invited,
        stuck=[each for each in invited if each.state in {"lost", "over"}],
        unlocked=without_factor(most=SHOWN),
        pending=DeskErasures(house.database).pending(),
    )


@bp.get("/sign-ins")
@allowed(Role.ADMIN)
def sign_ins() -> ResponseReturnValue:
    """Show who is signed in now, and what became of accounts, the newest first."""
    here, happened = signed_in(acquis().database, SHOWN), acquis().happenings.newest(SHOWN)
    called = names({*(each.person for each in here), *(person for person, _ in happened)})
    return render_template("admin/sign_ins.html", here=here, happened=happened, called=called, what=WHAT, by=BY)
