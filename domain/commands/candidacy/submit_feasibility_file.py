from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.facts import Channel, FeasibilityFileSubmitted
from domain.framework.framework import Framework
from domain.jury.access import by_post, handing_in
from domain.ports import CandidacyId, Log, Role
from domain.replay.read_back import Again


@dataclass(frozen=True, kw_only=True)
class SubmitFeasibilityFile:
    """Submit the feasibility file of a VAE candidacy (déposer le dossier de faisabilité).

    Loads the candidacy and its framework. A candidate does so on the portal, today; a registrar keys one that came by
    post, with the day it was received.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (FeasibilityFileSubmitted,)
    again: ClassVar[Again] = {
        "received_on": lambda append: next(
            (fact.received_on for fact in append.of(FeasibilityFileSubmitted) if fact.channel is Channel.POST), None
        )
    }
    candidacy: CandidacyId
    received_on: date | None = None

    def execute(self, log: Log) -> None:
        candidacy = handing_in(log, self.candidacy)
        candidacy.check_admissibility_open()
        first = log.load(Framework, candidacy.terms.framework).content.registration.admits_from
        file, posted = candidacy.feasibility, by_post(log)
        log.record(candidacy, file.submit(self.received_on, log.today, posted=posted, admits_from=first))
