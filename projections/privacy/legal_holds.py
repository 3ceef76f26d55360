"""Legal holds in force, read from the register keeper's own stream, which is short."""

from __future__ import annotations

from uuid import UUID

from adapters.database.pool import Database
from domain.organisation.facts import LegalHoldLifted, LegalHoldPlaced
from domain.organisation.organisation import Organisation
from projections.reading import DossierFact
from projections.told import sealed_facts


def holds_in_force(database: Database, person: UUID | None = None) -> dict[UUID, DossierFact]:
    """Return the facts that placed the holds in force, by hold, oldest first; those on one person's data if given."""
    found: dict[UUID, DossierFact] = {}
    for each in sealed_facts(database, [Organisation.keeper()]):
        match each.fact:
            case LegalHoldPlaced(hold=hold, person=about) if person in {None, about}:
                found[hold] = each
            case LegalHoldLifted(hold=hold):
                found.pop(hold, None)
            case _:
                pass
    return found
