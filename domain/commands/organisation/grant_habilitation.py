from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.organisation.certifiers import Certifiers
from domain.organisation.facts import HabilitationGranted, Purpose
from domain.organisation.institution import Institution
from domain.ports import Log, OrganisationId, Role


@dataclass(frozen=True, kw_only=True)
class GrantHabilitation:
    """Habilitate an organisation for a certification, at some sites, for a period (habiliter un centre).

    Loads the organisation and the certification's certifiers, one of which grants it.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (HabilitationGranted,)
    organisation: OrganisationId
    certification: str
    granted_by: OrganisationId
    purpose: Purpose
    sites: tuple[str, ...] = ()
    first_day: date
    last_day: date | None = None

    def execute(self, log: Log) -> None:
        centre = log.load(Institution, self.organisation)
        log.find(Certifiers, Certifiers.id_of(self.certification)).check_certifier(self.granted_by)
        granted = HabilitationGranted(
            habilitation=log.new_id("habilitation"),
            certification=self.certification,
            granted_by=self.granted_by,
            purpose=self.purpose,
            sites=self.sites,
            first_day=self.first_day,
            last_day=self.last_day,
        )
        log.record(centre, centre.habilitate(granted))
