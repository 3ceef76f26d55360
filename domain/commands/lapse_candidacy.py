"""When does a candidacy lapse?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import run
from domain.course import course
from domain.credit import Credit
from domain.ports import CandidacyId, Log, Role
from domain.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class LapseCandidacy:
    """Note that a candidacy's period ran out without another step (constater la caducité).

    Loads the candidacy, its rulebook, the sessions before which it was called, what they decided, and what counts in
    it from elsewhere.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.SYSTEM})
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        """Record CandidacyLapsed."""
        candidacy = run(log, self.candidacy)
        juries = course(log, candidacy)
        since = candidacy.last_step(juries, log.find(Credit, Credit.id_of(candidacy.id)).fell_on)
        last_day = log.load(Rulebook, candidacy.terms.rulebook).content.journeys.lapses(since)
        log.record(candidacy, candidacy.life.lapse(juries, since, last_day, log.today))
