"""Whose results wait although a session's are released? Those of a candidate in a procedure for fraud (réserve).

It stands on the session's own stream, so that a release reads nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.fact import Fact
from domain.ports import CandidacyId


@dataclass(frozen=True, kw_only=True)
class ReleaseWithheld(Fact):
    """What this session decides of a candidate is not made known while a procedure for fraud is under way."""

    fr = "Ce que la session décide de ce candidat attend la fin d'une procédure pour fraude."
    said_fr = "Le résultat de cette candidature n'est pas communiqué tant qu'une procédure est en cours."
    said_en = "This candidate's result is not made known while a procedure is under way."
    after_the_end = "a fraud is dealt with all the same"
    candidacy: CandidacyId


@dataclass(frozen=True, kw_only=True)
class ReleaseResumed(Fact):
    """The procedure is over: what this session decided of the candidate is made known with the others' results.

    `released_on` is the day of it where those were known already.
    """

    fr = "La procédure est finie : ce que la session a décidé de ce candidat est communiqué."
    said_fr = "La procédure est finie : le résultat de cette candidature est communiqué avec les autres."
    said_en = "The procedure is over: this candidate's result is made known with the others'."
    effective = "released_on"
    after_the_end = "a fraud is dealt with all the same"
    candidacy: CandidacyId
    released_on: date | None = None


ReserveFact = ReleaseWithheld | ReleaseResumed
