"""Table of each candidacy's blocks: which are granted, and what the others still lack."""

from __future__ import annotations

from collections.abc import Iterator

from domain.standing.standing import BlockLine
from projections.engine.case import Case
from projections.engine.projection import PerCase, Row


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per block: the provisional values, then the released ones."""
    for block in case.fold.framework.blocks:
        line = case.fold.block(block, provisional=True)
        shown = case.fold.block(block, provisional=False)
        yield (case.candidacy, line.number, line.required, *_said(line), *_said(shown))


def _said(line: BlockLine) -> Row:
    return (
        line.state,
        line.acquired,
        line.missing_mandatory,
        line.others_needed,
        line.session,
        line.decided_on,
        line.positions,
    )


BLOCK_STATUS = PerCase("block_status", rows, of_standing=True)
