from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.annulling import accept_review, would_follow
from domain.appeal.annulment import Annulments
from domain.appeal.facts import AnnulmentProposed, RectificationProposed, ReviewAnswered
from domain.appeal.rectification import Minuted, Rectification, minutes_of
from domain.appeal.review import ContestedDecision, Review, questioned
from domain.jury.access import oneself, run
from domain.jury.annulled_decision import Cause
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class AnswerReview:
    """Reject a request for review with reasons, or accept it and propose the annulment (répondre à un réexamen).

    A second person confirms the annulment (ConfirmAnnulment); until then nothing is annulled. `minuted` is the
    content of the signed minutes where something else was keyed: a rectification is proposed, for a second person to
    approve, and nothing is annulled. Loads the candidacy, the session, the deliberation, the rulebook, the request
    and the pending annulments. To propose a rectification, also the framework, the candidacy's other deliberations
    and rectifications; to propose an annulment, what `refold` reads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (ReviewAnswered, RectificationProposed, AnnulmentProposed)
    again: ClassVar[Again] = {
        "accepted": lambda append: not append.of(ReviewAnswered) or append.one(ReviewAnswered).accepted
    }
    session: SessionId
    candidacy: CandidacyId
    accepted: bool
    reason: str
    minuted: Minuted | None = None

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return Review.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record ReviewAnswered, with RectificationProposed if due; or AnnulmentProposed."""
        decision = questioned(log, self.session, run(log, self.candidacy))
        annulments = log.find(Annulments, Annulments.id_of(self.candidacy))
        annulments.check_free(self.session)
        if self.accepted and self.minuted is None:
            log.record(annulments, self._proposed(log, decision))
            return
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

    def _proposed(self, log: Log, decision: ContestedDecision) -> AnnulmentProposed:
        return AnnulmentProposed(
            candidacy=self.candidacy,
            session=self.session,
            cause=Cause.REVIEW,
            proposed_by=log.actor.who,
            consequences=would_follow(log, lambda since: accept_review(since, decision, self.reason)),
            reason=decision.about_candidate(self.reason),
        )
