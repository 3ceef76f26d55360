"""Page that reviews a candidate before the chair records what the jury decided, and the act that records it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.commands.jury.record_decision import RecordDecision
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, Recorded, Role, SessionId
from domain.refusal import NotFound
from webapi.accounts.authentication import allowed, reading
from webapi.pages.desk import Desk
from webapi.pages.filled import form_of
from webapi.pages.juror import at_session
from webapi.pages.juror.at_session import KNOWN
from webapi.pages.juror.board import STATES, state
from webapi.pages.juror.deciding import why_not
from webapi.pages.juror.decision_seen import BLOCKS, BlockView, DecisionView, seen
from webapi.pages.juror.lawful import panel_of, ties_known
from webapi.words import phrase

bp = Desk("reviewing", __name__, url_prefix="/jury/<uuid:session>/candidates/<uuid:candidacy>")

LATER: Final = "later"
"""Name in the address of what the chair leaves for later: the number of a block, or the title."""
TITLE: Final = "title"


@dataclass(frozen=True, kw_only=True)
class DecisionDraft:
    """What would be recorded now: blocks granted and not, the title; what waits, and why."""

    granted: tuple[BlockView, ...]
    refused: tuple[BlockView, ...]
    waiting: tuple[BlockView, ...]
    left: tuple[BlockView, ...]
    title: bool
    title_left: bool

    @property
    def blocks(self) -> tuple[BlockView, ...]:
        """The blocks that would be decided, in their order."""
        return tuple(sorted((*self.granted, *self.refused), key=lambda part: part.block.number))

    @property
    def decides(self) -> bool:
        """Return whether anything would be decided."""
        return bool(self.granted or self.refused or self.title)


def draft_decision(one: DecisionView, later: frozenset[str]) -> DecisionDraft:
    """Return what the jury's rulings come to, less what is left for `later`."""
    ripe = tuple(part for part in one.undecided if part.met or not part.unruled)
    left = tuple(part for part in ripe if str(part.block.number) in later)
    now = tuple(part for part in ripe if part not in left)
    granted = tuple(part for part in now if part.met)
    won = one.is_won_with(part.block.number for part in granted)
    due = won and not one.said.title and not one.context.title_before
    return DecisionDraft(
        granted=granted,
        refused=tuple(part for part in now if not part.met),
        waiting=tuple(part for part in one.undecided if part not in ripe),
        left=left,
        title=due and TITLE not in later,
        title_left=due and TITLE in later,
    )


@bp.get("/review")
@allowed(Role.JUROR, Role.REGISTRAR)
def review(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Show what the jury is about to decide of one candidate: rules, opinions, departures, panel, and the vote."""
    of, about = SessionId(session), CandidacyId(candidacy)
    log = reading()
    known_version = at_session.version(log, of, about)
    if request.args.get(KNOWN, "") == str(known_version):
        return Response(status=204)
    known = at_session.at(log, of)
    if about not in known.deliberations or known.deliberations[about].panel is None or known.session.commission:
        raise NotFound(candidacy)
    at_session.read_ahead(log, known)
    one = seen(log, known, about)
    panel = panel_of(known, one.context)
    later = frozenset(request.values.getlist(LATER))
    draft = draft_decision(one, later)
    return render_template(
        "juror/review.html",
        known=known,
        session=known.session,
        candidacy=candidacy,
        one=one,
        shown_version=0 if one.behind else known.version_for(about),
        panel=panel,
        draft=draft,
        later=sorted(later),
        name=known.name_of(candidacy),
        state=STATES[state(known, about, tied=bool(ties_known(log, known, about, one.context)))],
        blocks=BLOCKS,
        why_not=why_not(one, panel),
        outcomes=_outcomes(casting_vote=panel.casting_vote),
        unplaced=_texts_without_a_field(draft),
        recused=[(known.called.get(each) or "?", why) for each, why in one.recusals],
    )


def _outcomes(*, casting_vote: bool) -> Mapping[VoteOutcome, str]:
    """Return how the vote may have come out, in words; the chair's casting vote only where the rules give one."""
    said = {
        VoteOutcome.UNANIMOUS: phrase("À l'unanimité"),
        VoteOutcome.MAJORITY: phrase("À la majorité"),
        VoteOutcome.CASTING_VOTE: phrase("Partage des voix : celle de la présidence l’emporte"),
        VoteOutcome.NONE: phrase("Sans majorité : rien n'est décidé, le jury vote de nouveau"),
    }
    return {
        outcome: words for outcome, words in said.items() if casting_vote or outcome is not VoteOutcome.CASTING_VOTE
    }


def _texts_without_a_field(draft: DecisionDraft) -> list[str]:
    """Return what was typed of a block whose decision the form asks for no more: to be copied."""
    sent, now = form_of("record"), {str(part.block.number) for part in draft.refused}
    rows = range(len(sent.values))
    gone = [row for row in rows if (block := sent.value(f"decisions-{row}-block")) and block not in now]
    texts = (sent.value(f"decisions-{row}-{name}") for row in gone for name in ("reason", "advice"))
    return [text for text in texts if text]


def _lead(_: Recorded, session: UUID, candidacy: UUID) -> str:
    return url_for("deciding.show", session=session, candidacy=candidacy)


@bp.act("/decision", RecordDecision, review, done="Décision enregistrée.", lead=_lead)
def record(session: UUID, candidacy: UUID) -> dict[str, Any]:
    """Record how the vote came out, and what it decided; without a majority, that alone."""
    del session, candidacy
    if request.form.get("outcome") == VoteOutcome.NONE:
        return {"decisions": (), "title": False}
    return {}
