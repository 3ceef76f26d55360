"""Assessor's queue, assessments handed in, and the assessor's own bank of comments."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.ports import Role
from domain.refusal import Refused
from projections.assessment.assessor_assignments import handed_in as all_handed_in
from projections.assessment.papers_to_mark import piles
from projections.framework.certification_catalogue import certifications
from webapi.accounts.authentication import actor, allowed, reader
from webapi.current import acquis
from webapi.edge.paging import begins_after, next_page
from webapi.pages.assessor.assessment_grid import ROUTES, reference, waiting
from webapi.pages.desk import Desk, arrived
from webapi.pages.filled import KEY, FilledForm, form_of
from webapi.pages.kept_form import stands_on
from webapi.problems import STATUS
from webapi.words import phrase

bp = Desk("assessing", __name__, url_prefix="/assessments")
bp.entry(Role.ASSESSOR, 10, phrase("À évaluer"), "inbox", "queue")
bp.entry(Role.ASSESSOR, 20, phrase("Rendues"), "check", "handed_in")
bp.entry(Role.ASSESSOR, 30, phrase("Ma banque de motifs"), "list", "comments")
bp.done["keep_comment"] = phrase("Motif ajouté à votre banque.")
bp.done["remove_comment"] = phrase("Motif retiré de votre banque.")

SHOWN = 50
AT_ONCE = 25
WEEK = timedelta(days=7)


@bp.get("")
@allowed(Role.ASSESSOR)
def queue() -> ResponseReturnValue:
    """Show the dossiers to mark, the most urgent first."""
    found, today = waiting(), acquis().clock.today()
    page = request.args.get("page", "0")
    after = AT_ONCE * int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 0  # noqa: PLR2004  (far enough)
    after = after if after < len(found) else 0
    shown = found[after : after + AT_ONCE]
    due = [each.found.due_on for each in found if each.found.due_on]
    return render_template(
        "assessor/queue.html",
        waiting=shown,
        most_pressing=found[0] if found else None,
        all=len(found),
        following=url_for("assessing.queue", page=after // AT_ONCE + 1) if after + len(shown) < len(found) else "",
        beginning=url_for("assessing.queue") if after else "",
        piles=piles(acquis().database, actor().who),
        sheets={each.framework: each for each in certifications(acquis().database, limit=None)},
        begun=sum(each.begun for each in found),
        soon=sum(today < day <= today + WEEK for day in due),
        late=sum(day <= today for day in due),
        counts={"assessing.queue": len(found)},
    )


@bp.get("/handed-in")
@allowed(Role.ASSESSOR)
def handed_in() -> ResponseReturnValue:
    """Show the assessments handed in, the newest assignment first."""
    before = begins_after(request.args.get("cursor")) or None
    rows = all_handed_in(acquis().database, actor().who, reader().files, before=before, limit=SHOWN + 1)
    return render_template(
        "assessor/handed_in.html",
        rows=[(each, reference(each.candidacy, each.route, each.opened_on)) for each in rows[:SHOWN]],
        routes={route.value: said for route, said in ROUTES.items()},
        sheets={each.framework: each for each in certifications(acquis().database, limit=None)},
        following=next_page(rows[SHOWN - 1].assigned_at) if len(rows) > SHOWN else None,
        begun=before is not None,
    )


@bp.get("/comments")
@allowed(Role.ASSESSOR)
def comments() -> ResponseReturnValue:
    """Show the user's bank of comments, the most used first."""
    return _bank(form_of("keep_comment"))


@bp.post("/comments")
@allowed(Role.ASSESSOR)
@stands_on("assessing.comments", "keep_comment")
def keep_comment() -> ResponseReturnValue:
    """Add a comment to the bank."""
    sent = FilledForm(name="keep_comment", values=request.form, sent=True)
    try:
        key = sent.value(KEY) and f"{sent.value(KEY)}/{sent.value('text').strip()}"
        acquis().comments.add(actor().who, sent.value("text"), key=key or None)
    except Refused as refusal:
        sent.refusal = refusal
        return _bank(sent), STATUS[refusal.kind]
    return arrived(url_for("assessing.comments"), None, "assessing.keep_comment")


@bp.post("/comments/<uuid:comment>/removal")
@allowed(Role.ASSESSOR)
def remove_comment(comment: UUID) -> ResponseReturnValue:
    """Remove a comment from the bank."""
    acquis().comments.remove(actor().who, comment)
    return arrived(url_for("assessing.comments"), None, "assessing.remove_comment")


def _bank(sent: FilledForm) -> str:
    return render_template("assessor/comments.html", kept=acquis().comments.of(actor().who), f=sent)
