"""Table of published certifications: their versions and their open routes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from domain.framework.framework import Framework
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class Certification:
    """One framework version as lists show it; `published_at` is the key for paging."""

    framework: UUID
    published_at: int
    code: str
    version: int
    title: str
    certifier: str
    admits_from: date
    admits_until: date
    blocks: int
    competences: int
    open_routes: tuple[str, ...]
    positions: tuple[int, ...]


def rows(framework: Framework, facts: Facts) -> Iterator[Row]:
    """Yield the framework version's row."""
    definition = framework.content
    opened = {opening.route for opening in framework.opened}
    positions = tuple(position for _, position in facts)
    yield (
        framework.id,
        positions[0],
        definition.code,
        definition.version,
        definition.title,
        definition.certifier,
        definition.registration.published_on,
        definition.registration.ends_on,
        len(definition.blocks),
        len(definition.competences),
        tuple(
            row.route
            for row in definition.routes
            if row.open and (row.route in opened or definition.modalities_for(row.route))
        ),
        positions,
    )


CERTIFICATION_CATALOGUE = PerStream("certification_catalogue", Framework, rows)


def certifications(database: Database, *, after: int = 0, limit: int | None = 50) -> list[Certification]:
    """Return a page of published framework versions in order of publication."""
    return ask(database, "certification_catalogue", {"after": after, "limit": limit}, Certification)
