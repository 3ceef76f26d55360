"""How does a candidate agree to be called at short notice?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.access import agreeing
from domain.jury import JurySession
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.rules_before import rules_before


@dataclass(frozen=True, kw_only=True)
class WaiveSummonsDelay:
    """Agree to be called before a session at short notice (renoncer au délai de convocation).

    The candidate says it here; the registrar keys the day of the paper that they signed. Loads the candidacy, its
    rulebook, the law and the session.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    candidacy: CandidacyId
    session: SessionId
    signed_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record SummonsDelayWaived on the candidacy."""
        candidacy = agreeing(log, self.candidacy, self.signed_on)
        session = log.load(JurySession, self.session)
        held_on = session.planned.held_on
        rules = rules_before(log.find, candidacy.terms, held_on).content.enrolment
        waived = candidacy.enrolment.waive(session.id, held_on, self.signed_on, rules, log.today)
        log.record(candidacy, waived)
