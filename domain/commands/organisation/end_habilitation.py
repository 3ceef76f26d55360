from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.organisation.facts import HabilitationEnded
from domain.organisation.institution import Institution
from domain.ports import Log, OrganisationId, Role


@dataclass(frozen=True, kw_only=True)
class EndHabilitation:
    """End a habilitation: `last_day` is the last one on which it counts (mettre fin).

    The `ground` names nobody. Loads the organisation.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (HabilitationEnded,)
    organisation: OrganisationId
    habilitation: UUID
    last_day: date
    ground: str

    def execute(self, log: Log) -> None:
        centre = log.load(Institution, self.organisation)
        log.record(centre, centre.end(self.habilitation, self.last_day, self.ground))
