from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.framework.jury_rule import Sex
from domain.people.facts import BirthAndSexStated
from domain.people.person import Person
from domain.ports import Log, PersonId, Role
from domain.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class StateBirthAndSex:
    """State a person's sex, or a birth that is not on file (déclarer sa naissance ou son sexe).

    It is optional. A candidate states their own, the registrar anybody's, as told; no document is seen. Sex may be
    stated again, also as not stated. Loads the person.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (BirthAndSexStated,)
    person: PersonId
    sex: Sex | None = None
    born: str | None = None

    def execute(self, log: Log) -> None:
        if log.actor.role is Role.CANDIDATE and log.actor.person != self.person:
            raise NotFound(self.person)
        person = log.load(Person, self.person)
        log.record(person, person.state(self.born, self.sex))
