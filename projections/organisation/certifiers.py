"""Table of the organisations that award each certification, and of the one that keeps its register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.database.pool import Database
from domain.organisation.certifiers import Certifiers
from domain.organisation.facts import CertifierNamed
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class Certifier:
    """One organisation as a certifier of one certification."""

    organisation: UUID
    certification: str
    keeps_register: bool
    position: int


def rows(certifiers: Certifiers, facts: Facts) -> Iterator[Row]:
    """Yield one row per organisation that awards this certification."""
    for fact, position in facts:
        if isinstance(fact, CertifierNamed):
            yield certifiers.id, fact.organisation, fact.certification, fact.keeps_register, position


CERTIFIERS = PerStream("certifiers", Certifiers, rows)


def certifiers(database: Database, organisation: UUID) -> list[Certifier]:
    """Return the certifications that an organisation awards."""
    return ask(database, "certifiers", {"organisation": organisation}, Certifier)
