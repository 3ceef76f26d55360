from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.jury.deciding import before
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionVoted, KeyedFromPaper
from domain.jury.vote import Outcome
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.replay.read_back import Again, Append


def _outcome(append: Append) -> Outcome:
    fact = append.one(DecisionVoted)
    decided = Outcome.MAJORITY if fact.majority else Outcome.NONE
    return Outcome.CASTING_VOTE if fact.casting_vote else decided


@dataclass(frozen=True, kw_only=True)
class NoteVote:
    """Note how the vote on a candidate came out: never who voted what, nor how many (constater un vote).

    Only where the chair's vote settled a tie, how many of the panel abstained: the others must be even.
    Loads what every decision relies on, and the deliberation.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (DecisionVoted, KeyedFromPaper)
    again: ClassVar[Again] = {"outcome": _outcome}
    session: SessionId
    candidacy: CandidacyId
    outcome: Outcome
    abstentions: int | None = None

    @property
    def subject(self) -> UUID:
        """What the user was shown."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record DecisionVoted; KeyedFromPaper before it, of a session held on paper."""
        context = before(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        log.record(
            deliberation,
            *deliberation.keyed(context.session, self.candidacy, log.actor.who),
            deliberation.vote(context, self.outcome, self.abstentions),
        )
