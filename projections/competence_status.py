"""How far has each competence of this candidacy got, and by which facts?"""

from __future__ import annotations

from collections.abc import Iterator

from projections.case import Case
from projections.projection import PerCase, Row


def rows(case: Case) -> Iterator[Row]:
    """One row per competence: what is provisional beside what is released."""
    for number in case.fold.framework.block_of:
        line = case.fold.competence(number, provisional=True)
        shown = case.fold.competence(number, provisional=False)
        yield (
            case.candidacy,
            number,
            line.block,
            line.state,
            line.acquired,
            line.positions,
            shown.state,
            shown.acquired,
            shown.positions,
        )


COMPETENCE_STATUS = PerCase("competence_status", rows)
