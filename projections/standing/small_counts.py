"""Suppression of small counts in tables that add up (cell suppression, by network flow).

A count of one up to below `least`, a rule of the certifier's, is small and is not shown. Others are hidden with it,
until nobody can work it out: as far as the sums say, each small count could still be any number from 0 to `least`.

Counts that add up form a network: each count is an arc, each sum a node. A count that grows by one is a unit sent
along its arc; the sums hold where as much leaves every node as enters it. So whether a small count could be 0, or
`least`, is whether so much can be sent around through hidden counts only; where it can't, the cheapest counts on the
way are hidden too.

Source: L. H. Cox, Network Models for Complementary Cell Suppression, JASA 90 (1995); ADR 64.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Final

Place = Hashable
"""Which count it is: anything that names it."""
Counts = tuple[int, ...]
"""A total, then the parts that it is the sum of."""
TOLD: Final = -1
"""The cost of a count that is known from elsewhere: it is never hidden, unless it is small."""
NEVER_SHOWN: Final = 0
"""The cost of a count that no page or file shows."""
OUTSIDE: Final = "outside"
"""The node at which all other sums end."""
FINE: Final = 1_000
"""So that of two counts that cost the same the smaller one is hidden."""


class CannotProtect(Exception):  # noqa: N818  (caught where a whole table is left out)
    """Small counts that others give away, whatever else is hidden."""


@dataclass(frozen=True)
class Shown:
    """One count as it is published: its value, or None where it is hidden."""

    value: int | None

    @property
    def text(self) -> str:
        """In a cell of a table or file: the number, or "s" where it is hidden."""
        return "s" if self.value is None else str(self.value)


HIDDEN: Final = Shown(None)


def one(value: int, least: int) -> Shown:
    """Return a count that adds up with no other."""
    return HIDDEN if is_small(value, least) else Shown(value)


def is_small(value: int, least: int) -> bool:
    """Whether it counts somebody, and few."""
    return 0 < value < least


@dataclass(frozen=True)
class _Arc:
    place: Place
    tail: int
    head: int
    value: int
    cost: int


class CountNetwork:
    """Counts and their sums, and which of the counts are hidden."""

    def __init__(self, least: int) -> None:
        """Begin without counts; below `least` a count is small."""
        self.least = least
        self.hidden: set[Place] = set()
        self._arcs: dict[Place, _Arc] = {}
        self._around: list[list[tuple[_Arc, bool]]] = []
        self._nodes: dict[Hashable, int] = {}

    def add(self, place: Place, tail: Hashable, head: Hashable, value: int, cost: int) -> None:
        """Add a count that enters the sum `head` and leaves the sum `tail`; what it `cost`s to hide it."""
        if is_small(value, self.least) or cost == NEVER_SHOWN:
            self.hidden.add(place)
        arc = _Arc(place, self._node(tail), self._node(head), value, cost * FINE + min(value, FINE - 1))
        self._arcs[place] = arc
        if cost != TOLD or place in self.hidden:
            self._around[arc.tail].append((arc, True))
            self._around[arc.head].append((arc, False))

    def hide(self, places: Iterable[Place]) -> None:
        """Hide these counts, whatever they are."""
        self.hidden.update(places)

    def protect(self, places: Iterable[Place]) -> None:
        """Hide more, until each of these that is small could be anything from 0 to `least`; raises CannotProtect."""
        for place in places:
            arc = self._arcs[place]
            if is_small(arc.value, self.least):
                self._send(arc, self.least - arc.value, up=True)
                self._send(arc, arc.value, up=False)

    def cells(self, places: Iterable[Place]) -> tuple[Shown, ...]:
        """Return these counts as they are shown."""
        return tuple(HIDDEN if each in self.hidden else Shown(self._arcs[each].value) for each in places)

    def _node(self, name: Hashable) -> int:
        if name not in self._nodes:
            self._nodes[name] = len(self._around)
            self._around.append([])
        return self._nodes[name]

    def _send(self, arc: _Arc, amount: int, *, up: bool) -> None:
        """Find ways around on which a count can grow or shrink by so much, the cheapest first, and hide them."""
        start, end = (arc.head, arc.tail) if up else (arc.tail, arc.head)
        sent: dict[Place, int] = {}
        while amount:
            way = self._cheapest(arc, start, end, sent)
            much = min([amount, *(each.value + sent.get(each.place, 0) for each, grows in way if not grows)])
            for each, grows in way:
                sent[each.place] = sent.get(each.place, 0) + (much if grows else -much)
                self.hidden.add(each.place)
            amount -= much

    def _cheapest(self, around: _Arc, start: int, end: int, sent: Mapping[Place, int]) -> list[tuple[_Arc, bool]]:
        """Dijkstra's shortest way, by what hiding each count on it costs; raises CannotProtect."""
        came: dict[int, tuple[_Arc, bool] | None] = {}
        turn = count()
        heap: list[tuple[int, int, int, tuple[_Arc, bool] | None]] = [(0, next(turn), start, None)]
        while heap:
            so_far, _, node, by = heappop(heap)
            if node in came:
                continue
            came[node] = by
            if node == end:
                return _way(came, end)
            for arc, grows in self._around[node]:
                other = arc.head if grows else arc.tail
                if other in came or arc is around or not (grows or arc.value + sent.get(arc.place, 0)):
                    continue
                cost = 0 if arc.place in self.hidden else arc.cost
                heappush(heap, (so_far + cost, next(turn), other, (arc, grows)))
        raise CannotProtect


def _way(came: Mapping[int, tuple[_Arc, bool] | None], end: int) -> list[tuple[_Arc, bool]]:
    way = []
    step = came[end]
    while step is not None:
        way.append(step)
        arc, grows = step
        step = came[arc.tail if grows else arc.head]
    return way


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table: its counts, the row that it is part of, if any, and what hiding each count costs."""

    name: Hashable
    whole: Hashable | None
    counts: Counts
    costs: Sequence[int]


def add_table(network: CountNetwork, rows: Collection[Row]) -> None:
    """Add a table whose rows add up to rows above them, and whose columns are a total and its parts.

    Each count is named (row, column), where column 0 is the total. A total without parts is a column by itself.
    """
    inner = {row.whole for row in rows}
    for row in rows:
        for column, value in enumerate(row.counts):
            below: Hashable = (row.name, column if row.name in inner else "parts")
            if row.name not in inner and len(row.counts) == 1:
                below = OUTSIDE
            above: Hashable = OUTSIDE if row.whole is None else (row.whole, column)
            tail, head = (above, below) if column == 0 else (below, above)
            network.add((row.name, column), tail, head, value, row.costs[column])
        if is_small(row.counts[0], network.least):  # that a part is none would say what became of these few
            network.hide((row.name, column) for column in range(len(row.counts)))


def protect_table(network: CountNetwork, rows: Iterable[Row]) -> None:
    """Protect the small counts of these rows, in this order; raises CannotProtect."""
    network.protect((row.name, column) for row in rows for column in range(len(row.counts)))
