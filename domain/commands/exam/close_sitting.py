from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.exam.facts import SittingClosed
from domain.jury.access import watch
from domain.ports import Log, Role, SittingId


@dataclass(frozen=True, kw_only=True)
class CloseSitting:
    """Close the sitting when all candidates have signed out (clore l'épreuve). Loads the sitting."""

    roles: ClassVar = frozenset({Role.INVIGILATOR})
    records: ClassVar = (SittingClosed,)
    sitting: SittingId

    def execute(self, log: Log) -> None:
        sitting = watch(log, self.sitting)
        log.record(sitting, sitting.close(log.actor.who))
