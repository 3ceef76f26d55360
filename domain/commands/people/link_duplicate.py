from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.candidacy import OwnWork
from domain.jury.access import oneself
from domain.people.facts import DuplicateLinked, LinkProposed
from domain.people.person import Person
from domain.people.second_person import agreed
from domain.ports import Log, PersonId, Role
from domain.streams.read_back import Again, Append


def _confirms(append: Append) -> bool:
    """Return whether another person had proposed it."""
    return any(fact.proposed_by is not None for fact in append.of(DuplicateLinked))


@dataclass(frozen=True, kw_only=True)
class LinkDuplicate:
    """Link two files of the same person, without merging them (lier un doublon). Loads both.

    It takes two people: one proposes, a second one `confirms`. Recorded on both streams, so that any command relying
    on either sees it. Loads what `agreed` reads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (DuplicateLinked, LinkProposed)
    again: ClassVar[Again] = {"confirms": _confirms}
    person: PersonId
    other: PersonId
    reason: str
    confirms: bool = False

    def execute(self, log: Log) -> None:
        """Record DuplicateLinked, or LinkProposed, on both."""
        one, two = log.load(Person, self.person), log.load(Person, self.other)
        if oneself(log) & {self.person, self.other}:
            raise OwnWork(log.actor.who)
        how = agreed(log, one.links_waiting.get(two.id), confirms=self.confirms)
        log.record(one, one.link(two.id, self.reason, how, log.actor.who))
        log.record(two, two.link(one.id, self.reason, how, log.actor.who))
