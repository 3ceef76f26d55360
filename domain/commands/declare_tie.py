"""How does a tie become known?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.person import Person, Tie
from domain.ports import Log, PersonId, Role
from domain.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class DeclareTie:
    """Declare a tie between a juror or assessor and a candidate (déclarer un lien). Loads both persons.

    Either of the two may say it, or the registrar. It stands on the juror's stream, on which decisions rely.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR, Role.ASSESSOR, Role.CANDIDATE})
    person: PersonId
    candidate: PersonId
    tie: Tie

    def execute(self, log: Log) -> None:
        """Record TieDeclared."""
        actor = log.actor
        speaks_of = self.candidate if actor.role is Role.CANDIDATE else self.person
        if actor.role is not Role.REGISTRAR and actor.person != speaks_of:
            raise NotFound(self.person)
        log.load(Person, self.candidate)
        person = log.load(Person, self.person)
        log.record(person, person.declare_tie(self.candidate, self.tie))
