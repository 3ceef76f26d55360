from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.commands.register.due_by_law import answering
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role
from domain.register.declaration import Declaration
from domain.register.facts import CorrectionRefused


@dataclass(frozen=True, kw_only=True)
class RefuseCorrection:
    """Record that a request of the Caisse des dépôts was refused, with reasons (refuser, avec ses raisons).

    Loads the candidacy, its declarations, its rulebook and the law.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (CorrectionRefused,)
    candidacy: CandidacyId
    correction: int
    reason: str
    refused_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record CorrectionRefused, for today if no day is given."""
        candidacy, refused_on = run(log, self.candidacy), self.refused_on or log.today
        declaration = log.find(Declaration, Declaration.id_of(self.candidacy))
        due = answering(log, candidacy, declaration.requested_on(self.correction))
        refused = declaration.refuse(candidacy, self.correction, self.reason, refused_on, today=log.today, due=due)
        log.record(declaration, refused)
