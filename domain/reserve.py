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

    candidacy: CandidacyId


@dataclass(frozen=True, kw_only=True)
class ReleaseResumed(Fact):
    """The procedure is over: what this session decided of the candidate is made known with the others' results.

    `released_on` is the day of it where those were known already.
    """

    candidacy: CandidacyId
    released_on: date | None = None


ReserveFact = ReleaseWithheld | ReleaseResumed
