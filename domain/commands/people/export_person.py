from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.people.facts import PersonExported
from domain.people.person import HANDS_OUT, Person
from domain.ports import Log, PersonId, Role
from domain.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class ExportPerson:
    """Export all data about a person, to hand it to them (donner à une personne ses données).

    The right of access, RGPD art. 15. Any user gets their own data, in any role; the registrar and the operator get
    anybody's, to hand it to them. Loads the person.
    """

    roles: ClassVar = frozenset(Role) - {Role.SYSTEM}
    records: ClassVar = (PersonExported,)
    person: PersonId

    def execute(self, log: Log) -> None:
        if log.actor.role not in HANDS_OUT and log.actor.person != self.person:
            raise NotFound(self.person)
        person = log.load(Person, self.person)
        log.record(person, person.export())
