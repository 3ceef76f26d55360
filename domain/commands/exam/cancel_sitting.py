from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.exam.facts import SittingCancelled
from domain.jury.access import run_sitting
from domain.ports import Log, Role, SittingId


@dataclass(frozen=True, kw_only=True)
class CancelSitting:
    """Cancel a sitting before it opens (annuler une épreuve). Loads the sitting.

    The candidates on its list may then be called to another.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (SittingCancelled,)
    sitting: SittingId
    reason: str

    def execute(self, log: Log) -> None:
        sitting = run_sitting(log, self.sitting)
        log.record(sitting, sitting.cancel(self.reason, by=log.actor.who))
