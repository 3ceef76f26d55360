from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.appeal.annulling import note_ruling_that_annuls, would_follow
from domain.appeal.annulment import Annulments
from domain.appeal.facts import AnnulmentProposed, CourtRuled
from domain.appeal.refold import FOLLOWS, Since, refold, restore
from domain.appeal.review import ContestedDecision, KeyedCourtRuling, Review, questioned, sessions_open_on
from domain.jury.access import run
from domain.jury.annulled_decision import Cause
from domain.jury.facts import DecisionAnnulled, DecisionRestored
from domain.ports import NOBODY, CandidacyId, Log, Role, SessionId
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class NoteCourtRuling:
    """Record that a court upheld a jury's decision, or annulled it (consigner une décision de justice).

    An annulment is proposed, and a second person confirms it (ConfirmAnnulment); sent by the operator, it takes
    effect at once. No earlier request for review is needed. Loads what AnswerReview loads. `quashes` means that a
    higher court quashed the ruling that had annulled the decision, which is in force again; this also loads the
    candidacy's sessions and what `refold` reads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (CourtRuled, AnnulmentProposed, DecisionAnnulled, DecisionRestored, *FOLLOWS)
    again: ClassVar[Again] = {"annuls": lambda append: not append.of(CourtRuled) or append.one(CourtRuled).annuls}
    session: SessionId
    candidacy: CandidacyId
    court: str
    ruled_on: date
    reference: str
    annuls: bool
    quashes: bool = False

    def execute(self, log: Log) -> None:
        """Record CourtRuled, or AnnulmentProposed.

        For an annulment by the operator, also DecisionAnnulled, and CreditFell, TitleFell, TitleWithdrawn if due. If
        it quashes, also DecisionRestored, and CreditRestored. In both cases TitleRestored, TitleReinstated if due.
        """
        decision = questioned(log, self.session, run(log, self.candidacy))
        judgement = KeyedCourtRuling(
            court=self.court, ruled_on=self.ruled_on, reference=self.reference, annuls=self.annuls
        )
        reason = f"{self.court}, {self.ruled_on.isoformat()}, {self.reference}"
        if self.annuls and not self.quashes:
            self._annul(log, decision, judgement, reason)
            return
        review = log.find(Review, Review.id_of(self.session, self.candidacy))
        if not self.quashes:
            log.record(review, review.rule(decision, judgement, log.today))
            return
        since, candidacy = Since(log), decision.candidacy
        log.record(review, review.quash(decision, judgement, sessions_open_on(log.find, candidacy), log.today))
        restore(since, candidacy, [(self.session, decision.deliberation)], self.ruled_on)
        refold(since, [candidacy], reason)

    def _annul(self, log: Log, decision: ContestedDecision, judgement: KeyedCourtRuling, reason: str) -> None:
        def act(since: Since) -> None:
            note_ruling_that_annuls(since, decision, judgement, reason)

        annulments = log.find(Annulments, Annulments.id_of(self.candidacy))
        annulments.check_free(self.session)
        if log.actor.role in NOBODY:
            act(Since(log))
            return
        proposed = AnnulmentProposed(
            candidacy=self.candidacy,
            session=self.session,
            cause=Cause.COURT,
            proposed_by=log.actor.who,
            consequences=would_follow(log, act),
            reason=decision.about_candidate(reason),
            court=self.court,
            ruled_on=self.ruled_on,
            reference=decision.about_candidate(self.reference),
        )
        log.record(annulments, proposed)
