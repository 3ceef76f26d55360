from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.annulment import Annulments
from domain.appeal.facts import AnnulmentProposed
from domain.fraud.deciding import accept_review_of_finding, would_follow
from domain.fraud.facts import FindingAnswered
from domain.fraud.fraud import Fraud
from domain.fraud.lifting import answer
from domain.fraud.suspicion import suspicion
from domain.jury.access import oneself, run
from domain.jury.annulled_decision import Cause
from domain.ports import CandidacyId, Log, Role
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class AnswerFinding:
    """Reject the review of a finding or a sanction with reasons, or propose to lift it (répondre, lever).

    A second person confirms the lifting (ConfirmAnnulment). Nobody may do so who reported or found the fraud,
    pronounced a contested sanction, or confirmed these. Loads what contesting it loads and the pending annulments; to
    lift it, also what reporting a fraud loads, and what `refold` reads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (FindingAnswered, AnnulmentProposed)
    again: ClassVar[Again] = {"accepted": lambda append: not append.of(FindingAnswered)}
    candidacy: CandidacyId
    case: UUID
    accepted: bool
    reason: str

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        """Record FindingAnswered, which rejects the request; or AnnulmentProposed."""
        candidacy = run(log, self.candidacy)
        fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
        annulments = log.find(Annulments, Annulments.id_of(self.candidacy))
        annulments.check_free(self.case)
        said = answer(fraud, candidacy, self.case, accepted=self.accepted, reason=self.reason, by=oneself(log))
        if not self.accepted:
            log.record(fraud, said)
            return
        about, asked = suspicion(log, candidacy), fraud.of(self.candidacy, self.case).asked
        proposed = AnnulmentProposed(
            candidacy=self.candidacy,
            case=self.case,
            cause=Cause.REVIEW,
            proposed_by=log.actor.who,
            consequences=would_follow(
                log, lambda since: accept_review_of_finding(since, about, self.case, self.reason, by=about.names)
            ),
            reason=about.about(self.reason),
            sanction=asked.sanction if asked else None,
        )
        log.record(annulments, proposed)
