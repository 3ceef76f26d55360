"""From which position on is what a session decided of this candidacy known to all?"""

from __future__ import annotations

from collections.abc import Iterator

from projections.engine.case import Case
from projections.engine.projection import PerCase, Row


def rows(case: Case) -> Iterator[Row]:
    """One row per session whose results on it are known."""
    for session, since in case.known.since.items():
        yield case.candidacy, session, since


RESULTS_KNOWN = PerCase("results_known", rows)
