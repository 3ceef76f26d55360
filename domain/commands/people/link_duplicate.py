from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.candidacy import OwnWork
from domain.jury.access import oneself
from domain.people.facts import DuplicateLinked
from domain.people.person import Person
from domain.ports import Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class LinkDuplicate:
    """Say that two files are of the same person; nothing is merged (lier un doublon). Loads both.

    It is written on both, so that whoever relies on either knows.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (DuplicateLinked,)
    person: PersonId
    other: PersonId
    reason: str

    def execute(self, log: Log) -> None:
        """Record DuplicateLinked on both."""
        one, two = log.load(Person, self.person), log.load(Person, self.other)
        if oneself(log) & {self.person, self.other}:
            raise OwnWork(log.actor.who)
        log.record(one, one.link(two.id, self.reason))
        log.record(two, two.link(one.id, self.reason))
