"""Table of candidacies that lack an assessor for some competences, or have all marks and wait for a jury."""

from __future__ import annotations

from collections.abc import Iterator

from domain.framework.definition import Route
from domain.standing.standing import BlockState, CompetenceState
from projections.engine.case import Case
from projections.engine.projection import PerCase, Row


def rows(case: Case) -> Iterator[Row]:
    """Yield a row if the candidacy waits for an assessor or for a jury; none in VAE, where nobody marks."""
    if case.opened.route is Route.VAE or case.ended or case.fold.pronounced(provisional=True):
        return
    states = {block: case.fold.block_state(block, provisional=True) for block in case.fold.framework.blocks}
    undecided = [n for block, state in states.items() if state is BlockState.NOT_DECIDED for n in block.competences]
    marked = {n for n in undecided if case.fold.said(n, provisional=True)[0] not in UNMARKED}
    given = [*case.assessors.values(), *(assigned for _, assigned in case.markers.values())]
    named = set[int]().union(*(each.competences for each in given))
    unnamed = tuple(n for n in undecided if n not in marked | named)
    if undecided:
        ready = marked == set(undecided)
    elif BlockState.NOT_GRANTED in states.values():
        ready = max((each.filed_at or 0 for each in given), default=0) > case.called_at
    else:  # all blocks were won elsewhere: a jury pronounces the title if these blocks suffice for it
        won = {block.number for block, state in states.items() if state is BlockState.GRANTED}
        ready = not case.sessions and case.fold.title_sought(won, case.opened.option) is not None
    if unnamed or ready:
        yield case.candidacy, case.opened.candidate, case.opened.framework, unnamed, ready


UNMARKED = frozenset({CompetenceState.NO_EVIDENCE, CompetenceState.EVIDENCED})

READY_FOR_JURY = PerCase("ready_for_jury", rows)
