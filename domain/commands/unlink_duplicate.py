"""How are two files found to be of two people after all?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy import OwnWork
from domain.person import Person
from domain.ports import Log, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class UnlinkDuplicate:
    """Say that two files are of two people after all: all is as it was (délier un doublon). Loads both."""

    roles: ClassVar = frozenset({Role.REGISTRAR})
    person: PersonId
    other: PersonId
    ground: str

    def execute(self, log: Log) -> None:
        """Record DuplicateUnlinked on both."""
        one, two = log.load(Person, self.person), log.load(Person, self.other)
        if log.actor.person in {self.person, self.other}:
            raise OwnWork(log.actor.who)
        log.record(one, one.unlink(two.id, self.ground))
        log.record(two, two.unlink(one.id, self.ground))
