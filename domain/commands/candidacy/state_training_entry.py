from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.facts import TrainingEntered
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class StateTrainingEntry:
    """Record the day on which a candidate entered training (constater l'entrée en formation).

    It preserves the registration for them. Loads the candidacy, its framework and registration.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (TrainingEntered,)
    candidacy: CandidacyId
    entered_on: date

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        content = log.load(Framework, candidacy.terms.framework).content
        valid = log.find(Registration, Registration.id_of(candidacy.terms.framework)).runs(self.entered_on, content)
        route = candidacy.terms.route
        log.record(candidacy, candidacy.life.enter_training(route, self.entered_on, log.today, valid=valid))
