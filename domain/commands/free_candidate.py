"""How is a candidate of a commission let go before another jury?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import run, run_session
from domain.calling_off import NotToBeFreed, free
from domain.jury import JurySession
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class FreeCandidate:
    """Let a candidate of a commission go before another jury, for a reason (dessaisir une commission d'un candidat).

    Loads the commission, the jury that it reports to, the candidacy and the rulebook.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    session: SessionId
    candidacy: CandidacyId
    reason: str

    def execute(self, log: Log) -> None:
        """Record CandidateFreed."""
        commission = run_session(log, self.session)
        candidacy = run(log, self.candidacy)
        if commission.planned.reports_to is None:
            raise NotToBeFreed(self.candidacy)
        jury = log.load(JurySession, commission.planned.reports_to)
        rules = log.load(Rulebook, commission.planned.rulebook).content.sessions
        log.record(commission, free(commission, jury, candidacy, self.reason, rules))
