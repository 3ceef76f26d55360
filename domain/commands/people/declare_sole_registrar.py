from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.people.facts import SoleRegistrarDeclared
from domain.people.person import Person, RoleNotHeld
from domain.people.staffing import Staffing
from domain.ports import Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class DeclareSoleRegistrar:
    """Declare that the certifier has only one registrar (déclarer un gestionnaire unique).

    That registrar then confirms alone what takes two people, by authenticating again. `registrar` is the person who
    holds the role; None if nobody does yet. Loads the earlier declaration and the registrar. Raises RoleNotHeld.
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
