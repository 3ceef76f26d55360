from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.enrolment import CandidateAgreement, NothingToWaive
from domain.candidacy.facts import SummonsDelayWaived
from domain.candidacy.rules_before import rules_before
from domain.exam.sitting import Sitting
from domain.framework.framework import Framework
from domain.jury.access import agreeing
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, Role, SessionId, SittingId
from domain.rulebook.rulebook import Rulebook
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class WaiveSummonsDelay:
    """Agree to be called at short notice before a session, or to a sitting (renoncer au délai de convocation).

    The candidate agrees on the portal; the registrar keys the day of the paper that they signed. Loads the candidacy,
    its framework, its rulebook and the sitting, or the session with the law.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (SummonsDelayWaived,)
    again: ClassVar[Again] = {
        "signed_on": lambda append: next((f.waived_on for f in append.of(SummonsDelayWaived) if f.on_paper), None)
    }
    candidacy: CandidacyId
    session: SessionId | None = None
    sitting: SittingId | None = None
    signed_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record SummonsDelayWaived on the candidacy."""
        candidacy = agreeing(log, self.candidacy, self.signed_on)
        log.record(candidacy, self._waived(log, candidacy))

    def _waived(self, log: Log, candidacy: Candidacy) -> SummonsDelayWaived:
        first = log.load(Framework, candidacy.terms.framework).content.registration.begins_on
        agreed = CandidateAgreement(today=log.today, first=first, signed_on=self.signed_on)
        if self.sitting is not None:
            held_on = log.load(Sitting, self.sitting).planned.held_on
            rules = log.load(Rulebook, candidacy.terms.rulebook).content.enrolment
            return candidacy.enrolment.waive_sitting(self.sitting, held_on, rules, agreed)
        if self.session is None:
            raise NothingToWaive
        held_on = log.load(JurySession, self.session).planned.held_on
        rules = rules_before(log.find, candidacy.terms, held_on).content.enrolment
        return candidacy.enrolment.waive(self.session, held_on, rules, agreed)
