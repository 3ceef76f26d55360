from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.facts import AdmissibilityLapsed
from domain.candidacy.silence import lapse_of
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class LapseAdmissibility:
    """Record that an admissibility lapsed, since no step followed it (constater la caducité de la recevabilité).

    Loads the candidacy, its rulebook and the law.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.SYSTEM})
    records: ClassVar = (AdmissibilityLapsed,)
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        rules = log.load(Rulebook, candidacy.terms.rulebook).content
        time = lapse_of(candidacy.terms, log.find(Law, Law.the()), rules)
        log.record(candidacy, candidacy.lapse_admissibility(time, log.today))
