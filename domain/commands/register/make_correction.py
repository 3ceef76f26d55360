from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.commands.register.due_by_law import answering
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role
from domain.register.declaration import Declaration
from domain.register.facts import CorrectionMade


@dataclass(frozen=True, kw_only=True)
class MakeCorrection:
    """Record that corrected data were sent, as the Caisse des dépôts had asked (transmettre la correction).

    Loads the candidacy, its declarations, its rulebook and the law.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (CorrectionMade,)
    candidacy: CandidacyId
    correction: int
    made_on: date | None = None

    def execute(self, log: Log) -> None:
        """Record CorrectionMade, for today if no day is given."""
        candidacy, made_on = run(log, self.candidacy), self.made_on or log.today
        declaration = log.find(Declaration, Declaration.id_of(self.candidacy))
        due = answering(log, candidacy, declaration.requested_on(self.correction))
        log.record(declaration, declaration.correct(candidacy, self.correction, made_on, log.today, due))
