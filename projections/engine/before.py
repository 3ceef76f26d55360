"""The state of other streams before a position, each read from the log once per span."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

from domain.fact import Fact
from domain.ports import Find, S
from projections.engine.lean import lean

WHOLE: Final = "select position, type, body from log.fact where stream = %s and position <= %s order by version"


class Before:
    """The streams that one span of the log refers to."""

    def __init__(self, cursor: Cursor, upto: int) -> None:
        """Read nothing yet; nothing after `upto` is read."""
        self._cursor = cursor
        self._upto = upto
        self._met: dict[UUID, list[tuple[int, Fact]]] = {}

    def at(self, position: int) -> Find:
        """Return a function that gives each aggregate as it was before the fact at that position."""

        def find(kind: type[S], stream: UUID, /) -> S:
            aggregate = kind(id=stream)
            for at, fact in self._facts(stream):
                if at < position:
                    aggregate = aggregate.evolve(fact)
            return aggregate

        return find

    def _facts(self, stream: UUID) -> list[tuple[int, Fact]]:
        if stream not in self._met:
            with self._cursor.connection.cursor() as reading:
                reading.execute(WHOLE, (stream, self._upto))
                self._met[stream] = [(at, lean(name, body)) for at, name, body in reading.fetchall()]
        return self._met[stream]
