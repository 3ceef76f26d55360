from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role
from domain.register.declaration import Declaration
from domain.register.facts import CorrectionRequested


@dataclass(frozen=True, kw_only=True)
class NoteCorrectionRequest:
    """Record a request of the Caisse des dépôts to correct a declaration (noter une demande).

    `requested_on` is the day of its request, from which the time to answer runs. Loads the candidacy and its
    declarations.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (CorrectionRequested,)
    candidacy: CandidacyId
    requested_on: date
    asks: str

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        declaration = log.find(Declaration, Declaration.id_of(self.candidacy))
        log.record(declaration, declaration.request(candidacy, self.asks, self.requested_on, log.today))
