"""Paired measurements: ratios, median, range, and the verdict on a goal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Goal:
    """A bound on a ratio, or on a figure without a baseline."""

    bound: float
    at_least: bool = True

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"

    def verdict(self, seen: Sequence[float]) -> str:
        """Return `holds` or `missed` if every pair agrees; a goal inside the range is undecided."""
        met = [value >= self.bound if self.at_least else value <= self.bound for value in seen]
        if all(met):
            return "holds"
        return "not decided" if any(met) else "missed"


@dataclass(frozen=True)
class Figure:
    """A line of the table: what was measured, against what, in how many pairs."""

    name: str
    ours: Sequence[float]
    theirs: Sequence[float]
    unit: str
    goal: Goal | None
    notes: Sequence[str] = field(default=())

    @property
    def values(self) -> list[float]:
        """Return what the goal bounds: the ratio of each pair, or the figure itself without a baseline."""
        if not self.theirs:
            return list(self.ours)
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def cells(self) -> tuple[str, ...]:
        """Return its cells in the table."""
        seen = self.values
        return (
            self.name,
            f"{_short(median(self.ours))} {self.unit}",
            f"{_short(median(self.theirs))} {self.unit}" if self.theirs else "–",
            str(len(seen)),
            _short(median(seen)),
            f"{_short(min(seen))}–{_short(max(seen))}",
            str(self.goal) if self.goal else "–",
            self.goal.verdict(seen) if self.goal else "–",
        )


@dataclass(frozen=True)
class Skipped:
    """A figure that cannot be measured here, with the reason."""

    name: str
    why: str

    @property
    def cells(self) -> tuple[str, ...]:
        """Return its cells in the table."""
        return (self.name, *["–"] * (len(HEADINGS) - 2), "skipped")

    @property
    def notes(self) -> Sequence[str]:
        """Return its notes."""
        return (self.why,)


@dataclass(frozen=True)
class Failed(Skipped):
    """A part of the bench that broke, with the error."""

    @property
    def cells(self) -> tuple[str, ...]:
        """Return its cells in the table."""
        return (*super().cells[:-1], "failed")


def in_turns(ours: Callable[[], float], theirs: Callable[[], float], pairs: int) -> tuple[list[float], list[float]]:
    """Measure A B A B …; the first pair warms up and is discarded."""
    measured = [(ours(), theirs()) for _ in range(pairs + 1)][1:]
    return [one for one, _ in measured], [other for _, other in measured]


PAIRS, SHORT = 11, 3
HEADINGS = ("figure", "Acquis", "baseline", "pairs", "median", "range", "goal", "verdict")


def table(figures: Iterable[Figure | Skipped]) -> str:
    """Return the figures as aligned columns, then the notes of each."""
    found = list(figures)
    rows = [HEADINGS, *(each.cells for each in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    for each in found:
        lines += [f"  {each.name}: {note}" if not note.startswith(" ") else f"  {note}" for note in each.notes]
    return "\n".join(lines)


def _short(value: float) -> str:
    """Return three significant digits."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
