from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.annulment import Annulments
from domain.appeal.facts import AnnulmentProposed
from domain.appeal.refold import Since
from domain.fraud.deciding import find_fraud, lets_fall, would_follow
from domain.fraud.facts import FraudDismissed, FraudFound
from domain.fraud.fraud import Fraud, FraudFinding, Suspicion
from domain.fraud.suspicion import resume, suspicion
from domain.jury.access import run
from domain.jury.annulled_decision import Cause
from domain.jury.facts import ReleaseResumed
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.refusal import NotFound
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class DecideFraud:
    """Decide whether the candidate committed the fraud, as the body that the rulebook names (statuer sur une fraude).

    `withdraws` are the sessions whose decision is annulled, among those that rested on it; a decision annulled for
    another fraud is also annulled for this one. A block that another certification satisfied is lost with the piece
    that proved it. If something is lost, the finding is proposed, and a registrar who is another person confirms it
    (ConfirmAnnulment). `vote` is the outcome of the vote, if a jury finds the fraud. The reporter may not decide.
    Loads what reporting loads, the pending annulments, and what `refold` reads.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (FraudFound, AnnulmentProposed, FraudDismissed, ReleaseResumed)
    again: ClassVar[Again] = {"found": lambda append: not append.of(FraudDismissed)}
    candidacy: CandidacyId
    case: UUID
    found: bool
    reason: str
    withdraws: tuple[SessionId, ...] = ()
    vote: VoteOutcome | None = None

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        """Record FraudFound if nothing is lost, AnnulmentProposed if something is, or FraudDismissed.

        ReleaseResumed if the withheld results wait for nothing more.
        """
        candidacy = run(log, self.candidacy)
        fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
        case = fraud.cases.get(self.case)
        if case is None:
            raise NotFound(self.case)
        about = suspicion(log, candidacy, frozenset(case.evidence))
        fraud.check_decides(about, self.case, log.actor)
        annulments = log.find(Annulments, Annulments.id_of(self.candidacy))
        annulments.check_free(self.case)
        if self.found:
            self._find(log, about, annulments)
            return
        dismissed = fraud.dismiss(about, self.case, self.reason, log.actor)
        log.record(fraud, dismissed)
        resume(log, about, fraud.evolve(dismissed))

    def _find(self, log: Log, about: Suspicion, annulments: Annulments) -> None:
        finding = FraudFinding(reason=self.reason, by=log.actor.who, withdraws=self.withdraws, vote=self.vote)

        def act(since: Since) -> None:
            find_fraud(since, about, self.case, finding)

        if lets_fall(log.find, about, self.case, self.withdraws):
            proposed = AnnulmentProposed(
                candidacy=self.candidacy,
                case=self.case,
                cause=Cause.FRAUD,
                proposed_by=log.actor.who,
                consequences=would_follow(log, act),
                reason=about.about(self.reason),
                withdraws=tuple(sorted(set(self.withdraws))),
                vote=self.vote,
            )
            log.record(annulments, proposed)
            return
        since = Since(log)
        act(since)
        resume(log, about, since.find(Fraud, Fraud.id_of(about.candidacy.terms.candidate)))
