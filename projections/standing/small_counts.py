"""Which counts may be shown, so that nobody is told of a few people, by themselves or by subtraction?

Counts of one up to below `least`, a rule of the certifier's, are small. What would give one away, since it adds up
with others to a sum that is shown, is hidden with it, under the same sign: who knew which of 1 and 5, whose sum is 6,
is small would know both. A row whose own total is small is "fewer than" that, and left out of every sum.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

G = TypeVar("G", bound=Hashable)
R = TypeVar("R", bound=Hashable)
Counts = tuple[int, ...]
"""A total, then the parts that it is the sum of."""
Place = tuple[object, int]
WHOLE: Final = "whole"
PRIME: Final = 2**61 - 1


@dataclass(frozen=True)
class Shown:
    """One count as it may be shown: its value; or nothing of it but, of what stands alone, below what it is."""

    value: int | None
    below: int | None = None

    @property
    def text(self) -> str:
        """In a cell of a table: the number, as "‹ 5" for what is in no sum, or "s" for what is hidden in one."""
        if self.value is not None:
            return str(self.value)
        return f"‹ {self.below}" if self.below else "s"


@dataclass(frozen=True, kw_only=True)
class Table(Generic[G, R]):
    """Rows in groups, each group's sum, and the sum of all, as they may be shown.

    `left_out` are the groups and the rows that no sum counts, since they are small as a whole.
    """

    rows: dict[tuple[G, R], tuple[Shown, ...]]
    groups: dict[G, tuple[Shown, ...]]
    whole: tuple[Shown, ...]
    left_out: frozenset[object]


def protected(counted: Mapping[tuple[G, R], Counts], least: int) -> Table[G, R]:
    """What may be shown of these counts."""
    small = {key for key, counts in counted.items() if is_small(counts[0], least)}
    width = len(next(iter(counted.values()), (0,)))
    of_group = {group: [key for key in counted if key[0] == group] for group, _ in counted}
    groups = {
        group: _sum([counted[key] for key in keys if key not in small], width) for group, keys in of_group.items()
    }
    small_groups = {
        group for group, keys in of_group.items() if _left_out(groups[group], small.intersection(keys), least)
    }
    whole = _sum([counts for group, counts in groups.items() if group not in small_groups], width)
    cells: dict[object, Counts] = {("row", key): counts for key, counts in counted.items()}
    cells |= {("group", group): counts for group, counts in groups.items()} | {WHOLE: whole}
    hidden = hidden_of(
        {(row, place): value for row, counts in cells.items() for place, value in enumerate(counts)},
        list(_sums(cells, small, small_groups)),
        least,
    )
    out: list[object] = [*(("row", key) for key in small), *(("group", group) for group in small_groups)]
    hidden |= {(row, place) for row in out for place in range(width)}

    if small and not whole[0]:
        out.append(WHOLE)
        hidden |= {(WHOLE, place) for place in range(width)}
    few: set[object] = {("row", key) for key in small}
    few |= {("group", group) for group in small_groups if sum(counted[key][0] for key in of_group[group]) < least}

    def shown(row: object) -> tuple[Shown, ...]:
        if row in out:  # which of its parts are none is not told either
            return (Shown(None, least if row in few else None), *[Shown(None)] * (width - 1))
        return tuple(Shown(None if (row, place) in hidden else value) for place, value in enumerate(cells[row]))

    return Table(
        rows={key: shown(("row", key)) for key in counted},
        groups={group: shown(("group", group)) for group in groups},
        whole=shown(WHOLE),
        left_out=frozenset({*small, *small_groups}),
    )


def one(value: int, least: int) -> Shown:
    """A count that stands alone."""
    return Shown(None, least) if is_small(value, least) else Shown(value)


def is_small(value: int, least: int) -> bool:
    """Whether it counts somebody, and few."""
    return 0 < value < least


def _left_out(counts: Counts, small: Collection[object], least: int) -> bool:
    """Whether a group is small as a whole, or nothing of it but rows that are."""
    return is_small(counts[0], least) or (bool(small) and not counts[0])


def _sum(rows: Sequence[Counts], width: int) -> Counts:
    return tuple(sum(counts[place] for counts in rows) for place in range(width))


def _sums(cells: Mapping[object, Counts], small: set[tuple[G, R]], small_groups: set[G]) -> Iterator[list[Place]]:
    """The sums that whoever reads can make: a total of its parts, a group of its rows, the whole of its groups."""
    for row, counts in cells.items():
        yield [(row, place) for place in range(len(counts))]
    for place in range(len(cells[WHOLE])):
        whole: list[Place] = [(WHOLE, place)]
        for row in cells:
            if isinstance(row, tuple) and row[0] == "group" and row[1] not in small_groups:
                whole.append((row, place))
                own: list[Place] = [(row, place)]
                own += [(each, place) for each in cells if _is_of(each, row[1]) and each[1] not in small]  # type: ignore[index]  # a row is a tuple
                yield own
        yield whole


def _is_of(row: object, group: object) -> bool:
    return isinstance(row, tuple) and row[0] == "row" and row[1][0] == group


def hidden_of(
    values: Mapping[Place, int], sums: Sequence[Sequence[Place]], least: int, told: Collection[Place] = ()
) -> set[Place]:
    """The places to hide: every small count, and others until no sum, a total then its parts, gives one away.

    What is `told` elsewhere stays: it is reckoned with as what every reader has.

    A sum does when all of it but one is shown, or when what is hidden of it comes to a small count; several do where
    what each says of the others leaves one value only.
    """
    hidden = {place for place, value in values.items() if is_small(value, least) and place not in told}
    known: set[Place] = set()
    moved = True
    while moved:
        moved = False
        for each in sums:
            out = [place for place in each if place in hidden]
            left = sorted(
                (place for place in each if place not in hidden and place not in told),
                key=lambda place: _order(values[place]),
            )
            parts = sum(values[place] for place in out if place != each[0])
            few = each[0] not in hidden and is_small(parts, least)
            if out and left and (len(out) == 1 or few or known.intersection(out)):
                hidden.add(left[0])
                known = set()
                moved = True
        if not moved and not known:
            known = _worked_out(hidden, sums)
            moved = bool(known)
    return hidden


def _worked_out(hidden: Collection[Place], sums: Sequence[Sequence[Place]]) -> set[Place]:
    """What of it follows from all sums together: Gauss's elimination, of a total less its parts, in remainders."""
    solved: dict[Place, dict[Place, int]] = {}
    for each in sums:
        line = {place: 1 if place == each[0] else PRIME - 1 for place in each if place in hidden}
        for place in [*line]:
            if place in solved and place in line:
                _less(line, solved[place], line[place])
        if line:
            first = next(iter(line))
            inverse = pow(line[first], -1, PRIME)
            line = {place: value * inverse % PRIME for place, value in line.items()}
            for other in solved.values():
                if first in other:
                    _less(other, line, other[first])
            solved[first] = line
    return {place for place, line in solved.items() if len(line) == 1}


def _less(line: dict[Place, int], other: Mapping[Place, int], times: int) -> None:
    """Take so many times another line from a line."""
    for place, value in other.items():
        left = (line.get(place, 0) - times * value) % PRIME
        if left:
            line[place] = left
        else:
            line.pop(place, None)


def _order(value: int) -> tuple[bool, int]:
    """Which of several to hide first: the smallest that is not none."""
    return value == 0, value
