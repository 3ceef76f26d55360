from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.people.facts import RoleGranted
from domain.people.person import Person
from domain.ports import NOBODY, Log, PersonId, Role
from domain.refusal import Forbidden


@dataclass(frozen=True, kw_only=True)
class GrantRole:
    """Give a person a role (accorder un rôle). Loads the person."""

    roles: ClassVar = frozenset({Role.ADMIN, Role.OPERATOR})
    records: ClassVar = (RoleGranted,)
    person: PersonId
    role: Role

    def execute(self, log: Log) -> None:
        if self.role in NOBODY:
            raise Forbidden(self.role.value)
        person = log.load(Person, self.person)
        log.record(person, person.grant(self.role))
