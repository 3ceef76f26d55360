from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.people.facts import RoleProposalRejected
from domain.people.person import Person
from domain.ports import Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class RejectRole:
    """Reject a proposed role, or withdraw a proposal of one's own (écarter un rôle proposé).

    Loads the person.
    """

    roles: ClassVar = frozenset({Role.ADMIN})
    records: ClassVar = (RoleProposalRejected,)
    person: PersonId
    role: Role
    reason: str

    def execute(self, log: Log) -> None:
        person = log.load(Person, self.person)
        log.record(person, person.reject_role(self.role, self.reason))
