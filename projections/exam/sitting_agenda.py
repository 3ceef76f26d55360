"""Which candidates are expected at which épreuve, and who came? Whose paper bears which number is not said here."""

from __future__ import annotations

from collections.abc import Iterator

from domain.exam.facts import CandidateExpected
from domain.exam.sitting import Sitting
from projections.engine.projection import Facts, PerStream, Row


def rows(sitting: Sitting, facts: Facts) -> Iterator[Row]:
    """One row per candidate on the list."""
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
