"""Drafts of a member's rulings: what they chose on the decision page and have not recorded yet.

Each member has their own drafts, one for each block of one candidate; nobody else reads them. A draft holds only the
competences that differ from what the jury has ruled, so a ruling that another member records meanwhile replaces none.
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
from webapi.pages.juror.decision_seen import BlockView, CompetenceView, DecisionView, seen
from webapi.pages.kept_form import stands_on
from webapi.problems import Answered
from webapi.requests import whole_number
from webapi.words import phrase

bp = Desk("ruling_drafts", __name__, url_prefix="/jury/<uuid:session>/candidates/<uuid:candidacy>/drafts")
bp.done["drop"] = phrase("Brouillon abandonné : la page montre ce que le jury a enregistré.")

Typed = tuple[str, ...]
"""What is typed for one competence: the ruling's code, the reason and the mark; each may be empty."""


@bp.post("")
@allowed(Role.JUROR, Role.REGISTRAR)
@without_command
@stands_on("deciding.show", "rule")
def save(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Keep what this member chose in one block and has not recorded, or delete it if asked to."""
    one = _readable(session, candidacy)
    part = next((each for each in one.sought if str(each.block.number) == request.form.get("at")), None)
    if part is None:
        raise Answered(UNFIT)
    block, me, about = part.block.number, actor().who, one.said.id
    since = whole_number(request.form.get("since", ""))
    if "drop" in request.form:
        forget(me, about, block)
        place = url_for("deciding.show", session=session, candidacy=candidacy, block=block)
        return arrived(f"{place}#block-{block}", None, "ruling_drafts.drop")
    subject = one.context.candidacy.terms.candidate
    saving = acquis().drafts.save(me, about, _part_name(block), _typed(part), subject=subject, since=since)
    saved_at = saving.stands.saved_at.astimezone(PARIS) if saving.stands else None
    return render_template("juror/ruling_saved.html", block=block, saving=saving, saved_at=saved_at)


def _readable(session: UUID, candidacy: UUID) -> DecisionView:
    """Return the candidate as this member rules on them; raise NotFound, or NotOnThePanel for who does not rule."""
    of, about = SessionId(session), CandidacyId(candidacy)
    log = reading()
    known = at_session.at(log, of)
    if about not in known.deliberations:
        raise NotFound(candidacy)
    at_session.read_ahead(log, known)
    one = seen(log, known, about)
    if not one.speaks or not one.in_session:
        raise NotOnThePanel(actor().person)
    return one


def forget(person: PersonId, deliberation: UUID, block: int) -> None:
    """Delete the revision of a block's draft that the form was shown with: it is recorded, or given up."""
    since = whole_number(request.form.get("since", ""))
    if since is not None:
        acquis().drafts.done(person, deliberation, {_part_name(block): since})


def _part_name(block: int) -> str:
    return f"rulings-of-block-{block}"


def _typed(part: BlockView) -> str:
    """Return what the form says otherwise than it was shown with, by competence, as a draft holds it."""
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
    """The form that rules on one block: as it was just sent, or as drafted; `since` is the revision of the draft."""

    filled: FilledForm
    since: int | None
    drafted: int
    saved_at: datetime | None


def ruling_forms(one: DecisionView) -> dict[int, RulingForm]:
    """Return the form of each block, with what this member drafted and the jury has not recorded."""
    drafts = acquis().drafts.of(actor().who, one.said.id) if one.speaks and one.in_session else {}
    return {part.block.number: _form(part, drafts.get(_part_name(part.block.number))) for part in one.sought}


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
