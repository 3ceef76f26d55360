from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.people.facts import SoleRegistrarWithdrawn
from domain.people.staffing import Staffing
from domain.ports import Log, Role


@dataclass(frozen=True, kw_only=True)
class WithdrawSoleRegistrar:
    """Declare that the certifier has several registrars again (retirer la déclaration de gestionnaire unique).

    Loads the declaration.
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.OPERATOR})
    records: ClassVar = (SoleRegistrarWithdrawn,)
    reason: str

    def execute(self, log: Log) -> None:
        staffing = log.find(Staffing, Staffing.the())
        log.record(staffing, staffing.withdraw(self.reason, log.today))
