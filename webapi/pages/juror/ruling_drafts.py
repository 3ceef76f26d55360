"""Drafts of a member's rulings: choices on the decision page that are not recorded yet.

Each member has drafts of their own, one for each block of a candidate; nobody else reads them. A draft contains only
the competences that differ from what the jury has ruled, so a ruling that another member records meanwhile stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from adapters.clock import PARIS
from adapters.operations.drafts import Draft
from domain.jury.session import NotOnThePanel
from domain.ports import CandidacyId, PersonId, Role, SessionId
from domain.refusal import NotFound
from webapi.accounts.authentication import actor, allowed, reading, without_command
from webapi.current import acquis
from webapi.pages.desk import Desk, arrived
from webapi.pages.filled import UNFIT, FilledForm, form_of
from webapi.pages.juror import at_session
from webapi.pages.juror.decision_seen import BlockView, CompetenceView, DecisionView, load_decision
from webapi.pages.kept_form import stands_on
from webapi.problems import Answered
from webapi.requests import whole_number
from webapi.words import phrase

bp = Desk("ruling_drafts", __name__, url_prefix="/jury/<uuid:session>/candidates/<uuid:candidacy>/drafts")
bp.done["drop"] = phrase("Brouillon abandonné : la page montre ce que le jury a enregistré.")

Typed = tuple[str, ...]
"""The form's values for one competence: ruling, reason and mark; each may be empty."""


@bp.post("")
@allowed(Role.JUROR, Role.REGISTRAR)
@without_command
@stands_on("deciding.show", "rule")
def save(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Save this member's choices in one block, or delete them."""
    decision = _readable(session, candidacy)
    part = next((each for each in decision.sought if str(each.block.number) == request.form.get("at")), None)
    if part is None:
        raise Answered(UNFIT)
    block, me, deliberation_id = part.block.number, actor().who, decision.said.id
    since = whole_number(request.form.get("since", ""))
    if "drop" in request.form:
        forget(me, deliberation_id, block)
        place = url_for("deciding.show", session=session, candidacy=candidacy, block=block)
        return arrived(f"{place}#block-{block}", None, "ruling_drafts.drop")
    subject = decision.context.candidacy.terms.candidate
    saving = acquis().drafts.save(me, deliberation_id, _part_name(block), _typed(part), subject=subject, since=since)
    saved_at = saving.stands.saved_at.astimezone(PARIS) if saving.stands else None
    return render_template("juror/ruling_saved.html", block=block, saving=saving, saved_at=saved_at)


def _readable(session: UUID, candidacy: UUID) -> DecisionView:
    """Return the candidate as this member rules on them; raise NotFound, or NotOnThePanel for other members."""
    session_id, candidacy_id = SessionId(session), CandidacyId(candidacy)
    log = reading()
    known = at_session.at(log, session_id)
    if candidacy_id not in known.deliberations:
        raise NotFound(candidacy)
    at_session.read_ahead(log, known)
    decision = load_decision(log, known, candidacy_id)
    if not decision.speaks or not decision.in_session:
        raise NotOnThePanel(actor().person)
    return decision


def forget(person: PersonId, deliberation: UUID, block: int) -> None:
    """Delete the revision of the draft that the form was shown with."""
    since = whole_number(request.form.get("since", ""))
    if since is not None:
        acquis().drafts.done(person, deliberation, {_part_name(block): since})


def _part_name(block: int) -> str:
    return f"rulings-of-block-{block}"


def _typed(part: BlockView) -> str:
    """Return the values of the form that differ from those shown, by competence, as the text of a draft."""
    form = request.form
    found: dict[int, Typed] = {}
    for row in part.rows:
        number = row.number
        typed = tuple(form.get(f"{name}-{number}", "").strip() for name in ("ruling", "reason", "mark"))
        shown = form.get(f"was-{number}", ""), form.get(f"because-{number}", "").strip(), row.mark
        if typed != shown and any(typed):
            found[number] = typed
    return json.dumps(found)


@dataclass(frozen=True, kw_only=True)
class RulingForm:
    """The form with the rulings on a block, as sent or as drafted; `since` is the revision of the draft."""

    filled: FilledForm
    since: int | None
    drafted: int
    saved_at: datetime | None


def ruling_forms(decision: DecisionView) -> dict[int, RulingForm]:
    """Return the form of each block, with this member's drafts that the jury has not recorded."""
    drafts = acquis().drafts.of(actor().who, decision.said.id) if decision.speaks and decision.in_session else {}
    return {part.block.number: _form(part, drafts.get(_part_name(part.block.number))) for part in decision.sought}


def _form(part: BlockView, draft: Draft | None) -> RulingForm:
    sent = form_of("rule")
    sent = sent if sent.value("at") == str(part.block.number) else FilledForm(name="rule")
    rows = {row.number: row for row in part.rows if row.ready}
    typed = json.loads(draft.text) if draft and draft.text else {}
    pending = {int(number): said for number, said in typed.items() if int(number) in rows}
    pending = {number: said for number, said in pending.items() if tuple(said) != _recorded(rows[number])}
    if pending and not sent.sent:
        sent = replace(sent, sent=True, values=_values(rows, pending))
    return RulingForm(
        filled=sent,
        since=draft.revision if draft else None,
        drafted=len(pending),
        saved_at=draft.saved_at.astimezone(PARIS) if draft and pending else None,
    )


def _values(rows: Mapping[int, CompetenceView], pending: Mapping[int, Typed]) -> MultiDict[str, str]:
    """Return the fields of a block's form: as drafted, else as recorded."""
    values: MultiDict[str, str] = MultiDict()
    for number, row in rows.items():
        for name, value in zip(("ruling", "reason", "mark"), pending.get(number, _recorded(row)), strict=True):
            values[f"{name}-{number}"] = value
    return values


def _recorded(row: CompetenceView) -> Typed:
    code = "" if row.ruled is None else "acquired" if row.ruled else "not_acquired"
    return code, row.reason, row.mark
