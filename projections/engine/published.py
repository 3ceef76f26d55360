"""The content of published frameworks, rulebooks and law, read from the log once, since it never changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

from domain.fact import Fact
from domain.framework.definition import Definition
from domain.framework.facts import FrameworkPublished
from domain.ports import FrameworkId, RulebookId
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.law import Law
from domain.rulebook.rules import Rules
from projections.engine.lean import lean

LAW = "select position, type, body from log.fact where stream = %s and position > %s order by version"
FIRST = "select type, body from log.fact where stream = %s order by version limit 1"


class Publications:
    """The publications that one process has read."""

    def __init__(self) -> None:
        """Start empty."""
        self._known: dict[UUID, Fact] = {}
        self._laws: list[tuple[int, Law]] = [(0, Law(id=Law.the()))]
        """The law after each of its facts, by their positions."""
        self._read = 0
        self.upto = 0
        """The position up to which the caller reads the log."""
        self.cursor: Cursor | None = None
        """The caller's transaction, in which unknown publications are read."""

    def definition(self, framework: FrameworkId) -> Definition:
        """Return the definition of a framework that a candidacy names."""
        fact = self._first(framework)
        if not isinstance(fact, FrameworkPublished):
            raise TypeError(f"{framework} is no framework")
        return fact.definition

    def rules(self, rulebook: RulebookId) -> Rules:
        """Return the rules of a rulebook that a candidacy names."""
        fact = self._first(rulebook)
        if not isinstance(fact, RulebookPublished):
            raise TypeError(f"{rulebook} is no rulebook")
        return fact.rules

    def law(self, position: int) -> Law:
        """Return the law as published up to that position."""
        if self._read < self.upto:
            self._read_law()
        return next(law for at, law in reversed(self._laws) if at <= position)

    def _read_law(self) -> None:
        for position, type_name, body in self._asked(LAW, (Law.the(), self._laws[-1][0])):
            law: Any = self._laws[-1][1]
            self._laws.append((position, law.evolve(lean(type_name, body))))
        self._read = self.upto

    def _first(self, stream: UUID) -> Fact:
        if stream not in self._known:
            self._known[stream] = lean(*self._asked(FIRST, (stream,))[0])
        return self._known[stream]

    def _asked(self, query: str, given: tuple[object, ...]) -> list[tuple[Any, ...]]:
        if self.cursor is None:
            raise RuntimeError("no transaction to read in")
        with self.cursor.connection.cursor() as cursor:
            cursor.execute(query, given)
            return cursor.fetchall()
