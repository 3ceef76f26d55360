"""Suppression of small counts in tables that add up (cell suppression, by network flow).

A count from 1 to below `least`, a number that the certifier sets, is small and is not shown. Other counts are hidden
too, until nobody can compute the small one: by the sums, it could still be any number from 0 to `least`.

Counts that add up form a network: each count is an arc, each sum is a node. Increasing a count by one means sending
one unit along its arc; the sums remain correct if as much leaves every node as enters it. A small count can therefore
be 0, or `least`, exactly if the difference can be sent around through hidden counts only. If it cannot, the cheapest
counts on a path are hidden too.

Source: L. H. Cox, Network Models for Complementary Cell Suppression, JASA 90 (1995); ADR 64.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Final

Place = Hashable
"""The name of a count: any hashable value."""
Counts = tuple[int, ...]
"""A total, then the parts that add up to it."""
TOLD: Final = -1
"""The cost of a count that is known from elsewhere: it is never hidden, unless it is small."""
NEVER_SHOWN: Final = 0
"""The cost of a count that no page or file shows."""
OUTSIDE: Final = "outside"
"""The node at which all other sums end."""
FINE: Final = 1_000
"""Factor of the costs: of two counts with the same cost, the smaller one is hidden."""


class CannotProtect(Exception):  # noqa: N818  (caught where a whole table is left out)
    """Raised when shown counts reveal a small count, whatever else is hidden."""


@dataclass(frozen=True)
class PublishedCount:
    """One count as it is published: its value, or None if it is hidden."""

    value: int | None

    @property
    def text(self) -> str:
        """The text in a cell of a table or file: the number, or "s" if it is hidden."""
        return "s" if self.value is None else str(self.value)


HIDDEN: Final = PublishedCount(None)


def one(value: int, least: int) -> PublishedCount:
    """Return a count that is part of no sum: hidden if it is small."""
    return HIDDEN if is_small(value, least) else PublishedCount(value)


def is_small(value: int, least: int) -> bool:
    """Return whether a count is small: not zero, and less than `least`."""
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
        """Start without counts; a count below `least` is small."""
        self.least = least
        self.hidden: set[Place] = set()
        self._arcs: dict[Place, _Arc] = {}
        self._around: list[list[tuple[_Arc, bool]]] = []
        self._nodes: dict[Hashable, int] = {}

    def add(self, place: Place, tail: Hashable, head: Hashable, value: int, cost: int) -> None:
        """Add a count as an arc from the sum `tail` to the sum `head`; `cost` is the cost of hiding it."""
        if is_small(value, self.least) or cost == NEVER_SHOWN:
            self.hidden.add(place)
        arc = _Arc(place, self._node(tail), self._node(head), value, cost * FINE + min(value, FINE - 1))
        self._arcs[place] = arc
        if cost != TOLD or place in self.hidden:
            self._around[arc.tail].append((arc, True))
            self._around[arc.head].append((arc, False))

    def hide(self, places: Iterable[Place]) -> None:
        """Hide these counts, small or not."""
        self.hidden.update(places)

    def protect(self, places: Iterable[Place]) -> None:
        """Hide more counts until each small one of these could be any from 0 to `least`; raises CannotProtect."""
        for place in places:
            arc = self._arcs[place]
            if is_small(arc.value, self.least):
                self._send(arc, self.least - arc.value, up=True)
                self._send(arc, arc.value, up=False)

    def cells(self, places: Iterable[Place]) -> tuple[PublishedCount, ...]:
        """Return these counts as they are shown."""
        return tuple(HIDDEN if each in self.hidden else PublishedCount(self._arcs[each].value) for each in places)

    def _node(self, name: Hashable) -> int:
        if name not in self._nodes:
            self._nodes[name] = len(self._around)
            self._around.append([])
        return self._nodes[name]

    def _send(self, arc: _Arc, amount: int, *, up: bool) -> None:
        """Find the cheapest paths that let a count grow or shrink by this amount, and hide the counts on them."""
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
        """Return the cheapest path by the costs of hiding (Dijkstra's algorithm); raises CannotProtect."""
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
class CountsRow:
    """One row of a table: its counts, the row of its sum, if any, and the cost of hiding each count."""

    name: Hashable
    whole: Hashable | None
    counts: Counts
    costs: Sequence[int]


def add_table(network: CountNetwork, rows: Collection[CountsRow]) -> None:
    """Add a table whose rows add up to rows above them, and whose columns are a total and its parts.

    Each count is named (row, column); column 0 is the total. A total without parts is the only column of its row.
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
        if is_small(row.counts[0], network.least):  # a part shown as 0 would reveal the results of these few people
            network.hide((row.name, column) for column in range(len(row.counts)))


def protect_table(network: CountNetwork, rows: Iterable[CountsRow]) -> None:
    """Protect the small counts of these rows, in this order; raises CannotProtect."""
    network.protect((row.name, column) for row in rows for column in range(len(row.counts)))
