from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.facts import RectificationProposed, ReviewAnswered
from domain.appeal.rectification import Minuted, Rectification, minutes_of
from domain.appeal.refold import FOLLOWS, Since, annul, refold
from domain.appeal.review import Review, questioned
from domain.jury.access import oneself, run
from domain.jury.annulled_decision import Cause
from domain.jury.facts import DecisionAnnulled
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class AnswerReview:
    """Reject a request for review with reasons, or accept it and annul the decision (répondre à un réexamen).

    With `minuted`, what the signed minutes say where something was keyed otherwise: it is proposed to be rectified,
    for a second person to approve, and nothing is annulled. Loads the candidacy, the session, the deliberation, the
    rulebook, the request; where it annuls or rectifies also the framework and the candidacy's other deliberations;
    then the register, or what is rectified already.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (ReviewAnswered, RectificationProposed, DecisionAnnulled, *FOLLOWS)
    session: SessionId
    candidacy: CandidacyId
    accepted: bool
    reason: str
    minuted: Minuted | None = None

    @property
    def subject(self) -> UUID:
        """What the user was shown."""
        return Review.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record ReviewAnswered, then RectificationProposed, or DecisionAnnulled with what falls.

        That is TitleFell, TitleWithdrawn, CreditFell; and TitleRestored, TitleReinstated of a title that waited.
        """
        decision = questioned(log, self.session, run(log, self.candidacy))
        review = log.find(Review, self.subject)
        rectifies = self.minuted is not None
        answer = review.answer(
            decision, accepted=self.accepted, reason=self.reason, by=oneself(log), rectifies=rectifies
        )
        log.record(review, answer)
        if self.minuted is not None:
            minutes = minutes_of(log, self.session, self.candidacy)
            rectification = log.find(Rectification, Rectification.id_of(self.session, self.candidacy))
            log.record(rectification, rectification.propose(minutes, self.minuted, self.reason, log.actor.who))
        elif self.accepted:
            since, candidacy = Since(log), decision.candidacy
            annul(since, candidacy, [(decision.session, decision.deliberation)], Cause.REVIEW, log.today)
            refold(since, [candidacy], self.reason)
