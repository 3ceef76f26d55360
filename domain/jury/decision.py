"""What did one jury decide of a candidate, as it was keyed and put right, whether or not it stands?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Self
from uuid import UUID

from domain.jury.rectified_decision import Corrected


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Rulings with what they count for in a mean, blocks, the title; what rectifications took of them.

    Nothing here falls: what an annulment takes and a restoration gives back is whether it stands. `fallen_titles` are
    the deliberations that had pronounced the title elsewhere and lost it, when this jury pronounced it; `counted` is
    how much had by then been counted from elsewhere, on which alone it rests; `option` the one that the title has.
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

    def put_right(self, rulings: Iterable[Corrected]) -> Self:
        """With these rulings as the minutes say them; a mark that was keyed with another ruling counts no more."""
        said = {each.competence: each for each in rulings}
        marks = {number: worth for number, worth in self.marks.items() if number not in said}
        marks |= {number: each.worth for number, each in said.items() if each.worth is not None}
        rectified = {number: each.minuted for number, each in said.items()}
        return replace(self, rulings={**self.rulings, **rectified}, marks=marks)


NOTHING = Decision()
"""What stands of a decision that was annulled."""
