from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.facts import AdmissibilityDecided, FileCounted
from domain.candidacy.silence import silence
from domain.commands.candidacy.yearly_count import count_file
from domain.framework.framework import Framework
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class DecideAdmissibility:
    """Declare a VAE candidacy admissible or not, with the gaps or the reason (décider de la recevabilité).

    Loads the candidacy, its framework and rulebook, and the law. If no file was keyed before, loads what the yearly
    count relies on: a file beyond the limit is not admitted.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (AdmissibilityDecided, FileCounted)
    candidacy: CandidacyId
    admissible: bool
    file_received_on: date
    reason: str | None = None
    gaps: str | None = None
    recommendations: str | None = None

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        decided = candidacy.decide_admissibility(
            self.admissible,
            self.file_received_on,
            self.reason,
            by=log.actor.who,
            today=log.today,
            admits_from=log.load(Framework, candidacy.terms.framework).content.registration.admits_from,
            silence=silence(log, candidacy),
            gaps=self.gaps,
            recommendations=self.recommendations,
        )
        if candidacy.feasibility.received_on is None:
            count_file(log, candidacy, self.file_received_on, None, refuses=self.admissible)
        log.record(candidacy, decided)
