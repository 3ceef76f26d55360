"""Review of a candidate before the chair records the jury's decision, and the act that records it."""

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
from webapi.pages.juror.decision_seen import BLOCKS, BlockView, DecisionView, load_decision
from webapi.pages.juror.lawful import panel_of, ties_known
from webapi.words import phrase

bp = Desk("reviewing", __name__, url_prefix="/jury/<uuid:session>/candidates/<uuid:candidacy>")

LATER: Final = "later"
"""The parameter of an address for what the chair leaves for later: the number of a block, or the title."""
TITLE: Final = "title"


@dataclass(frozen=True, kw_only=True)
class DecisionDraft:
    """The decision as it would be recorded now: blocks granted and refused, the title, and what waits."""

    granted: tuple[BlockView, ...]
    refused: tuple[BlockView, ...]
    waiting: tuple[BlockView, ...]
    left: tuple[BlockView, ...]
    title: bool
    title_left: bool

    @property
    def blocks(self) -> tuple[BlockView, ...]:
        """Return the blocks that would be decided, in order."""
        return tuple(sorted((*self.granted, *self.refused), key=lambda part: part.block.number))

    @property
    def decides(self) -> bool:
        """Return whether anything would be decided."""
        return bool(self.granted or self.refused or self.title)


def draft_decision(decision: DecisionView, later: frozenset[str]) -> DecisionDraft:
    """Return the decision that results from the jury's rulings, without what is left for `later`."""
    ripe = tuple(part for part in decision.undecided if part.met or not part.unruled)
    left = tuple(part for part in ripe if str(part.block.number) in later)
    now = tuple(part for part in ripe if part not in left)
    granted = tuple(part for part in now if part.met)
    won = decision.is_won_with(part.block.number for part in granted)
    due = won and not decision.said.title and not decision.context.title_before
    return DecisionDraft(
        granted=granted,
        refused=tuple(part for part in now if not part.met),
        waiting=tuple(part for part in decision.undecided if part not in ripe),
        left=left,
        title=due and TITLE not in later,
        title_left=due and TITLE in later,
    )


@bp.get("/review")
@allowed(Role.JUROR, Role.REGISTRAR)
def review(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Show the decision before it is recorded: rules, opinions, departures, panel and vote."""
    session_id, candidacy_id = SessionId(session), CandidacyId(candidacy)
    log = reading()
    known_version = at_session.version(log, session_id, candidacy_id)
    if request.args.get(KNOWN, "") == str(known_version):
        return Response(status=204)
    known = at_session.at(log, session_id)
    if (
        candidacy_id not in known.deliberations
        or known.deliberations[candidacy_id].panel is None
        or known.session.commission
    ):
        raise NotFound(candidacy)
    at_session.read_ahead(log, known)
    decision = load_decision(log, known, candidacy_id)
    panel = panel_of(known, decision.context)
    later = frozenset(request.values.getlist(LATER))
    draft = draft_decision(decision, later)
    return render_template(
        "juror/review.html",
        known=known,
        session=known.session,
        candidacy=candidacy,
        one=decision,
        shown_version=0 if decision.behind else known.version_for(candidacy_id),
        panel=panel,
        draft=draft,
        later=sorted(later),
        name=known.name_of(candidacy),
        state=STATES[state(known, candidacy_id, tied=bool(ties_known(log, known, candidacy_id, decision.context)))],
        blocks=BLOCKS,
        why_not=why_not(decision, panel),
        outcomes=_outcomes(casting_vote=panel.casting_vote),
        unplaced=_texts_without_a_field(draft),
        recused=[(known.called.get(each) or "?", why) for each, why in decision.recusals],
    )


def _outcomes(*, casting_vote: bool) -> Mapping[VoteOutcome, str]:
    """Return the possible results of the vote, in words; the casting vote only if the rules give one."""
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
    """Return texts about blocks that the form no longer asks about, to be copied."""
    sent, now = form_of("record"), {str(part.block.number) for part in draft.refused}
    rows = range(len(sent.values))
    gone = [row for row in rows if (block := sent.value(f"decisions-{row}-block")) and block not in now]
    texts = (sent.value(f"decisions-{row}-{name}") for row in gone for name in ("reason", "advice"))
    return [text for text in texts if text]


def _lead(_: Recorded, session: UUID, candidacy: UUID) -> str:
    return url_for("deciding.show", session=session, candidacy=candidacy)


@bp.act("/decision", RecordDecision, review, done="Décision enregistrée.", lead=_lead)
def record(session: UUID, candidacy: UUID) -> dict[str, Any]:
    """Record the result of the vote and what it decided; without a majority, only the result."""
    del session, candidacy
    if request.form.get("outcome") == VoteOutcome.NONE:
        return {"decisions": (), "title": False}
    return {}
