from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.exam.facts import CaseHandedOver
from domain.jury.access import run, run_sitting
from domain.ports import CandidacyId, Log, Role, SittingId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class HandOverCase:
    """Give an individual candidate the case of an épreuve, on the day that the rulebook sets (remettre le cas).

    Loads the sitting, the candidacy and its rulebook.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (CaseHandedOver,)
    sitting: SittingId
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        sitting = run_sitting(log, self.sitting)
        candidacy = run(log, self.candidacy)
        days = log.load(Rulebook, candidacy.terms.rulebook).content.case_days_before
        log.record(sitting, sitting.hand_over(candidacy, days, log.today))
