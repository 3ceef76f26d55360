"""Table of the candidates expected at each sitting, and of their attendance; without the numbers of their papers."""

from __future__ import annotations

from collections.abc import Iterator

from domain.exam.facts import CandidateExpected
from domain.exam.sitting import Sitting
from projections.engine.projection import Facts, PerStream, Row


def rows(sitting: Sitting, facts: Facts) -> Iterator[Row]:
    """Yield one row per candidate on the list."""
    for fact, position in facts:
        if isinstance(fact, CandidateExpected):
            sitter = sitting.sitters[fact.candidacy]
            yield (
                sitting.id,
                fact.candidacy,
                fact.candidate,
                sitter.case_on,
                sitter.signed_in,
                sitter.minutes,
                position,
            )


SITTING_AGENDA = PerStream("sitting_agenda", Sitting, rows)
