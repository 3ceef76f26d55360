"""What does a published framework or rulebook say? Read once from the log, since it never changes."""

from __future__ import annotations

from uuid import UUID

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)

from domain.fact import Fact
from domain.framework.definition import Definition
from domain.framework.facts import FrameworkPublished
from domain.ports import FrameworkId, RulebookId
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rules import Rules
from projections.engine.lean import lean

FIRST = "select type, body from log.fact where stream = %s order by version limit 1"


class Publications:
    """The publications that one process has met."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[UUID, Fact] = {}
        self.cursor: Cursor | None = None
        """Where to read what is not known: the transaction of whoever asks."""

    def definition(self, framework: FrameworkId) -> Definition:
        """The definition of a framework that a candidacy names."""
        fact = self._first(framework)
        if not isinstance(fact, FrameworkPublished):
            raise TypeError(f"{framework} is no framework")
        return fact.definition

    def rules(self, rulebook: RulebookId) -> Rules:
        """The rules of a rulebook that a candidacy names."""
        fact = self._first(rulebook)
        if not isinstance(fact, RulebookPublished):
            raise TypeError(f"{rulebook} is no rulebook")
        return fact.rules

    def _first(self, stream: UUID) -> Fact:
        if stream not in self._known:
            if self.cursor is None:
                raise RuntimeError("no transaction to read in")
            with self.cursor.connection.cursor() as cursor:
                cursor.execute(FIRST, (stream,))
                type_name, body = cursor.fetchall()[0]
            self._known[stream] = lean(type_name, body)
        return self._known[stream]
