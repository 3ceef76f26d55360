from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.refold import FOLLOWS, Since, annul, refold
from domain.fraud.facts import FraudDismissed, FraudFound
from domain.fraud.fraud import Fraud
from domain.fraud.suspicion import resume, suspicion
from domain.jury.access import run
from domain.jury.annulled_decision import Cause
from domain.jury.facts import DecisionAnnulled, ReleaseResumed
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.refusal import NotFound
from domain.replay.read_back import Again


@dataclass(frozen=True, kw_only=True)
class DecideFraud:
    """Find that the candidate cheated, or did not, as the body that the rulebook names (statuer sur une fraude).

    `withdraws` are the sessions whose decision falls, of those that rested on it, if any; one that fell for another
    fraud falls for this one too. A block that another certification satisfied falls with the piece that proved it.
    Never by who reported it. Loads what reporting loads and what `refold` finds.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (FraudFound, DecisionAnnulled, FraudDismissed, ReleaseResumed, *FOLLOWS)
    again: ClassVar[Again] = {"found": lambda append: bool(append.of(FraudFound))}
    candidacy: CandidacyId
    case: UUID
    found: bool
    reason: str
    withdraws: tuple[SessionId, ...] = ()

    @property
    def subject(self) -> CandidacyId:
        """What the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        """Record FraudFound, with DecisionAnnulled, CreditFell, TitleFell, TitleWithdrawn, or FraudDismissed.

        And TitleRestored, TitleReinstated of a title that waited for one that fell; ReleaseResumed where what was
        withheld waits for nothing more.
        """
        candidacy = run(log, self.candidacy)
        fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
        case = fraud.cases.get(self.case)
        if case is None:
            raise NotFound(self.case)
        about = suspicion(log, candidacy, frozenset(case.evidence))
        if self.found:
            found = fraud.find(about, self.case, self.reason, self.withdraws, log.actor)
            since = Since(log)
            since.record(fraud, found)
            named = [(session, said) for session, said in about.juries if session.id in self.withdraws]
            falling = [(session, said) for session, said in named if not said.annulled]
            annul(since, candidacy, falling, Cause.FRAUD, log.today)
            fraud = since.find(Fraud, fraud.id)
            refold(since, [candidacy], self.reason, fraud.forged(candidacy.id))
        else:
            dismissed = fraud.dismiss(about, self.case, self.reason, log.actor)
            log.record(fraud, dismissed)
            fraud = fraud.evolve(dismissed)
        resume(log, about, fraud)
