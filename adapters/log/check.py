"""Does every leaf recompute from its fact, and every decision from the facts before it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from adapters.database.pool import PATIENT, Database
from adapters.log.codec import UNREADABLE, decode, envelope
from adapters.log.line import COLUMNS, line_of
from adapters.log.merkle import leaf_hash
from domain.fact import Stamp, Told
from domain.replay import Unlawful, replay

SEALED = f"""
select {COLUMNS}, l.index, l.hash, l.position, (select next_index from log.head)
  from log.fact e full join log.leaf l on l.position = e.position
 where coalesce(e.position, l.position) <= (select sealed from log.head) order by coalesce(e.position, l.position)
"""  # noqa: S608  (our own words)
BATCH = 2000


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole log found.

    How many facts; which positions are wrong (leaf, line, or a fact that nobody can read); how many leaves were given
    out and are gone; which decisions are unlawful.
    """

    facts: int
    wrong: tuple[int, ...]
    missing: int
    unlawful: tuple[Unlawful, ...]

    @property
    def sound(self) -> bool:
        """Nothing wrong was found."""
        return not self.wrong and not self.missing and not self.unlawful


def check(database: Database) -> Verdict:
    """Recompute every sealed fact's leaf and run the rules again; never trusts a stored hash."""
    leaves = _Leaves()
    unlawful = tuple(replay(told for row in _sealed(database) if (told := leaves.read(row))))
    return Verdict(facts=leaves.facts, wrong=tuple(leaves.wrong), missing=leaves.missing, unlawful=unlawful)


@dataclass
class _Leaves:
    """Holds each fact against its leaf, in order of position."""

    facts: int = 0
    wrong: list[int] = field(default_factory=list)
    given: int = 0
    """Leaves that the head says were given out."""
    met: int = 0
    next: int = 0
    """The index that follows."""

    @property
    def missing(self) -> int:
        """Leaves that were given out and are gone."""
        return self.given - self.met

    def read(self, row: tuple[Any, ...]) -> Told | None:
        """Check a row; gives the fact, if there is one that can be read."""
        position, *_, index, kept, leaf, self.given = row
        alone = position is None
        if alone or kept is None or index != self.next or bytes(kept) != leaf_hash(line_of(row)):
            self.wrong.append(leaf if alone else position)
        if index is not None:
            self.met, self.next = self.met + 1, index + 1
        if alone:
            return None
        self.facts += 1
        try:
            return _told(row)
        except UNREADABLE:
            if position not in self.wrong[-1:]:
                self.wrong.append(position)
            return None


def _told(row: tuple[Any, ...]) -> Told:
    position, stream, version, name, body, _, _, at, *_ = row
    head = envelope(body)
    stamp = Stamp(stream=stream, version=version, position=position, by=head.by, role=head.role, on=head.on, at=at)
    return Told(fact=decode(name, body), stamp=stamp)


def _sealed(database: Database) -> Iterator[tuple[Any, ...]]:
    """All sealed facts, a batch at a time, in one transaction."""
    with database.connection() as connection:
        connection.autocommit = False
        try:
            with connection.cursor() as cursor:
                cursor.execute(PATIENT)
            with connection.cursor(name=f"check_{uuid4().hex}") as cursor:
                cursor.itersize = BATCH
                cursor.execute(SEALED)
                yield from cursor
        finally:
            connection.rollback()
            connection.autocommit = True
