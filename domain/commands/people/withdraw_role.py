from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.people.facts import RoleWithdrawn
from domain.people.person import Person
from domain.ports import Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class WithdrawRole:
    """Withdraw a role from a person (retirer un rôle). Loads the person."""

    roles: ClassVar = frozenset({Role.ADMIN, Role.OPERATOR})
    records: ClassVar = (RoleWithdrawn,)
    person: PersonId
    role: Role

    def execute(self, log: Log) -> None:
        person = log.load(Person, self.person)
        log.record(person, person.withdraw(self.role))
