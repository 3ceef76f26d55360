from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.organisation.facts import HabilitationResumed
from domain.organisation.institution import Institution
from domain.ports import Log, OrganisationId, Role


@dataclass(frozen=True, kw_only=True)
class ResumeHabilitation:
    """Resume a suspended habilitation from a day (lever une suspension). Loads the organisation."""

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (HabilitationResumed,)
    organisation: OrganisationId
    habilitation: UUID
    resumed_on: date

    def execute(self, log: Log) -> None:
        centre = log.load(Institution, self.organisation)
        log.record(centre, centre.resume(self.habilitation, self.resumed_on))
