from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.assessment.assessment import Assessment, free, to_assess
from domain.candidacy.facts import AssessorReleased
from domain.people.facts import Tie, TieDeclared
from domain.people.one_person import one_person
from domain.people.person import Person
from domain.ports import CandidacyId, Log, Role
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class HandOverDossier:
    """Give up a dossier that one assesses, and declare a tie with its candidate if that is why (se dessaisir).

    Loads the candidacy, its rulebook, the assessor with their ties, and the assessment, which must not be filed
    unless a tie bars them. The tie is recorded on the assessor, the release on the candidacy.
    """

    roles: ClassVar = frozenset({Role.ASSESSOR})
    records: ClassVar = (TieDeclared, AssessorReleased)
    candidacy: CandidacyId
    reason: str
    tie: Tie | None = None

    def execute(self, log: Log) -> None:
        """Record TieDeclared, unless it is declared already, and AssessorReleased."""
        by, candidacy = log.actor.who, to_assess(log, self.candidacy)
        person, candidate = log.load(Person, by), candidacy.terms.candidate
        rules = log.load(Rulebook, candidacy.terms.rulebook).content
        barred = self.tie in rules.ties_bar_assessors or not free(
            log.find, one_person(log.find, by), candidacy, rules, log.today
        )
        assessment = log.find(Assessment, Assessment.id_of(candidacy.id, by))
        released = assessment.release(candidacy, by, self.reason, barred=barred)
        if self.tie and (candidate, self.tie) not in person.ties:
            log.record(person, person.declare_tie(candidate, self.tie, by))
        log.record(candidacy, released)
