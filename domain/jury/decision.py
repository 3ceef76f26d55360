"""The decision of one jury on a candidate, as keyed and rectified, whether or not it is still in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.jury.rectified_decision import Corrected
from domain.jury.vote import VoteOutcome
from domain.ports import PersonId


@dataclass(frozen=True, kw_only=True)
class JuryDecision:
    """Rulings with their worth in a mean, blocks, the title, and what rectifications took away.

    An annulment changes nothing here; it changes whether the decision is in force. `fallen_titles` are the
    deliberations that lost the title they had pronounced elsewhere when this jury pronounced it. `counted` is the
    number of credits counted from elsewhere by then, the only ones that the title rests on; `option` is the title's
    option. `votes` gives the outcome of the vote on each block, `title_vote` that on the title.
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
    votes: dict[int, VoteOutcome] = field(default_factory=dict)
    title_vote: VoteOutcome | None = None

    def voted(self, block: int, outcome: VoteOutcome | None) -> Self:
        """Return a copy with the outcome of the vote that decided this block, if one was recorded."""
        return self if outcome is None else replace(self, votes={**self.votes, block: outcome})

    def put_right(self, rulings: Iterable[Corrected]) -> Self:
        """Return a copy with these rulings as the minutes state them, without the marks keyed with the old ones."""
        said = {each.competence: each for each in rulings}
        marks = {number: worth for number, worth in self.marks.items() if number not in said}
        marks |= {number: each.worth for number, each in said.items() if each.worth is not None}
        rectified = {number: each.minuted for number, each in said.items()}
        return replace(self, rulings={**self.rulings, **rectified}, marks=marks)


class Undoing(StrEnum):
    """The way in which a decision was undone before its release: taken back, or reopened without a member."""

    TAKEN_BACK = "taken_back"
    REOPENED = "reopened"


@dataclass(frozen=True, kw_only=True)
class UndoneDecision:
    """A jury's decision on a candidate that it undid, in whole or in part; `at` is the hour, if known.

    `rulings` are the rulings undone with it, by competence.
    """

    undoing: Undoing
    granted: frozenset[int]
    refused: frozenset[int]
    deferred: frozenset[int]
    title: bool
    vote: VoteOutcome | None
    at: time | None
    rulings: Mapping[int, bool] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LostRulings:
    """Rulings of a jury or a commission that were lost when a member stepped out before anything was decided."""

    juror: PersonId
    rulings: Mapping[int, bool]


NOTHING = JuryDecision()
"""The content of a decision that was annulled: empty."""
