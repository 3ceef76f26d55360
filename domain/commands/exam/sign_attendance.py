from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.candidacy import Candidacy
from domain.exam.accommodation import Accommodation
from domain.exam.facts import AttendanceSigned, Movement
from domain.jury.access import oneself, watch
from domain.ports import CandidacyId, Log, Role, SittingId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class SignAttendance:
    """Record that a candidate signed on entering, or on leaving (faire émarger).

    Loads the sitting; on entering also the files of the invigilator, the candidacy, its rulebook and its
    accommodation, which determine the minutes.
    """

    roles: ClassVar = frozenset({Role.INVIGILATOR})
    records: ClassVar = (AttendanceSigned,)
    sitting: SittingId
    candidacy: CandidacyId
    movement: Movement
    late: int = 0

    def execute(self, log: Log) -> None:
        sitting, by = watch(log, self.sitting), log.actor.who
        if self.movement is Movement.OUT:
            log.record(sitting, sitting.sign_out(self.candidacy, by=by))
            return
        candidacy = log.load(Candidacy, self.candidacy)
        granted = log.find(Accommodation, Accommodation.id_of(self.candidacy)).measures
        rules = log.load(Rulebook, candidacy.terms.rulebook).content
        case_due = rules.case_days_before is not None
        signed = sitting.sign_in(candidacy, granted, by=by, case_due=case_due, late=self.late)
        rules.enrolment.check_late(self.late)
        sitting.check_other(self.candidacy, oneself(log))
        log.record(sitting, signed)
