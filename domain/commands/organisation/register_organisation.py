from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.organisation.facts import OrganisationRegistered
from domain.organisation.institution import Institution
from domain.ports import Log, OrganisationId, Role


@dataclass(frozen=True, kw_only=True)
class RegisterOrganisation:
    """Register a certifier, a partner or a centre (enregistrer un organisme).

    Loads its own stream, which is unique.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (OrganisationRegistered,)
    legal_name: str
    siret: str | None = None

    def execute(self, log: Log) -> None:
        """Record OrganisationRegistered, on the stream of its SIRET if it has one."""
        stream = (
            Institution.id_of(self.siret) if self.siret is not None else OrganisationId(log.new_id("organisation"))
        )
        found = log.find(Institution, stream)
        log.record(found, found.register(self.legal_name, self.siret))
