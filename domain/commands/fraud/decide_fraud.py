from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.annulment import annul_all
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.candidacy.facts import CreditFell
from domain.fraud.facts import FraudDismissed, FraudFound
from domain.fraud.fraud import Fraud, Suspicion
from domain.fraud.suspicion import resume, suspicion
from domain.jury.access import run
from domain.jury.annulled_decision import Cause
from domain.jury.facts import DecisionAnnulled, ReleaseResumed, TitleFell, TitleRestored
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.refusal import NotFound
from domain.register.facts import TitleReinstated, TitleWithdrawn
from domain.replay.read_back import Again


@dataclass(frozen=True, kw_only=True)
class DecideFraud:
    """Find that the candidate cheated, or did not, as the body that the rulebook names (statuer sur une fraude).

    `withdraws` are the sessions whose decision falls, of those that rested on it, if any; one that fell for another
    fraud falls for this one too. A block that another certification satisfied falls with the piece that proved it.
    Never by who reported it. Loads what reporting loads and what counts from elsewhere; where something falls also
    what `let_fall` loads.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (
        FraudFound,
        CreditFell,
        DecisionAnnulled,
        TitleFell,
        TitleWithdrawn,
        FraudDismissed,
        TitleRestored,
        TitleReinstated,
        ReleaseResumed,
    )
    again: ClassVar[Again] = {"found": lambda append: bool(append.of(FraudFound))}
    candidacy: CandidacyId
    case: UUID
    found: bool
    reasons: str
    withdraws: tuple[SessionId, ...] = ()

    @property
    def subject(self) -> CandidacyId:
        """What the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        """Record FraudFound, with CreditFell, DecisionAnnulled, TitleFell, TitleWithdrawn, or FraudDismissed.

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
            found = fraud.find(about, self.case, self.reasons, self.withdraws, log.actor)
            log.record(fraud, found)
            fraud = fraud.evolve(found)
            self._fall(log, candidacy, about, fraud)
        else:
            dismissed = fraud.dismiss(about, self.case, self.reasons, log.actor)
            log.record(fraud, dismissed)
            fraud = fraud.evolve(dismissed)
        resume(log, about, fraud)

    def _fall(self, log: Log, candidacy: Candidacy, about: Suspicion, fraud: Fraud) -> None:
        credit = log.find(Credit, Credit.id_of(candidacy.id))
        forged = list(credit.forged(candidacy.id, fraud.forged(candidacy.id), log.today))
        log.record(credit, *forged)
        for fell in forged:
            credit = credit.evolve(fell)
        named = [(session, said) for session, said in about.juries if session.id in self.withdraws]
        falling = [(session, said) for session, said in named if not said.annulled]
        if falling or forged:
            annul_all(log, candidacy, falling, Cause.FRAUD, self.reasons, on=log.today, credit=credit)
