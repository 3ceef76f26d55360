"""Page on which the chair takes back what the jury decided, until the release; it says first exactly what falls."""

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
from webapi.pages.juror.decision_seen import BLOCKS, VOTES, BlockView, DecisionView, seen
from webapi.problems import language
from webapi.requests import whole_number

bp = Desk("taking_back", __name__, url_prefix="/jury/<uuid:session>/candidates/<uuid:candidacy>")

BLOCK: Final = "block"
"""Name in the address of a block that is taken back; none: the whole."""
SAID: Final = {"granted", "not_granted", "deferred"}


@dataclass(frozen=True, kw_only=True)
class Falls:
    """What falls with the blocks taken back: the title, the vote, who confirmed, who had signed."""

    parts: tuple[BlockView, ...]
    title: bool
    vote: VoteOutcome | None
    confirmed: tuple[PersonId, ...]
    signed: tuple[PersonId, ...]
    sits_again: bool


def can_take_back(log: PostgresAttempt, one: DecisionView) -> bool:
    """Return whether this reader may take back something that was decided of the candidate."""
    whole = TakeBackDecision(session=one.context.session.id, candidacy=one.context.candidacy.id, reason="?")
    return one.said.said_anything and would(log, whole)[1] is None


def decided_parts(one: DecisionView) -> tuple[BlockView, ...]:
    """Return the blocks that were decided, or put off."""
    return tuple(part for part in one.sought if part.state in SAID)


def _falls(one: DecisionView, fact: DecisionTakenBack) -> Falls:
    said, session = one.said, one.context.session
    sits_again = not session.sits_on(one.context.candidacy.id)
    return Falls(
        parts=tuple(part for part in decided_parts(one) if not fact.blocks or part.block.number in fact.blocks),
        title=fact.title,
        vote=said.vote_outcome,
        confirmed=tuple(sorted(said.confirmed)),
        signed=tuple(sorted(session.signed)) if sits_again else (),
        sits_again=sits_again,
    )


def _asked() -> tuple[int, ...]:
    """Return the blocks that the address names."""
    numbers = (whole_number(each) for each in request.args.getlist(BLOCK))
    return tuple(sorted({each for each in numbers if each is not None}))


@bp.get("/taking-back")
@allowed(Role.JUROR, Role.REGISTRAR)
def show(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Show what falls if these blocks, or the whole decision, are taken back now; nothing is recorded."""
    of, about = SessionId(session), CandidacyId(candidacy)
    log = reading()
    known = at_session.at(log, of)
    if about not in known.deliberations or known.deliberations[about].panel is None or known.session.commission:
        raise NotFound(candidacy)
    at_session.read_ahead(log, known)
    one = seen(log, known, about)
    asked = _asked()
    command = TakeBackDecision(session=of, candidacy=about, reason="?", blocks=asked)
    facts, refusal = would(log, command)
    taken = [fact for fact in facts if isinstance(fact, DecisionTakenBack)]
    return render_template(
        "juror/taking_back.html",
        known=known,
        session=known.session,
        candidacy=candidacy,
        one=one,
        name=known.name_of(candidacy),
        parts=decided_parts(one),
        blocks=BLOCKS,
        asked=asked,
        falls=_falls(one, taken[0]) if taken else None,
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
    return {"blocks": _asked()}
