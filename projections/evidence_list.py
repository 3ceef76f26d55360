"""Which pieces of evidence does a dossier hold, for which competences, and what became of them?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adapters.database.pool import Database
from adapters.log.codec import decode
from adapters.vault import Place
from domain.fact import Fact
from projections.asking import ask
from projections.case import Case
from projections.projection import PerCase, Row


@dataclass(frozen=True)
class Listed:
    """One piece of evidence. Its name and digest are opened from `submitted` at `place`."""

    candidacy: UUID
    evidence: UUID
    position: int
    submitted_by: UUID
    competences: tuple[int, ...]
    media_type: str
    size: int
    withdrawn: bool
    filed: bool
    positions: tuple[int, ...]
    submitted: Fact
    place: Place


def rows(case: Case) -> Iterator[Row]:
    """One row per piece put in."""
    for evidence, piece in case.evidence.items():
        yield (
            case.candidacy,
            evidence,
            piece.position,
            piece.submitted.submitted_by,
            piece.competences,
            piece.submitted.media_type,
            piece.submitted.size,
            piece.withdrawn,
            piece.filed,
            tuple(piece.positions),
        )


EVIDENCE_LIST = PerCase("evidence_list", rows)


def evidence_of(database: Database, candidacy: UUID, *, after: int = 0, limit: int = 200) -> list[Listed]:
    """A page of the candidacy's evidence, withdrawn pieces too, in the order in which it was put in."""
    return _listed(database, {"candidacy": candidacy, "evidence": None, "after": after, "limit": limit})


def piece(database: Database, evidence: UUID) -> Listed | None:
    """One piece, if it was put in."""
    found = _listed(database, {"candidacy": None, "evidence": evidence, "after": 0, "limit": 1})
    return found[0] if found else None


def _listed(database: Database, given: dict[str, object]) -> list[Listed]:
    return ask(database, "evidence_list", given, _read)


def _read(*row: Any) -> Listed:
    type_name, body, stream, version, append_id, n = row[10:]
    place = Place(append_id, n, stream, type_name, version, "")
    values: list[Any] = [*row[:10], decode(type_name, body), place]
    return Listed(*values)
