"""Table of the registered organisations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.database.pool import Database
from domain.organisation.facts import OrganisationRegistered
from domain.organisation.institution import Institution
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class KnownOrganisation:
    """One organisation; `registered_at` is the key for paging."""

    organisation: UUID
    registered_at: int
    legal_name: str
    siret: str | None
    positions: tuple[int, ...]


def rows(institution: Institution, facts: Facts) -> Iterator[Row]:
    """Yield the organisation's row."""
    siret = next((fact.siret for fact, _ in facts if isinstance(fact, OrganisationRegistered)), None)
    positions = tuple(position for _, position in facts)
    yield institution.id, positions[0], institution.legal_name, siret, positions


ORGANISATIONS = PerStream("organisations", Institution, rows)


def organisations(
    database: Database, *, organisation: UUID | None = None, after: int = 0, limit: int = 50
) -> list[KnownOrganisation]:
    """Return a page of the organisations, in the order in which they were registered; or `organisation` alone."""
    given = {"organisation": organisation, "after": after, "limit": limit}
    return ask(database, "organisations", given, KnownOrganisation)
