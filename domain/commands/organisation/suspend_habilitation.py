from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.organisation.facts import HabilitationSuspended
from domain.organisation.institution import Institution
from domain.ports import Log, OrganisationId, Role


@dataclass(frozen=True, kw_only=True)
class SuspendHabilitation:
    """Suspend a habilitation for a period, or until it is resumed (suspendre une habilitation).

    The `ground` names nobody. Loads the organisation.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (HabilitationSuspended,)
    organisation: OrganisationId
    habilitation: UUID
    first_day: date
    ground: str
    last_day: date | None = None

    def execute(self, log: Log) -> None:
        centre = log.load(Institution, self.organisation)
        log.record(centre, centre.suspend(self.habilitation, self.first_day, self.last_day, self.ground))
