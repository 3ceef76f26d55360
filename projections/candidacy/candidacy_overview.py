"""Table of candidacies: what each one is for and its overall state; also the queries that list candidacies."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from domain.standing.standing import BlockState
from projections.asking import ask
from projections.engine.case import Case
from projections.engine.projection import PerCase, Row


@dataclass(frozen=True)
class Overview:
    """One candidacy as lists show it.

    `outcome`, `granted` and `title_on` are for the registrar; everybody else is shown the `released_` fields.
    `opened_at` is the key for paging: the next page begins after it. `blocks` are the blocks sought; empty means all
    of them, with that `option`. `ended` says how the candidacy ended without a title, if it did. `advisor` is the
    person who accompanies the candidate now, `centre` the training centre that enrolled the candidate.
    """

    candidacy: UUID
    opened_at: int
    candidate: UUID
    framework: UUID
    rulebook: UUID
    route: str
    opened_on: date
    blocks: tuple[int, ...]
    option: str | None
    ended: str | None
    advisor: UUID | None
    centre: UUID | None
    admissible: bool | None
    filed: bool
    evidence: int
    sessions: tuple[UUID, ...]
    attendance: str | None
    outcome: str
    granted: tuple[int, ...]
    title_on: date | None
    released_outcome: str
    released_granted: tuple[int, ...]
    released_title_on: date | None
    registered: int | None
    positions: tuple[int, ...]


def rows(case: Case) -> Iterator[Row]:
    """Yield the candidacy's row."""
    fold, opened = case.fold, case.opened
    taken_up = [case.attendance[session] for session in case.sessions if session in case.attendance]
    yield (
        case.candidacy,
        case.positions[0],
        opened.candidate,
        opened.framework,
        opened.rulebook,
        opened.route,
        opened.opened_on,
        opened.blocks,
        opened.option,
        case.ended,
        case.advisor,
        opened.centre,
        case.admissible,
        case.filed,
        len(case.evidence),
        tuple(case.sessions),
        taken_up[-1] if taken_up else None,
        *_whole(case, provisional=True),
        *_whole(case, provisional=False),
        case.registered,
        tuple(sorted({*case.positions, *fold.standing(provisional=True).positions})),
    )


def _whole(case: Case, *, provisional: bool) -> Row:
    fold = case.fold
    states = {block.number: fold.block_state(block, provisional=provisional) for block in fold.framework.blocks}
    granted = tuple(number for number, state in states.items() if state is BlockState.GRANTED)
    return fold.outcome(provisional=provisional), granted, fold.day_of(fold.pronounced(provisional=provisional))


CANDIDACY_OVERVIEW = PerCase("candidacy_overview", rows)


def candidacies(
    database: Database,
    *,
    candidacy: UUID | None = None,
    candidacies: Collection[UUID] | None = None,
    candidate: UUID | None = None,
    framework: UUID | None = None,
    registered: int | None = None,
    juror: UUID | None = None,
    assessor: UUID | None = None,
    advisor: UUID | None = None,
    centres: Collection[UUID] | None = None,
    files: Collection[UUID] = (),
    after: int = 0,
    limit: int | None = 50,
) -> list[Overview]:
    """Return a page of candidacies in the order in which they were opened, beginning after the position `after`.

    Filters: these candidacies; one candidate, framework or register number; those before a juror who has a seat and
    was not recused; those of an assessor or advisor; those enrolled by one of these centres. `files` are the reader's
    own person ids: the reader's own candidacies are left out. `domain.standing.disclosure` decides what is shown of
    each.
    """
    given = {
        "files": [*files, *([juror] if juror else [])],
        "candidacy": candidacy,
        "candidacies": None if candidacies is None else list(candidacies),
        "candidate": candidate,
        "framework": framework,
        "registered": registered,
        "juror": juror,
        "assessor": assessor,
        "advisor": advisor,
        "centres": None if centres is None else list(centres),
        "after": after,
        "limit": limit,
    }
    return ask(database, "candidacy_overview", given, Overview)
