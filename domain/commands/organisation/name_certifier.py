from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.organisation.certifiers import Certifiers
from domain.organisation.facts import CertifierNamed
from domain.organisation.institution import Institution
from domain.ports import Log, OrganisationId, Role


@dataclass(frozen=True, kw_only=True)
class NameCertifier:
    """Name a certifier of a certification, by its code in the register (nommer un certificateur).

    Loads the organisation and the certification's certifiers.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (CertifierNamed,)
    certification: str
    organisation: OrganisationId
    keeps_register: bool = False

    def execute(self, log: Log) -> None:
        log.load(Institution, self.organisation)
        certifiers = log.find(Certifiers, Certifiers.id_of(self.certification))
        named = certifiers.name(self.certification, self.organisation, keeps_register=self.keeps_register)
        log.record(certifiers, named)
