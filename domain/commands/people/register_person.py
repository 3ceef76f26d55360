from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.framework.jury_rule import Sex
from domain.people.facts import Registered, RoleGranted
from domain.people.person import Person
from domain.ports import NOBODY, Log, PersonId, Role
from domain.refusal import Forbidden
from domain.replay.read_back import Again

GIVEN_BY_REGISTRAR = frozenset({Role.CANDIDATE, Role.ADVISOR, Role.ASSESSOR, Role.JUROR})


@dataclass(frozen=True, kw_only=True)
class RegisterPerson:
    """Register a person and give them roles (enregistrer une personne). Loads nothing but the new stream.

    A registrar registers candidates, advisors, assessors and jurors; other roles are the administrator's to give.
    """

    roles: ClassVar = frozenset({Role.ADMIN, Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (Registered, RoleGranted)
    again: ClassVar[Again] = {"given": lambda append: tuple(fact.role for fact in append.of(RoleGranted))}
    name: str
    email: str | None = None
    given: tuple[Role, ...] = ()
    born: str | None = None
    sex: Sex | None = None

    def execute(self, log: Log) -> None:
        """Record Registered and a RoleGranted for each role."""
        if NOBODY & set(self.given) or (
            log.actor.role is Role.REGISTRAR and not set(self.given) <= GIVEN_BY_REGISTRAR
        ):
            raise Forbidden(log.actor.role.value)
        person = log.find(Person, PersonId(log.new_id("person")))
        log.record(
            person,
            person.register(self.name, self.email, self.born, self.sex),
            *(person.grant(role) for role in set_of(self.given)),
        )


def set_of(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """Give the roles once each, in a steady order, so that a repeated request records the same facts."""
    return tuple(sorted(set(roles)))
