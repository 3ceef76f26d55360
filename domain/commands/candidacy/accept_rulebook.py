from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.enrolment import CandidateAgreement
from domain.candidacy.facts import RulebookAccepted
from domain.framework.framework import Framework
from domain.jury.access import agreeing
from domain.ports import CandidacyId, Log, Role
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class AcceptRulebook:
    """Accept the rulebook of a candidacy (accepter le règlement).

    The candidate accepts on the portal; the registrar keys the day of the paper that they signed. Loads the candidacy
    and its framework.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (RulebookAccepted,)
    again: ClassVar[Again] = {
        "signed_on": lambda append: next((f.accepted_on for f in append.of(RulebookAccepted) if f.on_paper), None)
    }
    candidacy: CandidacyId
    signed_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record RulebookAccepted on the candidacy."""
        candidacy = agreeing(log, self.candidacy, self.signed_on)
        first = log.load(Framework, candidacy.terms.framework).content.registration.begins_on
        agreed = CandidateAgreement(today=log.today, first=first, signed_on=self.signed_on)
        log.record(candidacy, candidacy.enrolment.accept(candidacy.terms.rulebook, agreed))
