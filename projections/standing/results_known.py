"""Table of the log position from which on each session's results on a candidacy are public."""

from __future__ import annotations

from collections.abc import Iterator

from projections.engine.case import Case
from projections.engine.projection import PerCase, Row


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per session whose results on the candidacy are public."""
    for session, since in case.known.since.items():
        yield case.candidacy, session, since


RESULTS_KNOWN = PerCase("results_known", rows)
