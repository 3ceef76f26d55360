from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.exam.facts import PaperCollected
from domain.jury.access import oneself, watch
from domain.ports import CandidacyId, Log, Role, SittingId


@dataclass(frozen=True, kw_only=True)
class CollectPaper:
    """Collect a candidate's paper under the number on it, or a random one (ramasser une copie).

    Loads the sitting, and the files of the invigilator.
    """

    roles: ClassVar = frozenset({Role.INVIGILATOR})
    records: ClassVar = (PaperCollected,)
    sitting: SittingId
    candidacy: CandidacyId
    number: int | None = None

    def execute(self, log: Log) -> None:
        sitting = watch(log, self.sitting)
        number = sitting.draw(log.new_id("paper")) if self.number is None else self.number
        collected = sitting.collect(self.candidacy, number, by=log.actor.who)
        sitting.check_other(self.candidacy, oneself(log))
        log.record(sitting, collected)
