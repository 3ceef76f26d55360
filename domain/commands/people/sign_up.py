from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.people.facts import Registered, RoleGranted
from domain.people.person import Person
from domain.ports import Log, Role


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """Sign up as a candidate (s'inscrire). Loads only the new stream, which is the actor's own.

    The actor holds no role yet: this command gives them this one, and no other.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE})
    records: ClassVar = (Registered, RoleGranted)
    by_newcomer: ClassVar = True
    name: str
    email: str

    def execute(self, log: Log) -> None:
        person = log.find(Person, log.actor.who)
        log.record(person, person.register(self.name, self.email), person.grant(Role.CANDIDATE))
