from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from domain.candidacy.facts import FeasibilityFileSubmitted, FileCounted, FilingChannel
from domain.commands.candidacy.yearly_count import count_file
from domain.framework.framework import Framework
from domain.jury.access import by_post, handing_in
from domain.ports import CandidacyId, Log, Role
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class SubmitFeasibilityFile:
    """Submit the feasibility file of a VAE candidacy (déposer le dossier de faisabilité).

    Loads the candidacy, and what the yearly count relies on. A candidate does so on the portal, today; a registrar
    keys a file that came by post, with the day of its receipt. `elsewhere` is the number of files that the candidate
    declares to have submitted to other certifiers that year, for other certifications and not for blocks only. The
    highest number declared in a year counts.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (FeasibilityFileSubmitted, FileCounted)
    again: ClassVar[Again] = {
        "received_on": lambda append: next(
            (fact.received_on for fact in append.of(FeasibilityFileSubmitted) if fact.channel is FilingChannel.POST),
            None,
        )
    }
    candidacy: CandidacyId
    received_on: date | None = None
    elsewhere: int | None = None

    def execute(self, log: Log) -> None:
        candidacy = handing_in(log, self.candidacy)
        candidacy.check_admissibility_open()
        first = log.load(Framework, candidacy.terms.framework).content.registration.admits_from
        file, posted = candidacy.feasibility, by_post(log)
        submitted = file.submit(self.received_on, log.today, posted=posted, admits_from=first)
        count_file(log, candidacy, submitted.received_on, self.elsewhere)
        log.record(candidacy, replace(submitted, elsewhere=self.elsewhere))
