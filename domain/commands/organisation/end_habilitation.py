from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.calendar import check_meant
from domain.organisation.facts import HabilitationEnded
from domain.organisation.institution import Institution
from domain.ports import Log, OrganisationId, Role
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class EndHabilitation:
    """End a habilitation; `last_day` is the last day on which it counts (mettre fin à une habilitation).

    That day can be changed until it has passed; `confirms_past` confirms a day in the past. The `ground` names
    nobody. Loads the organisation.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (HabilitationEnded,)
    again: ClassVar[Again] = {"confirms_past": lambda _: True}
    organisation: OrganisationId
    habilitation: UUID
    last_day: date
    ground: str
    confirms_past: bool = False

    def execute(self, log: Log) -> None:
        check_meant(log.today, self.confirms_past, self.last_day)
        centre = log.load(Institution, self.organisation)
        log.record(centre, centre.end(self.habilitation, self.last_day, self.ground, log.today))
