"""What did one jury decide of a candidate, as it was keyed and put right, whether or not it stands?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.jury.rectified_decision import Corrected
from domain.jury.vote import Outcome
from domain.ports import PersonId


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Rulings with what they count for in a mean, blocks, the title; what rectifications took of them.

    Nothing here falls: what an annulment takes and a restoration gives back is whether it stands. `fallen_titles` are
    the deliberations that had pronounced the title elsewhere and lost it, when this jury pronounced it; `counted` is
    how much had by then been counted from elsewhere, on which alone it rests; `option` the one that the title has.
    `votes` says how the vote came out by which each block was decided, `title_vote` the one on the title.
    """

    rulings: dict[int, bool] = field(default_factory=dict)
    marks: dict[int, int] = field(default_factory=dict)
    granted: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()
    title: bool = False
    option: str | None = None
    fallen_titles: frozenset[UUID] = frozenset()
    counted: int = 0
    taken: frozenset[int] = frozenset()
    title_taken: bool = False
    votes: dict[int, Outcome] = field(default_factory=dict)
    title_vote: Outcome | None = None

    def voted(self, block: int, outcome: Outcome | None) -> Self:
        """With the outcome of the vote by which this block was decided, where one was noted."""
        return self if outcome is None else replace(self, votes={**self.votes, block: outcome})

    def put_right(self, rulings: Iterable[Corrected]) -> Self:
        """With these rulings as the minutes say them; a mark that was keyed with another ruling counts no more."""
        said = {each.competence: each for each in rulings}
        marks = {number: worth for number, worth in self.marks.items() if number not in said}
        marks |= {number: each.worth for number, each in said.items() if each.worth is not None}
        rectified = {number: each.minuted for number, each in said.items()}
        return replace(self, rulings={**self.rulings, **rectified}, marks=marks)


class Undoing(StrEnum):
    """How a decision was undone before its release: taken back, or reopened without a member."""

    TAKEN_BACK = "taken_back"
    REOPENED = "reopened"


@dataclass(frozen=True, kw_only=True)
class UndoneDecision:
    """What a jury had decided of a candidate and undid, in whole or in part; `at` the hour, where it is known.

    `rulings` are those that fell with it, by competence.
    """

    undoing: Undoing
    granted: frozenset[int]
    refused: frozenset[int]
    deferred: frozenset[int]
    title: bool
    vote: Outcome | None
    at: time | None
    rulings: Mapping[int, bool] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LostRulings:
    """Rulings of a jury, or of a commission, that fell with a member who stepped out before anything was decided."""

    juror: PersonId
    rulings: Mapping[int, bool]


NOTHING = Decision()
"""What stands of a decision that was annulled."""
