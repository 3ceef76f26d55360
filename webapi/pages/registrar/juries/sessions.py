"""List of jury sessions by stage, and the form to plan one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.commands.jury.plan_session import PlanSession
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.jury.access import run_session
from domain.jury.session import MOST_PLACES, JurySession, SessionStage
from domain.ports import Log, Recorded, Role, SessionId
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import RemoteActivity
from projections.jury.jury_panel import Staffed, finished_sessions, running
from webapi.accounts.authentication import allowed, reading
from webapi.current import acquis
from webapi.forms import number
from webapi.pages.desk import Desk
from webapi.pages.registrar.own_work import not_ones_own
from webapi.pages.registrar.places import chosen, places, sheets
from webapi.words import phrase

bp = Desk("jury_sessions", __name__, url_prefix="/registrar/sessions")
bp.entry(Role.REGISTRAR, 20, phrase("Sessions"), "cal", "show")

MOST: Final = 300
SHOWN: Final = 25
STAGES: Final = {
    SessionStage.PLANNED: (phrase("à venir"), "open", "clock"),
    SessionStage.OPEN: (phrase("en cours"), "wait", "play"),
    SessionStage.CLOSED: (phrase("procès-verbal à signer"), "wait", "pen"),
    SessionStage.SIGNED: (phrase("résultats à publier"), "bad", "send"),
    SessionStage.RELEASED: (phrase("résultats publiés"), "good", "check"),
    SessionStage.CANCELLED: (phrase("annulée"), "open", "x"),
}
TABS: Final = {
    "upcoming": (phrase("À venir"), (SessionStage.PLANNED, SessionStage.OPEN)),
    "staff": (phrase("À composer"), (SessionStage.PLANNED,)),
    "release": (phrase("À publier"), (SessionStage.CLOSED, SessionStage.SIGNED)),
    "past": (phrase("Passées"), (SessionStage.RELEASED, SessionStage.CANCELLED)),
}


@bp.get("")
@allowed(Role.REGISTRAR)
def show() -> ResponseReturnValue:
    """List the sessions, those to come first; `show` names the tab."""
    tab = request.args.get("show", "upcoming")
    tab = tab if tab in TABS else "upcoming"
    page = request.args.get("page", "0")
    begun = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 0  # noqa: PLR2004  (far enough)
    found = running(acquis().database, limit=MOST)
    log = reading()
    by_id = _definitions(log, {each.framework for each in found})
    there = {name: [each for each in found if _is(name, each, by_id)] for name in TABS if name != "past"}
    past = finished_sessions(acquis().database, after=begun * SHOWN, limit=SHOWN + 1) if tab == "past" else []
    by_id |= _definitions(log, {each.framework for each in past} - by_id.keys())
    return render_template(
        "registrar/sessions.html",
        tab=tab,
        tabs=[(name, label, len(there.get(name, ()))) for name, (label, _) in TABS.items()],
        sessions=past[:SHOWN] if tab == "past" else there[tab],
        definitions=by_id,
        stages=STAGES,
        following=url_for("jury_sessions.show", show="past", page=begun + 1) if len(past) > SHOWN else "",
        first=url_for("jury_sessions.show", show="past") if begun else "",
    )


def _is(tab: str, each: Staffed, definitions: dict[UUID, Definition]) -> bool:
    """Return whether a session belongs under a tab; "staff" lists those without enough members."""
    stages = TABS[tab][1]
    return each.stage in stages and (tab != "staff" or each.seated < wanted(each, definitions))


def wanted(each: Staffed, definitions: dict[UUID, Definition]) -> int:
    """Return how many members the framework requires at least; none for a commission."""
    rule = definitions[each.framework].jury(each.jury)
    return 0 if each.reports_to else rule.size or rule.minimum


def _definitions(log: Log, frameworks: Iterable[UUID]) -> dict[UUID, Definition]:
    return {each.id: each.content for each in log.find_all(Framework, sorted(frameworks))}


def ours(log: Log, session: UUID) -> JurySession:
    """Return a session that the visitor runs; raise Answered (403), with the rule, if they are called before it."""
    with not_ones_own():
        return run_session(log, SessionId(session))


def awaited(session: JurySession) -> list[UUID]:
    """Return the members whose signature of the minutes is missing."""
    return sorted(session.signatories - session.signed - session.waived)


@bp.get("/new")
@allowed(Role.REGISTRAR)
def new() -> ResponseReturnValue:
    """Show the form to plan a session: a certification first, then the fields that its framework requires."""
    offered, sheet, rules = sheets()
    shown: dict[str, Any] = {}
    if sheet and rules:
        log = reading()
        framework = log.load(Framework, sheet.framework).content
        newest = log.load(Rulebook, rules[0]["id"]).content
        shown = {
            "framework": framework,
            "routes": [(row.route.value, row.label) for row in framework.routes if row.open and row.jury],
            "places": list(places(log, framework, newest, RemoteActivity.SESSION)),
            "juries": [each for each in running(acquis().database, limit=MOST) if _awards(each, sheet.framework)],
        }
    return render_template(
        "registrar/plan_session.html", offered=offered, chosen=sheet, rulebooks=rules, most=MOST_PLACES, **shown
    )


def _awards(each: Staffed, framework: UUID) -> bool:
    """Return whether a commission of this certification may report to the session."""
    return each.framework == framework and each.stage == SessionStage.PLANNED and not each.reports_to


def _planned(recorded: Recorded) -> str:
    return url_for("composing.show", session=next(iter(recorded.versions)))


@bp.act(
    "/new", PlanSession, new, done="Session planifiée. Composez maintenant son jury.",
    without=("place", "centre", "remote"), lead=_planned, signs=False, places=number(1, MOST_PLACES),
)  # fmt: skip
def plan() -> dict[str, Any]:
    """Plan a session; the place is one of the framework, a centre's site, another one, or remote."""
    return chosen()
