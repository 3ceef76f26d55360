"""Table of the state of each candidacy's competences, with the facts behind it."""

from __future__ import annotations

from collections.abc import Iterator

from projections.engine.case import Case
from projections.engine.projection import PerCase, Row


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per competence: the provisional values, then the released ones."""
    candidacy, said = case.candidacy, case.fold.said
    for number, block in case.fold.framework.block_of.items():
        yield (candidacy, number, block.number, *said(number, provisional=True), *said(number, provisional=False))


COMPETENCE_STATUS = PerCase("competence_status", rows, of_standing=True)
