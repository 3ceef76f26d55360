from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.candidacy import OwnWork
from domain.jury.access import oneself
from domain.people.facts import Tie, TieWithdrawn
from domain.people.person import Person
from domain.ports import Log, PersonId, Role
from domain.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class WithdrawTie:
    """Withdraw a declared tie, with the reason (retirer un lien). Loads both persons, and the actor.

    A juror or an assessor withdraws what they declared themselves; a registrar corrects any tie, except their own.
    What was decided meanwhile stays decided.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR, Role.ASSESSOR})
    records: ClassVar = (TieWithdrawn,)
    person: PersonId
    candidate: PersonId
    tie: Tie
    reason: str

    def execute(self, log: Log) -> None:
        registrar = log.actor.role is Role.REGISTRAR
        if not registrar and log.actor.person != self.person:
            raise NotFound(self.person)
        if registrar and oneself(log) & {self.person, self.candidate}:
            raise OwnWork(self.person)
        person = log.load(Person, self.person)
        by = None if registrar else log.actor.who
        log.record(person, person.withdraw_tie(self.candidate, self.tie, self.reason, by))
