from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.exam.facts import InvigilatorReplaced
from domain.jury.access import holding, run_sitting
from domain.people.one_person import one_person
from domain.ports import Log, PersonId, Role, SittingId


@dataclass(frozen=True, kw_only=True)
class ReplaceInvigilator:
    """Replace the invigilator of a sitting, before it or on its day (remplacer un surveillant).

    Loads the sitting and the new invigilator, who must have that role, under each of their files.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (InvigilatorReplaced,)
    sitting: SittingId
    replaced: PersonId
    invigilator: PersonId
    reason: str

    def execute(self, log: Log) -> None:
        sitting = run_sitting(log, self.sitting)
        holding(log, self.invigilator, Role.INVIGILATOR)
        files = [each.id for each in one_person(log.find, self.invigilator).files]
        log.record(sitting, sitting.replace_invigilator(self.replaced, files, self.reason))
