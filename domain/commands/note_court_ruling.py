"""How does a court's ruling on a jury's decision become known here?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.access import run
from domain.annulment import annul
from domain.deliberation import Cause
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.review import Judgement, Review, questioned


@dataclass(frozen=True, kw_only=True)
class NoteCourtRuling:
    """Note that a court let a jury's decision stand, or annulled it (consigner une décision de justice).

    Nobody needs to have asked for a review before. Loads what AnswerReview loads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    session: SessionId
    candidacy: CandidacyId
    court: str
    ruled_on: date
    reference: str
    annuls: bool

    def execute(self, log: Log) -> None:
        """Record CourtRuled; if it annuls also DecisionAnnulled, and CreditFell, TitleFell, TitleWithdrawn if due."""
        decision = questioned(log, self.session, run(log, self.candidacy))
        review = log.find(Review, Review.id_of(self.session, self.candidacy))
        judgement = Judgement(court=self.court, ruled_on=self.ruled_on, reference=self.reference, annuls=self.annuls)
        log.record(review, review.rule(decision, judgement, log.today))
        if self.annuls:
            annul(log, decision, Cause.COURT, f"{self.court}, {self.ruled_on.isoformat()}, {self.reference}")
