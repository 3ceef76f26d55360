from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.candidacy import OwnWork
from domain.people.facts import RoleGranted, RoleProposed, SoleRegistrarDeclared, SoleRegistrarWithdrawn
from domain.people.one_person import files_of
from domain.people.person import Person
from domain.people.second_person import agreed, note_registrar
from domain.people.two_people import GUARDED
from domain.ports import NOBODY, Log, PersonId, Role
from domain.refusal import Forbidden
from domain.streams.read_back import Again, Append


def _confirms(append: Append) -> bool:
    """Return whether another person had proposed it."""
    return any(fact.proposed_by is not None for fact in append.of(RoleGranted))


@dataclass(frozen=True, kw_only=True)
class GrantRole:
    """Give a person a role (accorder un rôle).

    The roles of administrator and registrar take two people: one proposes, a second one `confirms`. Nobody gives them
    to themselves. Giving the role of registrar changes the declaration of a sole registrar, if there is one. Loads
    the person; for these roles also what `agreed` reads, and that declaration.
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.OPERATOR})
    records: ClassVar = (RoleGranted, RoleProposed, SoleRegistrarDeclared, SoleRegistrarWithdrawn)
    again: ClassVar[Again] = {"confirms": _confirms}
    person: PersonId
    role: Role
    confirms: bool = False

    def execute(self, log: Log) -> None:
        if self.role in NOBODY:
            raise Forbidden(self.role.value)
        person = log.load(Person, self.person)
        if self.role not in GUARDED:
            log.record(person, person.grant(self.role))
            return
        how = agreed(log, person.roles_waiting.get(self.role), confirms=self.confirms)
        if how is not None and log.actor.person in files_of(log.find, self.person):
            raise OwnWork(self.person)  # neither a second person, nor one alone, may be the one who gets the role
        log.record(person, person.grant(self.role, how, log.actor.person))
        if how is not None and self.role is Role.REGISTRAR:
            note_registrar(log, self.person)
