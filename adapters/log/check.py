"""Does every leaf recompute from its fact, and every decision from the facts before it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from adapters.database.pool import Database
from adapters.log.codec import decode, envelope
from adapters.log.line import line
from adapters.log.merkle import leaf_hash
from domain.fact import Stamp, Told
from domain.replay import Unlawful, replay

SEALED = """
select e.position, e.stream, e.version, e.type, e.body, e.append_id, e.n, e.recorded_at, l.index, l.hash
  from log.event e left join log.leaf l using (position)
 where e.position <= (select sealed from log.head) order by e.position
"""
BATCH = 2000


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole log found: how many facts, which positions are wrong, which decisions unlawful."""

    facts: int
    wrong: tuple[int, ...]
    unlawful: tuple[Unlawful, ...]

    @property
    def sound(self) -> bool:
        """Nothing wrong was found."""
        return not self.wrong and not self.unlawful


def check(database: Database) -> Verdict:
    """Recompute every sealed fact's leaf and run the rules again; never trusts a stored hash."""
    wrong: list[int] = []
    count = 0

    def checked() -> Iterator[Told]:
        nonlocal count
        for row in _sealed(database):
            position, stream, version, type_name, body, append_id, n, at, index, kept = row
            again = leaf_hash(
                line(
                    append_id=append_id,
                    body=body,
                    n=n,
                    position=position,
                    recorded_at=at,
                    stream=stream,
                    type=type_name,
                    version=version,
                )
            )
            if index != count or kept is None or bytes(kept) != again:
                wrong.append(position)
            count += 1
            head = envelope(body)
            stamp = Stamp(
                stream=stream, version=version, position=position, by=head.by, role=head.role, on=head.on, at=at
            )
            yield Told(fact=decode(type_name, body), stamp=stamp)

    unlawful = tuple(replay(checked()))
    return Verdict(facts=count, wrong=tuple(wrong), unlawful=unlawful)


def _sealed(database: Database) -> Iterator[tuple[Any, ...]]:
    """All sealed facts, a batch at a time, in one transaction."""
    with database.connection() as connection:
        connection.autocommit = False
        try:
            with connection.cursor(name=f"check_{uuid4().hex}") as cursor:
                cursor.itersize = BATCH
                cursor.execute(SEALED)
                yield from cursor
        finally:
            connection.rollback()
            connection.autocommit = True
