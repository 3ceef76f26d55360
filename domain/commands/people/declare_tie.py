from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.people.facts import Tie, TieDeclared
from domain.people.person import Person
from domain.ports import Log, PersonId, Role
from domain.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class DeclareTie:
    """Declare a tie between a juror or assessor and a candidate (déclarer un lien). Loads both persons.

    The juror or assessor does so, or the registrar at a candidate's request: if candidates could declare ties
    themselves, any of them could empty a panel. Recorded on the juror's stream, which decisions rely on.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR, Role.ASSESSOR})
    records: ClassVar = (TieDeclared,)
    person: PersonId
    candidate: PersonId
    tie: Tie

    def execute(self, log: Log) -> None:
        if log.actor.role is not Role.REGISTRAR and log.actor.person != self.person:
            raise NotFound(self.person)
        log.load(Person, self.candidate)
        person = log.load(Person, self.person)
        log.record(person, person.declare_tie(self.candidate, self.tie, log.actor.who))
