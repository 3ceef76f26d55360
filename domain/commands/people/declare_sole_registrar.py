from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.people.facts import SoleRegistrarDeclared
from domain.people.person import Person, RoleNotHeld
from domain.people.staffing import Staffing
from domain.ports import Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class DeclareSoleRegistrar:
    """Declare that the certifier has one registrar only (déclarer un gestionnaire unique).

    They then confirm alone what takes two people, proving again who they are. `registrar` is who holds the role; None
    where nobody does yet. Finds what was declared before; loads the registrar. Raises RoleNotHeld.
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.OPERATOR})
    records: ClassVar = (SoleRegistrarDeclared,)
    reason: str
    registrar: PersonId | None = None

    def execute(self, log: Log) -> None:
        staffing = log.find(Staffing, Staffing.the())
        if self.registrar is not None and Role.REGISTRAR not in log.load(Person, self.registrar).roles:
            raise RoleNotHeld(Role.REGISTRAR.value)
        log.record(staffing, staffing.declare(self.reason, log.today, self.registrar))
