from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.exam.facts import SittingOpened
from domain.framework.framework import Framework
from domain.jury.access import centre_of, watch
from domain.ports import Log, Role, SittingId
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import RemoteActivity


@dataclass(frozen=True, kw_only=True)
class OpenSitting:
    """Open the sitting, as its invigilator, on its day (ouvrir l'épreuve).

    Loads the sitting, its framework and rulebook, and the centre at whose site it is held.
    """

    roles: ClassVar = frozenset({Role.INVIGILATOR})
    records: ClassVar = (SittingOpened,)
    sitting: SittingId

    def execute(self, log: Log) -> None:
        """Record SittingOpened, if the place is authorised today."""
        sitting = watch(log, self.sitting)
        plan = sitting.planned
        opened = sitting.open(log.actor.who, log.today)
        framework = log.load(Framework, plan.framework).content
        rules = log.load(Rulebook, plan.rulebook).content
        plan.venue.check(RemoteActivity.SITTING, log.today, framework, rules, centre_of(log, plan.centre))
        log.record(sitting, opened)
