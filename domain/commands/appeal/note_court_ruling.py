from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.appeal.facts import CourtRuled
from domain.appeal.refold import FOLLOWS, Since, annul, refold, restore
from domain.appeal.review import Judgement, Review, questioned, sessions_open_on
from domain.jury.access import run
from domain.jury.annulled_decision import Cause
from domain.jury.facts import DecisionAnnulled, DecisionRestored
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class NoteCourtRuling:
    """Note that a court let a jury's decision stand, or annulled it (consigner une décision de justice).

    Nobody needs to have asked for a review before. Loads what AnswerReview loads. `quashes`: a higher court quashed
    the ruling that had annulled the decision, which stands again; loads the candidacy's sessions and what
    `refold` finds.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (CourtRuled, DecisionAnnulled, DecisionRestored, *FOLLOWS)
    session: SessionId
    candidacy: CandidacyId
    court: str
    ruled_on: date
    reference: str
    annuls: bool
    quashes: bool = False

    def execute(self, log: Log) -> None:
        """Record CourtRuled; if it annuls also DecisionAnnulled, and CreditFell, TitleFell, TitleWithdrawn if due.

        If it quashes also DecisionRestored, and CreditRestored. Either way TitleRestored, TitleReinstated if due.
        """
        decision = questioned(log, self.session, run(log, self.candidacy))
        review = log.find(Review, Review.id_of(self.session, self.candidacy))
        judgement = Judgement(court=self.court, ruled_on=self.ruled_on, reference=self.reference, annuls=self.annuls)
        since, candidacy = Since(log), decision.candidacy
        reason = f"{self.court}, {self.ruled_on.isoformat()}, {self.reference}"
        if self.quashes:
            now_open = sessions_open_on(log.find, candidacy)
            log.record(review, review.quash(decision, judgement, now_open, log.today))
            restore(since, candidacy, [(self.session, decision.deliberation)], self.ruled_on)
            refold(since, [candidacy], reason)
            return
        log.record(review, review.rule(decision, judgement, log.today))
        if self.annuls:
            annul(since, candidacy, [(decision.session, decision.deliberation)], Cause.COURT, self.ruled_on)
            refold(since, [candidacy], reason)
