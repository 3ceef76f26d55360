from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.appeal.annulment import Annulments
from domain.appeal.facts import AnnulmentProposed
from domain.appeal.refold import FOLLOWS, Since
from domain.appeal.review import KeyedCourtRuling
from domain.candidacy.candidacy import Candidacy
from domain.fraud.deciding import note_ruling_that_lifts, would_follow
from domain.fraud.facts import FindingJudged, FindingLifted
from domain.fraud.fraud import Fraud
from domain.fraud.lifting import judge
from domain.fraud.suspicion import suspicion
from domain.jury.access import run
from domain.jury.annulled_decision import Cause
from domain.jury.facts import DecisionRestored
from domain.ports import NOBODY, CandidacyId, Log, Role
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class NoteFindingRuling:
    """Record that a court upheld a finding or a sanction, or annulled it (consigner une décision de justice).

    An annulment is proposed, and a second person confirms that the finding is lifted (ConfirmAnnulment); sent by the
    operator, it takes effect at once. No earlier request for review is needed. Loads what AnswerFinding loads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (FindingJudged, AnnulmentProposed, FindingLifted, DecisionRestored, *FOLLOWS)
    again: ClassVar[Again] = {
        "annuls": lambda append: not append.of(FindingJudged) or append.one(FindingJudged).annuls
    }
    candidacy: CandidacyId
    case: UUID
    court: str
    ruled_on: date
    reference: str
    annuls: bool
    sanction: str | None = None

    def execute(self, log: Log) -> None:
        """Record FindingJudged, or AnnulmentProposed.

        For an annulment by the operator, also FindingLifted, and what is in force again: DecisionRestored,
        CreditRestored, TitleRestored, TitleReinstated.
        """
        candidacy = run(log, self.candidacy)
        judgement = KeyedCourtRuling(
            court=self.court, ruled_on=self.ruled_on, reference=self.reference, annuls=self.annuls
        )
        if self.annuls:
            self._lift(log, candidacy, judgement)
            return
        fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
        said = judge(fraud, candidacy, self.case, sanction=self.sanction, judgement=judgement, today=log.today)
        log.record(fraud, said)

    def _lift(self, log: Log, candidacy: Candidacy, judgement: KeyedCourtRuling) -> None:
        about = suspicion(log, candidacy)
        reason = f"{self.court}, {self.ruled_on.isoformat()}, {self.reference}"

        def act(since: Since) -> None:
            note_ruling_that_lifts(since, about, self.case, judgement, reason, sanction=self.sanction)

        annulments = log.find(Annulments, Annulments.id_of(self.candidacy))
        annulments.check_free(self.case)
        if log.actor.role in NOBODY:
            act(Since(log))
            return
        proposed = AnnulmentProposed(
            candidacy=self.candidacy,
            case=self.case,
            cause=Cause.COURT,
            proposed_by=log.actor.who,
            consequences=would_follow(log, act),
            reason=about.about(reason),
            court=self.court,
            ruled_on=self.ruled_on,
            reference=about.about(self.reference),
            sanction=self.sanction,
        )
        log.record(annulments, proposed)
