"""Table of centres' habilitations: certification, purpose, sites and days."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from domain.organisation.facts import HabilitationGranted
from domain.organisation.institution import Institution
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class HabilitatedCentre:
    """One habilitation; `granted_at` is the key for paging; once it has ended, `last_day` is the day of its end."""

    habilitation: UUID
    organisation: UUID
    granted_at: int
    certification: str
    granted_by: UUID
    purpose: str
    sites: tuple[str, ...]
    first_day: date
    last_day: date | None
    ended: bool
    suspended: tuple[str, ...]
    unreported: tuple[date, ...]


def rows(centre: Institution, facts: Facts) -> Iterator[Row]:
    """Yield one row per habilitation; a suspension is written as an interval of days, `2021-06-01/2021-06-30`."""
    for fact, position in facts:
        if isinstance(fact, HabilitationGranted):
            stands = centre.habilitations[fact.habilitation]
            yield (
                centre.id,
                fact.habilitation,
                position,
                fact.certification,
                fact.granted_by,
                fact.purpose,
                json.dumps(fact.sites),
                fact.first_day,
                stands.last_day,
                stands.ended,
                tuple(f"{first}/{last or '..'}" for first, last in stands.suspensions),
                stands.unreported,
            )


HABILITATIONS = PerStream("habilitations", Institution, rows)


def habilitations(
    database: Database,
    *,
    organisation: UUID | None = None,
    certification: str | None = None,
    unreported: bool = False,
    after: int = 0,
    limit: int | None = 50,
) -> list[HabilitatedCentre]:
    """Return a page of the habilitations, in the order in which they were granted; of one centre or certification.

    `unreported`: only those with a change that was not yet reported to France compétences.
    """
    which = {"organisation": organisation, "certification": certification, "unreported": unreported}
    given = which | {"after": after, "limit": limit}
    return ask(database, "habilitations", given, HabilitatedCentre)
