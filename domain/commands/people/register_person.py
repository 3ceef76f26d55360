from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.framework.jury_rule import Sex
from domain.people.facts import (
    Registered,
    RoleGranted,
    RoleProposed,
    SoleRegistrarDeclared,
    SoleRegistrarWithdrawn,
)
from domain.people.person import Person
from domain.people.second_person import agreed, note_registrar
from domain.people.two_people import FREELY, GUARDED
from domain.ports import NOBODY, Log, PersonId, Role
from domain.refusal import Forbidden
from domain.streams.read_back import Again, Append

GIVEN_BY_REGISTRAR = frozenset({Role.CANDIDATE, Role.ADVISOR, Role.ASSESSOR, Role.JUROR})


def _given(append: Append) -> tuple[Role, ...]:
    """Return the roles that were given or proposed."""
    granted, proposed = append.of(RoleGranted), append.of(RoleProposed)
    return (*(fact.role for fact in granted), *(fact.role for fact in proposed))


@dataclass(frozen=True, kw_only=True)
class RegisterPerson:
    """Register a person and give them roles (enregistrer une personne). Loads only the new stream.

    A registrar registers candidates, advisors, assessors and jurors. Administrators give the other roles; those of
    administrator and registrar only as a proposal to a second person (GrantRole). Loads what `agreed` reads; where
    the operator registers a registrar, also the declaration of a sole registrar.
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (Registered, RoleGranted, RoleProposed, SoleRegistrarDeclared, SoleRegistrarWithdrawn)
    again: ClassVar[Again] = {"given": _given}
    name: str
    email: str | None = None
    given: tuple[Role, ...] = ()
    born: str | None = None
    sex: Sex | None = None

    def execute(self, log: Log) -> None:
        """Record Registered and a RoleGranted, or RoleProposed, for each role."""
        if NOBODY & set(self.given) or (
            log.actor.role is Role.REGISTRAR and not set(self.given) <= GIVEN_BY_REGISTRAR
        ):
            raise Forbidden(log.actor.role.value)
        person = log.find(Person, PersonId(log.new_id("person")))
        given = [self._grant(log, person, role) for role in set_of(self.given)]
        log.record(person, person.register(self.name, self.email, self.born, self.sex), *given)
        if RoleGranted(role=Role.REGISTRAR) in given:
            note_registrar(log, person.id)

    def _grant(self, log: Log, person: Person, role: Role) -> RoleGranted | RoleProposed:
        """Return the grant of the role, or its proposal if it takes two people."""
        return person.grant(role, agreed(log, None, confirms=False) if role in GUARDED else FREELY, log.actor.person)


def set_of(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """Return the roles without duplicates, sorted, so that a repeated request records the same facts."""
    return tuple(sorted(set(roles)))
