from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.appeal.annulment import annul
from domain.appeal.facts import CourtRuled
from domain.appeal.restoring import restore_all
from domain.appeal.review import Judgement, Review, questioned, sessions_open_on
from domain.candidacy.facts import CreditFell, CreditRestored
from domain.fraud.fraud import Fraud
from domain.jury.access import run
from domain.jury.annulled_decision import Cause
from domain.jury.facts import DecisionAnnulled, DecisionRestored, TitleFell, TitleRestored
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.register.facts import TitleReinstated, TitleWithdrawn


@dataclass(frozen=True, kw_only=True)
class NoteCourtRuling:
    """Note that a court let a jury's decision stand, or annulled it (consigner une décision de justice).

    Nobody needs to have asked for a review before. Loads what AnswerReview loads. `quashes`: a higher court quashed
    the ruling that had annulled the decision, which stands again; loads the candidacy's sessions and what
    `restore_all` loads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (
        CourtRuled,
        DecisionAnnulled,
        CreditFell,
        TitleFell,
        TitleWithdrawn,
        DecisionRestored,
        CreditRestored,
        TitleRestored,
        TitleReinstated,
    )
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
        reason = f"{self.court}, {self.ruled_on.isoformat()}, {self.reference}"
        if self.quashes:
            now_open = sessions_open_on(log.find, decision.candidacy)
            log.record(review, review.quash(decision, judgement, now_open, log.today))
            forged = log.find(Fraud, Fraud.id_of(decision.candidacy.terms.candidate)).forged(self.candidacy)
            restore_all(
                log, decision.candidacy, [(self.session, decision.deliberation)], reason, forged, on=self.ruled_on
            )
            return
        log.record(review, review.rule(decision, judgement, log.today))
        if self.annuls:
            annul(log, decision, Cause.COURT, reason, self.ruled_on)
