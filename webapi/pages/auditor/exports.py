"""Exports of the log for an auditor: the request, which is recorded, and the download."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapters.bag.scope import Covered
from adapters.process.heavy_answers import HeavyKind
from domain.commands.organisation.export_audit import ExportAudit
from domain.organisation.facts import ExportScope
from domain.ports import Recorded, Role
from projections.jury.jury_sessions import sessions
from webapi.accounts.authentication import allowed
from webapi.current import acquis
from webapi.edge.heavy import heavy
from webapi.explain.audit_export import exporter
from webapi.explain.own_exports import asked_for, handed_over, one_of_mine, written
from webapi.explain.receipts import made
from webapi.pages.desk import Desk
from webapi.pages.filled import InvalidForm
from webapi.privacy.disclosure import candidates_of, names
from webapi.words import phrase

bp = Desk("exports", __name__, url_prefix="/audit/exports")
bp.entry(Role.AUDITOR, 70, phrase("Mes exports"), "download", "show")

SCOPES: Final = {
    ExportScope.ALL: phrase("Tout le journal"),
    ExportScope.CANDIDACY: phrase("Un dossier"),
    ExportScope.SESSION: phrase("Une session de jury"),
    ExportScope.PERIOD: phrase("Une période"),
}
UNSAID: Final = {
    "scope": ("Say what the export covers.", "Dites ce que l'export couvre."),
    "subject": ("Choose which one.", "Choisissez lequel."),
    "first_day": ("Write the first day as YYYY-MM-DD.", "Écrivez le premier jour AAAA-MM-JJ."),
    "last_day": ("Write the last day as YYYY-MM-DD.", "Écrivez le dernier jour AAAA-MM-JJ."),
}
DAYS: Final = ("first_day", "last_day")
SHOWN: Final = 25
BY_CALL: Final = 200
"""How many sessions the form offers."""


@bp.get("")
@allowed(Role.AUDITOR)
def show() -> ResponseReturnValue:
    """Show the auditor's exports and the form for a new one, about the dossier or session that the address names."""
    subject = _id(request.values.get("subject", ""))
    about = candidates_of([subject]) if subject else {}
    asked = asked_for()[:SHOWN]
    whose = candidates_of(each.exported.subject for each in asked if each.exported.subject) | about
    return render_template(
        "auditor/exports.html",
        asked=asked,
        scopes=SCOPES,
        subject=subject if subject in about else None,
        session=_id(request.args.get("session", "")),
        whose=whose,
        called=names(set(whose.values())),
        sessions=[each for each in sessions(acquis().database, limit=BY_CALL) if each.stage == "released"],
        checkpoint=made().checkpoints.newest(),
    )


@bp.get("/<int:position>")
@allowed(Role.AUDITOR)
def show_export(position: int) -> ResponseReturnValue:
    """Show one export: what it covers, the progress of its preparation, and the link to it."""
    asked = one_of_mine(position)
    whose = candidates_of([asked.exported.subject]) if asked.exported.subject else {}
    return render_template(
        "auditor/export.html",
        asked=asked,
        scopes=SCOPES,
        whose=whose,
        called=names(set(whose.values())),
        written=written(asked),
        at="exports.show",
    )


@bp.get("/<int:position>/bag")
@allowed(Role.AUDITOR)
@heavy(HeavyKind.FILES)
def fetch(position: int) -> ResponseReturnValue:
    """Download the export as a ZIP."""
    return handed_over(one_of_mine(position))


def _lead(recorded: Recorded, **_: Any) -> str:
    return url_for("exports.show_export", position=recorded.position)


@bp.act(
    "",
    ExportAudit,
    show,
    done="Export demandé, et inscrit au journal à votre nom.",
    lead=_lead,
    signs=False,
    without=("scope", "subject", "first_day", "last_day", "size", "root", "facts", "unreleased"),
)
def ask() -> dict[str, Any]:
    """Request an export, up to the newest checkpoint."""
    covered = _covered(request.form)
    with exporter(acquis()).planned(covered) as planned:
        return {
            "scope": covered.scope,
            "subject": covered.subject,
            "first_day": covered.first_day,
            "last_day": covered.last_day,
            "size": planned.checkpoint.size,
            "root": planned.root,
            "facts": planned.facts,
        }


def _covered(form: Mapping[str, str]) -> Covered:
    """Return what the form requests, from the fields that its scope needs; raise InvalidForm if one is missing."""
    said = form.get("scope", "")
    if said not in set(ExportScope):
        raise InvalidForm({"scope": UNSAID["scope"]})
    scope = ExportScope(said)
    if scope is ExportScope.PERIOD:
        first, last = (_day(form.get(name, "")) for name in DAYS)
        if lacking := [name for name, day in zip(DAYS, (first, last), strict=True) if day is None]:
            raise InvalidForm({name: UNSAID[name] for name in lacking})
        return Covered(scope=scope, first_day=first, last_day=last)
    if scope is ExportScope.ALL:
        return Covered(scope=scope)
    subject = _id(form.get("subject", ""))
    if subject is None:
        raise InvalidForm({"subject": UNSAID["subject"]})
    return Covered(scope=scope, subject=subject)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
