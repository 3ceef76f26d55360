"""Page on which the chair takes back a decision before the release; it first shows the exact consequences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapters.log.store import PostgresAttempt
from domain.commands.jury.take_back_decision import TakeBackDecision
from domain.jury.facts import DecisionTakenBack
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, PersonId, Recorded, Role, SessionId
from domain.refusal import NotFound
from webapi.accounts.authentication import allowed, reading
from webapi.juries.dry_run import would
from webapi.pages.desk import Desk
from webapi.pages.juror import at_session
from webapi.pages.juror.decision_seen import BLOCKS, VOTES, BlockView, DecisionView, load_decision
from webapi.problems import language
from webapi.requests import whole_number

bp = Desk("taking_back", __name__, url_prefix="/jury/<uuid:session>/candidates/<uuid:candidacy>")

BLOCK: Final = "block"
"""The parameter of an address for a block to take back; without it, the whole decision."""
SAID: Final = {"granted", "not_granted", "deferred"}


@dataclass(frozen=True, kw_only=True)
class Falls:
    """What is undone with the blocks taken back: title, vote, confirmations and signatures."""

    parts: tuple[BlockView, ...]
    title: bool
    vote: VoteOutcome | None
    confirmed: tuple[PersonId, ...]
    signed: tuple[PersonId, ...]
    sits_again: bool


def can_take_back(log: PostgresAttempt, decision: DecisionView) -> bool:
    """Return whether this reader may take back any decision on the candidate."""
    whole = TakeBackDecision(session=decision.context.session.id, candidacy=decision.context.candidacy.id, reason="?")
    return decision.said.said_anything and would(log, whole)[1] is None


def decided_parts(decision: DecisionView) -> tuple[BlockView, ...]:
    """Return the blocks that were decided or deferred."""
    return tuple(part for part in decision.sought if part.state in SAID)


def _falls(decision: DecisionView, fact: DecisionTakenBack) -> Falls:
    said, session = decision.said, decision.context.session
    sits_again = not session.sits_on(decision.context.candidacy.id)
    return Falls(
        parts=tuple(part for part in decided_parts(decision) if not fact.blocks or part.block.number in fact.blocks),
        title=fact.title,
        vote=said.vote_outcome,
        confirmed=tuple(sorted(said.confirmed)),
        signed=tuple(sorted(session.signed)) if sits_again else (),
        sits_again=sits_again,
    )


def _requested_blocks() -> tuple[int, ...]:
    """Return the blocks that the address names."""
    numbers = (whole_number(each) for each in request.args.getlist(BLOCK))
    return tuple(sorted({each for each in numbers if each is not None}))


@bp.get("/taking-back")
@allowed(Role.JUROR, Role.REGISTRAR)
def show(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Show what is undone if these blocks, or the whole decision, are taken back now; nothing is recorded."""
    session_id, candidacy_id = SessionId(session), CandidacyId(candidacy)
    log = reading()
    known = at_session.at(log, session_id)
    if (
        candidacy_id not in known.deliberations
        or known.deliberations[candidacy_id].panel is None
        or known.session.commission
    ):
        raise NotFound(candidacy)
    at_session.read_ahead(log, known)
    decision = load_decision(log, known, candidacy_id)
    asked = _requested_blocks()
    command = TakeBackDecision(session=session_id, candidacy=candidacy_id, reason="?", blocks=asked)
    facts, refusal = would(log, command)
    taken = [fact for fact in facts if isinstance(fact, DecisionTakenBack)]
    return render_template(
        "juror/taking_back.html",
        known=known,
        session=known.session,
        candidacy=candidacy,
        one=decision,
        name=known.name_of(candidacy),
        parts=decided_parts(decision),
        blocks=BLOCKS,
        asked=asked,
        falls=_falls(decision, taken[0]) if taken else None,
        why_not=refusal.sentence(language()) if refusal else "",
        votes=VOTES,
    )


def _lead(_: Recorded, session: UUID, candidacy: UUID) -> str:
    return url_for("deciding.show", session=session, candidacy=candidacy)


@bp.act("/taking-back", TakeBackDecision, show, done="Décision reprise : elle est à décider de nouveau.", lead=_lead,
        without=("blocks",))  # fmt: skip
def take_back(session: UUID, candidacy: UUID) -> dict[str, Any]:
    """Take back these blocks, or the whole decision."""
    del session, candidacy
    return {"blocks": _requested_blocks()}
