from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.facts import CandidacyLapsed
from domain.deadlines.last_step import course, lapse
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class LapseCandidacy:
    """Record that a candidacy's period ran out without another step (constater la caducité).

    Loads the candidacy, its rulebook, the sessions before which it was called, their deliberations, its credits, and
    the notice of a decision from which a rectification took something.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.SYSTEM})
    records: ClassVar = (CandidacyLapsed,)
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        juries = course(log, candidacy)
        rules = log.load(Rulebook, candidacy.terms.rulebook).content.journeys
        log.record(candidacy, lapse(candidacy, juries, log.find, rules, log.today))
