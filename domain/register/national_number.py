"""The national number, given to be declared with an award, and the conditions for asking for it (NIR).

Nobody is asked for it until a text requires it in the declaration and a certifier has decided to collect it. The
person who gave it can read it, and the transmission to the training account contains it; nobody else sees it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Self, assert_never
from uuid import UUID

from domain.candidacy.candidacy import Candidacy
from domain.fact import Personal, stream_of
from domain.organisation.certifiers import Certifiers
from domain.ports import CandidacyId
from domain.refusal import Refused, Violation
from domain.register.facts import NationalNumberFact, NirGiven
from domain.rulebook.law import Provisions

SHAPE: Final = re.compile("([1-478][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6})([0-9]{2})")
"""The number and its key. 3, 4, 7 and 8 begin provisional numbers; Corsica's departments are 2A and 2B."""
MODULUS: Final = 97
EXAMPLE: Final = "255081416802538"
"""A valid number, which a replay uses in place of a sealed one."""


class NirUnsound(Refused):
    """A national number has thirteen characters and the key that checks them (NIR); a provisional one has too."""

    fr = "Un NIR compte treize caractères, et la clé qui les contrôle ; un numéro provisoire aussi."
    kind = "invalid"
    source = "INSEE, how the number is made (known without having been read)"
    source_fr = "INSEE, composition du numéro (connue sans avoir été lue)"


L6113_8 = (
    "Code du travail L6113-8 and R6113-17-1, since 1 January 2025",
    "Code du travail L6113-8 et R6113-17-1, depuis le 1er janvier 2025",
)
NO_TEXT: Final = Violation(
    "text-in-force",
    "No text in force names the NIR for this parcours.",
    "Aucun texte en vigueur ne prévoit le NIR pour ce parcours.",
    *L6113_8,
)
NO_DECISION: Final = Violation(
    "collection-decided",
    "No certifier has decided to collect it for this certification.",
    "Aucun certificateur n'a décidé de le recueillir pour cette certification.",
    "the certifier's decision",
    "la décision du certificateur",
)


class NirNotCollected(Refused):
    """A national number is given once a text in force names it and a certifier has decided to collect it."""

    fr = "Un NIR se donne si un texte en vigueur le prévoit et qu'un certificateur a décidé de le recueillir."
    source, source_fr = L6113_8


@dataclass(frozen=True, kw_only=True)
class NationalNumber:
    """The national number given in one candidacy, if it was; if given again, the last one counts."""

    id: UUID
    version: int = 0
    given: bool = False

    @staticmethod
    def id_of(candidacy: CandidacyId) -> UUID:
        """Return the stream id of the number given in a candidacy, separate since no auditor receives it."""
        return stream_of("national number", candidacy)

    def give(self, candidacy: Candidacy, nir: str, law: Provisions, certifiers: Certifiers) -> NirGiven:
        """Give the candidate's number; raise NirUnsound."""
        missing = () if law.national_number else (NO_TEXT,)
        if not certifiers.collects_nir:
            missing = (*missing, NO_DECISION)
        if missing:
            raise NirNotCollected(candidacy.id, violations=missing)
        return NirGiven(candidacy=candidacy.id, nir=Personal(sound(nir), candidacy.terms.candidate))

    def evolve(self, fact: NationalNumberFact) -> Self:
        match fact:
            case NirGiven():
                return replace(self, given=True)
            case _:
                assert_never(fact)


def sound(nir: str) -> str:
    """Return the number without its spaces; raise NirUnsound, which never repeats what was keyed."""
    found = SHAPE.fullmatch("".join(nir.split()).upper())
    if found is None:
        raise NirUnsound
    stem, key = found.groups()
    if int(key) != MODULUS - int(stem.replace("2A", "19").replace("2B", "18")) % MODULUS:
        raise NirUnsound
    return stem + key
