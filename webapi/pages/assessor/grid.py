"""Marking a dossier in its grid next to its pieces, with drafts saved at once, and handing it in."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.assessment.hand_over_dossier import HandOverDossier
from domain.people.facts import Tie
from domain.ports import Recorded, Role
from domain.refusal import Refused, StaleVersion
from webapi.accounts.authentication import actor, allowed
from webapi.current import acquis
from webapi.evidence import reading_copies
from webapi.pages.assessor.assessment_grid import Grid, GridLine, Thought, grid
from webapi.pages.desk import Desk, arrived
from webapi.pages.filled import InvalidForm, form_of
from webapi.pages.kept_form import stands_on
from webapi.problems import STATUS
from webapi.requests import whole_number
from webapi.words import phrase

bp = Desk("grid", __name__, url_prefix="/assessments/<uuid:candidacy>")
bp.done["save"] = phrase("Brouillon enregistré : personne d'autre ne le lit tant que l'évaluation n'est pas rendue.")
bp.done["follow"] = phrase("Toutes les compétences ont un avis.")

WITHOUT: Final = (
    "Say that you hand in without an opinion on these competences.",
    "Indiquez que vous rendez l'évaluation sans avis sur ces compétences.",
)
CONTRADICTED: Final = (
    "Say that you hand these comments in as they are, or go back to the grid and change them.",
    "Indiquez que vous rendez ces motifs tels quels, ou revenez à la grille pour les changer.",
)
STALE: Final = 409
AROUND: Final = 8
"""How many pages before and after the current one the strip shows pictures of."""
MOST_SHOWN: Final = 50
"""How many comments of the bank the grid offers, the most used first."""
TIES: Final = {
    Tie.ADVISED: phrase("Je l'ai accompagné·e"),
    Tie.TRAINED: phrase("Je l'ai formé·e"),
    Tie.EMPLOYER: phrase("Je l'emploie ou l'ai employé·e"),
    Tie.COLLEAGUE: phrase("Je travaille ou j'ai travaillé avec elle ou lui"),
    Tie.FAMILY: phrase("Nous sommes de la même famille"),
    Tie.OTHER: phrase("Un autre lien"),
}
"""Ties with the candidate, in the assessor's words."""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was typed for a competence and not saved, because another tab had saved something else."""

    thought: Thought
    stands: Thought


@bp.get("")
@allowed(Role.ASSESSOR)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the grid next to a piece of the dossier."""
    return _shown(grid(candidacy), {})


def _shown(found: Grid, unkept: dict[int, Typed], refusal: Refused | None = None) -> str:
    piece = found.piece(request.values.get("piece", None, int))
    copy = reading_copies.shown(piece) if piece else None
    pages = len(copy.pages) if copy else 0
    page = min(max(request.values.get("page", 1, int), 1), max(pages, 1))
    part = "viewer" if request.method == "GET" and "HX-Request" in request.headers else "grid"
    return render_template(
        f"assessor/{part}.html",
        grid=found,
        at_block=_block(found),
        piece=piece,
        copy=copy,
        page=page,
        strip=_strip(page, pages),
        filled_in=_filled_in(found),
        bank=acquis().comments.of(actor().who)[:MOST_SHOWN] if found.open else [],
        unkept=unkept,
        refusal=refusal,
    )


def _filled_in(found: Grid) -> dict[int, Thought]:
    """Return the values of a form that was sent after its session had ended, by competence."""
    sent = form_of("save")
    return {
        line.number: _thought(line, sent.values) for line in found.open if sent.kept and _is_sent(line, sent.values)
    }


def _is_sent(line: GridLine, form: MultiDict[str, str]) -> bool:
    return f"since-{line.number}" in form


def _thought(line: GridLine, form: MultiDict[str, str]) -> Thought:
    """Return the opinion on one competence that a form contains."""
    mark = form.get(f"mark-{line.number}", "").strip().replace(",", ".")
    return Thought(mark=mark, comment=form.get(f"comment-{line.number}", "").replace("\r\n", "\n").strip())


def _strip(page: int, pages: int) -> list[int]:
    """Return the pages of the strip: those around the current one, the first and the last."""
    around = range(page - AROUND, page + AROUND + 1)
    return [number for number in range(1, pages + 1) if number in around or number in {1, pages}] if pages > 1 else []


def _block(found: Grid) -> int:
    """Return the block to show: the requested one; else that of the next line to mark; else the first."""
    there = [block.number for block, _ in found.blocks]
    sent = form_of("save")
    asked = request.values.get("block", request.values.get("at", sent.values.get("at", 0, int), int), int)
    following = found.unmarked[0] if found.unmarked else found.lines[0]
    return asked if asked in there else found.definition.block_of[following.number].number


@bp.post("/drafts")
@allowed(Role.ASSESSOR)
@stands_on("grid.show", "save")
def save(candidacy: UUID) -> ResponseReturnValue:
    """Save what was typed; send a script the changed parts of the page."""
    found = grid(candidacy)
    try:
        touched, unkept = _keep(found)
    except Refused as refusal:
        return _shown(found, {}, refusal), STATUS[refusal.kind]
    if request.headers.get("HX-Request"):
        inserted = request.form.get("into", 0, int) if "insert" in request.form else 0
        return render_template("assessor/saved.html", grid=grid(candidacy), unkept=unkept, inserted=inserted)
    if unkept:
        return _shown(grid(candidacy), unkept), STALE
    if "filing" in request.form:
        return redirect(url_for("grid.summary", candidacy=candidacy), 303)
    if "following" in request.form:
        return redirect(_following(grid(candidacy)), 303)
    piece, _, page = request.form.get("go", "").partition(":")
    seen: dict[str, Any] = {"block": request.form.get("block") or request.form.get("at")}
    seen |= {"piece": piece or request.form.get("piece"), "page": page or request.form.get("page")}
    place = url_for("grid.show", candidacy=candidacy, **seen)
    banked = "insert" in request.form or "keep" in request.form
    line = request.form.get("into") if banked else str(touched[-1]) if touched else ""
    if "block" in request.form:  # another block was requested: no message about the saving
        return redirect(place, 303)
    return arrived(f"{place}#c{line}" if line else place, None, "grid.save")


def _following(found: Grid) -> str:
    """Return the address of the next competence without a mark, first in the shown block, then in others."""
    block = _block(found)
    unmarked = sorted(found.unmarked, key=lambda line: found.definition.block_of[line.number].number != block)
    if not unmarked:
        return url_for("grid.show", candidacy=found.candidacy, block=block, done="grid.follow")
    number = unmarked[0].number
    seen: dict[str, Any] = {"piece": request.form.get("piece"), "page": request.form.get("page")}
    there = found.definition.block_of[number].number
    return url_for("grid.show", candidacy=found.candidacy, block=there, **seen, _anchor=f"c{number}")


def _keep(found: Grid) -> tuple[list[int], dict[int, Typed]]:
    """Save each changed line; return the lines that were saved, and those that another tab had changed."""
    me, drafts = actor().who, acquis().drafts
    touched: list[int] = []
    unkept: dict[int, Typed] = {}
    for line, thought, since, inserted in _typed(found):
        saving = drafts.save(me, found.candidacy, line.part, thought.text, subject=found.candidate, since=since)
        if inserted and saving.anew:
            acquis().comments.used(me, inserted)
        if saving.saved:
            touched.append(line.number)
        else:
            stands = Thought.drafted(saving.stands) if saving.stands else None
            unkept[line.number] = Typed(thought=thought, stands=stands or line.recorded)
    return touched, unkept


def _typed(found: Grid) -> Iterator[tuple[GridLine, Thought, int | None, UUID | None]]:
    """Yield each changed line: line, opinion, revision that it replaces, and comment of the bank inserted.

    A comment of the bank is inserted once: a click sent twice replaces the same revision. A comment that is to be
    kept is added to the bank.
    """
    bank = {str(each.id): each for each in acquis().comments.of(actor().who)}
    for line in found.open:
        number, form = line.number, request.form
        if not _is_sent(line, form):
            continue
        thought = _thought(line, form)
        comment = thought.comment
        chosen = form.get("into") == str(number)
        kept = bank.get(form.get("bank", "")) if chosen and "insert" in form else None
        if kept and _stands_in(kept.text, comment):  # an earlier click inserted it
            kept = None
        if kept:
            comment = f"{comment} {kept.text}".strip()
        if chosen and "keep" in form and comment:
            acquis().comments.add(actor().who, comment, key=_key(found, line, comment))
        thought = replace(thought, comment=comment)
        if thought != line.thought:
            yield line, thought.after(line.thought), whole_number(form[f"since-{number}"]), kept.id if kept else None


def _key(found: Grid, line: GridLine, comment: str) -> str:
    """Return the key under which a comment is kept once, however often the click is sent; it reveals no text."""
    said = f"{found.candidacy}/{line.number}/{line.since}/{comment}"
    return hmac.new(acquis().settings.secret_key.encode(), said.encode(), "sha256").hexdigest()


def _stands_in(remark: str, comment: str) -> bool:
    """Return whether a comment contains a remark as a whole, not as a part of a word or of a longer sentence."""
    return re.search(rf"(?:^|\s){re.escape(remark)}(?:$|\s)", comment) is not None


@bp.get("/filing")
@allowed(Role.ASSESSOR)
def summary(candidacy: UUID) -> ResponseReturnValue:
    """Show what would be handed in."""
    return render_template("assessor/filing.html", grid=grid(candidacy))


def _queue(recorded: Recorded, candidacy: UUID) -> str:
    """Delete the drafts of a dossier that was handed in or over, and return the address of the queue."""
    del recorded
    acquis().drafts.done(actor().who, candidacy, g.became)
    return url_for("assessing.queue")


@bp.act(
    "/filing",
    FileAssessment,
    summary,
    done="Évaluation rendue : le jury la lit, elle ne change plus.",
    lead=_queue,
    without=("assessor", "marks"),
    signs=True,
)
def hand_in(candidacy: UUID) -> dict[str, Any]:
    """Hand in the assessment as it was shown."""
    found = grid(candidacy)
    if request.form.get("shown") != found.shown:
        raise StaleVersion(found.assessment.id)
    asked = {"without": (found.unmarked, WITHOUT), "as_written": (found.contradicted, CONTRADICTED)}
    unsaid = {name: why for name, (lines, why) in asked.items() if lines and name not in request.form}
    if unsaid:
        raise InvalidForm(unsaid)
    g.became = found.drafts
    return {"assessor": actor().who, "marks": found.unrecorded}


@bp.get("/tie")
@allowed(Role.ASSESSOR)
def tie(candidacy: UUID) -> ResponseReturnValue:
    """Show the form with which an assessor who knows the candidate hands the dossier over."""
    return render_template("assessor/tie.html", grid=grid(candidacy), said_of=TIES)


@bp.act(
    "/tie",
    HandOverDossier,
    tie,
    done="Dossier rendu : le gestionnaire désigne quelqu'un d'autre.",
    lead=_queue,
)
def hand_over(candidacy: UUID) -> None:
    """Hand the dossier over, with the tie that is the reason, if any."""
    g.became = grid(candidacy).drafts
