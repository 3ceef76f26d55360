"""How does the certifier answer a request for review?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.access import run
from domain.annulment import annul
from domain.deliberation import Cause
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.review import Review, questioned


@dataclass(frozen=True, kw_only=True)
class AnswerReview:
    """Reject a request for review with reasons, or accept it and annul the decision (répondre à un réexamen).

    Loads the candidacy, the session, the deliberation, the rulebook, the request; where it annuls also the framework,
    the candidacy's other deliberations and the register.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    session: SessionId
    candidacy: CandidacyId
    accepted: bool
    reasons: str

    @property
    def subject(self) -> UUID:
        """What the user was shown."""
        return Review.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record ReviewAnswered; where it is accepted also DecisionAnnulled, and TitleFell, TitleWithdrawn if due."""
        decision = questioned(log, self.session, run(log, self.candidacy))
        review = log.find(Review, self.subject)
        log.record(review, review.answer(decision, accepted=self.accepted, reasons=self.reasons))
        if self.accepted:
            annul(log, decision, Cause.REVIEW, self.reasons)
