"""Table of the exam papers that each assessor marks by number, with their progress, never with their authors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from projections.asking import ask
from projections.engine.case import Case
from projections.engine.projection import PerCase, Row


@dataclass(frozen=True)
class Pile:
    """The papers of one sitting that an assessor marks: how many in all, how many begun, how many handed in.

    `due_on` is the day of the next jury before which one of their authors is called.
    """

    sitting: UUID
    framework: UUID
    modality: str
    held_on: date
    papers: int
    begun: int
    filed: int
    due_on: date | None


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per assessor who marks a paper of this dossier."""
    for assessor, (sitting, assigned) in case.markers.items():
        if assigned.competences:
            yield case.candidacy, assessor, sitting, bool(assigned.marks), assigned.filed, tuple(assigned.positions)


PAPERS_TO_MARK = PerCase("papers_to_mark", rows)


def piles(database: Database, assessor: UUID) -> list[Pile]:
    """Return the piles of an assessor: unfinished ones first, then by the day of the next jury."""
    return ask(database, "papers_to_mark", {"assessor": assessor}, Pile, "piles")
