from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.candidacy import OwnWork
from domain.jury.access import oneself
from domain.people.facts import LinkRejected
from domain.people.person import Person
from domain.ports import Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class RejectLink:
    """Reject a proposed link between two files, or withdraw a proposal of one's own (écarter un lien proposé).

    Loads both.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (LinkRejected,)
    person: PersonId
    other: PersonId
    reason: str

    def execute(self, log: Log) -> None:
        """Record LinkRejected on both."""
        one, two = log.load(Person, self.person), log.load(Person, self.other)
        if oneself(log) & {self.person, self.other}:
            raise OwnWork(log.actor.who)
        log.record(one, one.reject_link(two.id, self.reason))
        log.record(two, two.reject_link(one.id, self.reason))
