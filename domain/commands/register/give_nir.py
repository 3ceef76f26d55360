from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.framework.framework import Framework
from domain.jury.access import reach
from domain.organisation.certifiers import Certifiers
from domain.ports import CandidacyId, Log, Role
from domain.register.facts import NirGiven
from domain.register.national_number import EXAMPLE, NationalNumber
from domain.rulebook.law import Law
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class GiveNir:
    """Give a candidate's national number, with its key (saisir le NIR).

    The candidate or the registrar does so; a new number replaces the earlier one. Loads the candidacy, its framework,
    the certifiers, the law, and the number given before.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (NirGiven,)
    again: ClassVar[Again] = {"number": lambda _: EXAMPLE}  # the number is sealed; the command checked it
    candidacy: CandidacyId
    number: str

    def execute(self, log: Log) -> None:
        candidacy = reach(log, self.candidacy)
        terms = candidacy.terms
        code = log.load(Framework, terms.framework).content.code
        law = terms.under(log.find(Law, Law.the()), log.today)
        given = log.find(NationalNumber, NationalNumber.id_of(self.candidacy))
        certifiers = log.find(Certifiers, Certifiers.id_of(code))
        log.record(given, given.give(candidacy, self.number, law, certifiers))
