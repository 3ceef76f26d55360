"""Weighted means of a jury's marks, and the smallest raises that reach their threshold (moyenne).

Marks are whole hundredths of a point, so that every comparison is exact; the mean itself is never rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb

MOST_SETS = 4096
"""Maximum number of sets of competences to examine; beyond it, only the set with the most room."""


@dataclass(frozen=True, kw_only=True)
class Weight:
    """The weight of a competence in a mean (coefficient)."""

    number: int
    weight: int


@dataclass(frozen=True, kw_only=True)
class Raise:
    """A mark that must be higher: its present value (None if there is no mark) and the value needed."""

    number: int
    worth: int | None
    to: int


@dataclass(frozen=True, kw_only=True)
class Mean:
    """A weighted mean of these competences' marks: at least `least`, out of `most`, in hundredths of a point.

    It is reached once each of them has a mark: a missing mark is not a mark.
    """

    least: int
    most: int
    weights: tuple[Weight, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The competences that it counts."""
        return tuple(each.number for each in self.weights)

    def reached(self, marks: Mapping[int, int]) -> bool:
        """Return whether these marks, by competence, reach it."""
        return marks.keys() >= set(self.numbers) and self._short(marks) <= 0

    def so_far(self, marks: Mapping[int, int]) -> int | None:
        """Return the mean of these marks for display, rounded down to the hundredth; None until each has one."""
        if not marks.keys() >= set(self.numbers):
            return None
        return sum(each.weight * marks[each.number] for each in self.weights) // self._total

    def raises(self, marks: Mapping[int, int], step: int = 1) -> tuple[tuple[Raise, ...], ...]:
        """Return the smallest raises that reach it: of the fewest marks and, of these, of the fewest points.

        Marks are multiples of `step`. Returns a single empty raise if it is reached, and none if it cannot be.
        """
        missing = [each for each in self.weights if each.number not in marks]
        rest = [each for each in self.weights if each.number in marks and self._room(each, marks)]
        rest.sort(key=lambda each: (-self._room(each, marks), each.number))
        short = self._short(marks)
        for size in range(len(rest) + 1):
            sets = combinations(rest, size) if comb(len(rest), size) <= MOST_SETS else [tuple(rest[:size])]
            able = [
                (*missing, *some)
                for some in sets
                if sum(self._room(each, marks) for each in (*missing, *some)) >= short
            ]
            if able:
                found = [self._raised(some, marks, step) for some in able]
                fewest = min(_points(each) for each in found)
                return tuple(sorted((each for each in found if _points(each) == fewest), key=_numbers))
        return ()

    def _raised(self, some: Iterable[Weight], marks: Mapping[int, int], step: int) -> tuple[Raise, ...]:
        """Return the fewest points on these competences that reach it, on the highest weights first."""
        short, raised = self._short(marks), []
        for each in sorted(some, key=lambda each: (-each.weight, each.number)):
            before = marks.get(each.number, 0)
            due = before + max(0, -(-short // each.weight))
            to = min(self.most, -(-due // step) * step)
            short -= each.weight * (to - before)
            raised.append(Raise(number=each.number, worth=marks.get(each.number), to=to))
        return tuple(sorted(raised, key=lambda each: each.number))

    def _room(self, each: Weight, marks: Mapping[int, int]) -> int:
        return each.weight * max(0, self.most - marks.get(each.number, 0))

    def _short(self, marks: Mapping[int, int]) -> int:
        return self.least * self._total - sum(each.weight * marks.get(each.number, 0) for each in self.weights)

    @property
    def _total(self) -> int:
        return sum(each.weight for each in self.weights)


def _points(raised: tuple[Raise, ...]) -> int:
    return sum(each.to - (each.worth or 0) for each in raised)


def _numbers(raised: tuple[Raise, ...]) -> tuple[int, ...]:
    return tuple(each.number for each in raised)
