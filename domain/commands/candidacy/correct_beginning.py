from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from domain.candidacy.beginning import beginning
from domain.candidacy.facts import BeginningCorrected
from domain.candidacy.silence import lapse_of
from domain.deadlines.last_step import course
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.jury.access import run
from domain.ports import CandidacyId, Log, Role
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class CorrectBeginning:
    """Correct the day on which a parcours of VAE began, which determines its law (corriger le début du parcours).

    Only while no jury is to decide: a candidate already called is freed first. If no text let the admissibility lapse
    before, its months run from today, since nobody knew. Loads the candidacy, its juries, its framework, registration
    and rulebook, and the law.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (BeginningCorrected,)
    candidacy: CandidacyId
    began_on: date
    reason: str

    @property
    def subject(self) -> CandidacyId:
        """The stream that the user was shown: the dossier."""
        return self.candidacy

    def execute(self, log: Log) -> None:
        candidacy = run(log, self.candidacy)
        terms = candidacy.terms
        began = beginning(
            terms.route,
            self.began_on,
            terms.since or terms.opened_on,
            log.load(Framework, terms.framework).content,
            log.find(Registration, Registration.id_of(terms.framework)),
        )
        corrected = candidacy.correct_beginning(began, self.reason, course(log, candidacy))
        law, rules = log.find(Law, Law.the()), log.load(Rulebook, terms.rulebook).content
        then = candidacy.evolve(corrected)
        if then.unused_since and lapse_of(then.terms, law, rules) and not lapse_of(terms, law, rules):
            corrected = replace(corrected, unused_since=log.today)
        log.record(candidacy, corrected)
