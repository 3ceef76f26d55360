from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.facts import FileCounted, ReceiptDayCorrected
from domain.candidacy.silence import silence
from domain.commands.candidacy.yearly_count import recount_file
from domain.framework.framework import Framework
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role


@dataclass(frozen=True, kw_only=True)
class CorrectReceiptDay:
    """Correct the day keyed for a feasibility file that came by post (corriger le jour de réception).

    Only while nothing is decided on it, and silence has not admitted by the day keyed. Loads the candidacy, its
    framework and rulebook, the law, and the candidate's filings: the file counts in the year of the corrected day.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (ReceiptDayCorrected, FileCounted)
    candidacy: CandidacyId
    received_on: date
    reason: str

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        corrected = candidacy.correct_receipt(
            self.received_on,
            self.reason,
            silence(log, candidacy),
            log.today,
            admits_from=log.load(Framework, candidacy.terms.framework).content.registration.admits_from,
        )
        recount_file(log, candidacy, self.received_on)
        log.record(candidacy, corrected)
