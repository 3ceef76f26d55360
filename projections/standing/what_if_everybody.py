"""Comparison of all candidacies of a version under another framework version, computed from the log, in pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.database.pool import Database
from domain.assessment.facts import AssessmentFiled, AssessmentReopened, CompetenceAssessed
from domain.candidacy.facts import (
    AssessorAssigned,
    AssessorReleased,
    CandidacyOpened,
    EvidenceSubmitted,
    ValidationFileSubmitted,
)
from domain.evidence.facts import (
    EvidenceCleared,
    EvidenceQuarantined,
    EvidenceRedirected,
    EvidenceRejected,
    EvidenceWithdrawn,
)
from domain.jury.facts import CompetenceProposed
from domain.ports import PersonId
from domain.standing.comparison import Changed, Comparison
from domain.standing.standing import Fold
from projections.engine.advance import BETWEEN
from projections.engine.case import STANDING, as_uuid
from projections.engine.lean import lean
from projections.engine.published import Publications
from projections.engine.statements import statements

UNDECIDING: Final = (
    EvidenceSubmitted,
    EvidenceRedirected,
    EvidenceWithdrawn,
    EvidenceCleared,
    EvidenceRejected,
    EvidenceQuarantined,
    ValidationFileSubmitted,
    AssessorAssigned,
    AssessorReleased,
    CompetenceAssessed,
    AssessmentFiled,
    AssessmentReopened,
    CompetenceProposed,
)
DECISIONS: Final = tuple(fact for fact in STANDING if fact not in UNDECIDING)
"""The facts that determine the blocks and titles obtained: evidence, marks and proposals decide nothing."""
READS: Final = sorted(fact.__name__ for fact in DECISIONS)
OPENED: Final = CandidacyOpened.__name__


@dataclass(frozen=True, kw_only=True)
class ChangedCandidacy:
    """One candidacy, and what it would gain and lose."""

    candidacy: UUID
    candidate: UUID
    changed: Changed


@dataclass(frozen=True, kw_only=True)
class WhatIfPage:
    """The candidacies of a page whose results would differ, the number judged, and the start of the next page."""

    judged: int
    otherwise: tuple[ChangedCandidacy, ...]
    next: int | None


def judged(
    database: Database, beside: Comparison, *, provisional: bool, own: AbstractSet[PersonId], after: int, limit: int
) -> WhatIfPage:
    """Judge the candidacies of a version, `limit` of them at most, in the order in which they were opened.

    `provisional` includes unreleased results, except in the reader's own candidacies (`own`: their person ids).
    """
    given = {"framework": beside.framework, "after": after, "limit": limit + 1}
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(statements("what_if_everybody")["page"], given)
        rows = cursor.fetchall()
        page = rows[:limit]
        found = list(_judged(cursor, beside, [candidacy for candidacy, _ in page], provisional, own))
    order = dict(page)
    return WhatIfPage(
        judged=len(page),
        otherwise=tuple(sorted(found, key=lambda each: order[each.candidacy])),
        next=page[-1][1] if len(rows) > limit else None,
    )


def _judged(
    cursor: Cursor, beside: Comparison, candidacies: Sequence[UUID], provisional: bool, own: AbstractSet[PersonId]
) -> Iterator[ChangedCandidacy]:
    publications = Publications()
    publications.cursor = cursor
    cursor.execute(statements("what_if_everybody")["facts"], {"candidacies": list(candidacies), "reads": READS})
    for candidacy, text in cursor.fetchall():
        folded = _folded(text, beside, publications)
        shown = provisional and folded.candidate not in own
        changed = beside.changed(beside.worth(folded, provisional=shown))
        if changed and folded.candidate:
            yield ChangedCandidacy(candidacy=as_uuid(candidacy), candidate=folded.candidate, changed=changed)


def _folded(text: str, beside: Comparison, publications: Publications) -> Fold:
    facts: list[Any] = [line.split(" ", 3) for line in text.split(BETWEEN)]
    opened = lean(OPENED, next(body for _, _, type_name, body in facts if type_name == OPENED))
    if not isinstance(opened, CandidacyOpened):
        raise TypeError(OPENED)
    folded = Fold(beside.now, publications.rules(opened.rulebook))
    read = folded.read
    for position, stream, type_name, body in facts:
        read(lean(type_name, body), as_uuid(stream), int(position))
    return folded
