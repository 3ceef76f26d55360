from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.facts import FeasibilityFileCompleted, FilingChannel
from domain.jury.access import by_post, handing_in
from domain.ports import CandidacyId, Log, Role
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class CompleteFeasibilityFile:
    """Submit the pieces missing from a feasibility file (compléter le dossier de faisabilité). Loads the candidacy.

    A candidate does so on the portal, today; a registrar keys what came by post, with the day of its receipt.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (FeasibilityFileCompleted,)
    again: ClassVar[Again] = {
        "received_on": lambda append: next(
            (fact.received_on for fact in append.of(FeasibilityFileCompleted) if fact.channel is FilingChannel.POST),
            None,
        )
    }
    candidacy: CandidacyId
    received_on: date | None = None

    def execute(self, log: Log) -> None:
        candidacy = handing_in(log, self.candidacy)
        candidacy.check_admissibility_open()
        log.record(candidacy, candidacy.feasibility.complete_with(self.received_on, log.today, posted=by_post(log)))
