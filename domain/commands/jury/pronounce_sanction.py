from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.annulment import Annulments
from domain.appeal.facts import AnnulmentProposed
from domain.appeal.refold import Since
from domain.fraud.deciding import pronounce, would_follow
from domain.fraud.facts import SanctionPronounced
from domain.fraud.fraud import Fraud, FraudFinding, KeyedSanction, Suspicion
from domain.fraud.suspicion import suspicion
from domain.jury.access import run
from domain.jury.annulled_decision import Cause
from domain.jury.facts import SummonsFell
from domain.jury.presence import falls, let_fall
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class PronounceSanction:
    """Pronounce a sanction that the rulebook lists, apart from any ruling (prononcer une sanction).

    A sanction that voids marks is proposed, and a registrar who is another person confirms it (ConfirmAnnulment).
    `vote` is the outcome of the vote, where the jury pronounces the sanction. Loads what reporting loads, and the
    pending annulments.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (SanctionPronounced, AnnulmentProposed, SummonsFell)
    candidacy: CandidacyId
    case: UUID
    sanction: KeyedSanction
    reason: str
    vote: VoteOutcome | None = None

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        """Record SanctionPronounced, and SummonsFell for each coming jury that an exclusion covers.

        For a sanction that voids marks, record AnnulmentProposed instead.
        """
        candidacy = run(log, self.candidacy)
        fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
        about = suspicion(log, candidacy)
        about.check_decides(log.actor, fraud.of(self.candidacy, self.case))
        annulments = log.find(Annulments, Annulments.id_of(self.candidacy))
        annulments.check_free(self.case)
        finding = FraudFinding(reason=self.reason, by=log.actor.who, vote=self.vote)
        if self.sanction.competences:
            log.record(annulments, self._proposed(log, about, finding))
            return
        pronounced = pronounce(Since(log), about, self.case, self.sanction, finding)
        for session, said in about.juries:
            if self.candidacy in session.listed and falls(said, session, pronounced.until):
                log.record(said, let_fall(said, session, self.candidacy, pronounced.until, log.today))

    def _proposed(self, log: Log, about: Suspicion, finding: FraudFinding) -> AnnulmentProposed:
        def act(since: Since) -> None:
            pronounce(since, about, self.case, self.sanction, finding)

        return AnnulmentProposed(
            candidacy=self.candidacy,
            case=self.case,
            cause=Cause.FRAUD,
            proposed_by=log.actor.who,
            consequences=would_follow(log, act),
            reason=about.about(self.reason),
            sanction=self.sanction.code,
            competences=tuple(sorted(set(self.sanction.competences))),
            vote=self.vote,
        )
