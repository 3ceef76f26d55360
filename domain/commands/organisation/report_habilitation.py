from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.organisation.facts import HabilitationReported
from domain.organisation.institution import Institution
from domain.ports import Log, OrganisationId, Role
from domain.rulebook.law import Law


@dataclass(frozen=True, kw_only=True)
class ReportHabilitation:
    """Record that the changes of a habilitation were reported to France compétences (déclarer une modification).

    It covers all changes that take effect by the day `up_to`, which may be in the future. The `reference` is the
    message's, and names nobody. Loads the organisation and the law.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (HabilitationReported,)
    organisation: OrganisationId
    habilitation: UUID
    reference: str
    reported_on: date | None = None
    up_to: date | None = None

    def execute(self, log: Log) -> None:
        """Record HabilitationReported, for today if no day is given, and up to that day."""
        centre, law = log.load(Institution, self.organisation), log.find(Law, Law.the())
        reported_on = self.reported_on or log.today
        up_to = self.up_to or reported_on
        log.record(
            centre, centre.report(self.habilitation, reported_on, up_to, self.reference, law=law, today=log.today)
        )
