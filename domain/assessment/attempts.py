"""A candidate's attempts before juries, which determine until when they may return and which marks are kept.

Marks in a block that a jury did not grant lapse, unless the rulebook keeps them. None of this is recorded: it follows
from the juries' own decisions, so that an annulled refusal restores the marks and a rectified one counts as minuted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from domain.calendar import months_after
from domain.rulebook.retake_rules import Retakes, RetakeTooLate


@dataclass(frozen=True, kw_only=True)
class SessionResult:
    """The result of one session for the candidate: the blocks it granted and refused; empty if annulled.

    `taken` is the part that a rectification took away.
    """

    on: date
    granted: frozenset[int]
    refused: frozenset[int]
    taken: RectifiedPart | None = None

    def refused_on(self, block: int) -> date | None:
        """Return the day from which the time after this refusal runs; None until its notification."""
        return self.taken.told_on if self.taken and block in self.taken.blocks else self.on


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """The decisions of juries on a candidacy so far, in the order in which it was called before them."""

    sat: tuple[SessionResult, ...] = ()
    granted: frozenset[int] = frozenset()
    refused: dict[int, tuple[date | None, ...]] = field(default_factory=dict)

    @staticmethod
    def of(sat: Iterable[SessionResult]) -> Attempts:
        """Return the attempts from the results of each session."""
        sat = tuple(sat)
        refused: dict[int, tuple[date | None, ...]] = {}
        for each in sat:
            for block in sorted(each.refused):
                refused[block] = (*refused.get(block, ()), each.refused_on(block))
        return Attempts(sat=sat, granted=frozenset(block for each in sat for block in each.granted), refused=refused)

    def at(self, block: int) -> int:
        """Return the number of the current attempt at this block: one, plus one for each refusal."""
        return 1 + len(self.refused.get(block, ()))

    def check(self, rules: Retakes | None, held_on: date) -> None:
        """Refuse another session, held on that day, if the rulebook's months are over."""
        if rules and self.over(rules, held_on):
            raise RetakeTooLate(rules.months)

    def over(self, rules: Retakes, held_on: date) -> bool:
        """Return whether the rulebook's months are over on that day; a rectification restarts them."""
        first = min((each.on for each in self.sat if each.granted or each.refused), default=None)
        anew = [each.taken.told_on for each in self.sat if each.taken]
        if first is None or None in anew:
            return False
        return held_on > months_after(max((first, *(day for day in anew if day))), rules.months)


@dataclass(frozen=True, kw_only=True)
class RectifiedPart:
    """The parts of a jury's keyed decision that rectifications took away: these blocks, or the title alone.

    `told_on` is the day on which the candidate was notified, from which their time runs; None if not yet.
    """

    blocks: frozenset[int]
    told_on: date | None
