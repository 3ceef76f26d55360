"""What ties a juror or an assessor to a candidate, as declared and as dated facts about both show?"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from domain.people.facts import Tie
from domain.people.one_person import OnePerson
from domain.ports import PersonId
from domain.refusal import Refused


class ConflictOfInterest(Refused):
    """A juror tied to a candidate does not deliberate on them, nor sit on the panel where the law says so."""

    fr = "Un juré lié à un candidat ne délibère pas sur lui, ni ne siège dans le jury lorsque la loi l'en écarte."
    source = (
        "Code de l'éducation R335-8 (2019-11-04, repealed 2023-12-29), read through a stored page; "
        "Code du travail D6412-6"
    )
    source_fr = (
        "Code de l'éducation R335-8 (2019-11-04, abrogé le 2023-12-29), lu par une page conservée ; "
        "Code du travail D6412-6"
    )


@dataclass(frozen=True, kw_only=True)
class Employer:
    """How it is seen that a juror belongs to a candidate's employer, or the reverse: also when it is `past`?"""

    past: bool = False


TODAY = Employer()
"""As it is on the day."""


def ties(
    juror: OnePerson,
    candidate: OnePerson,
    advisors: AbstractSet[PersonId],
    on: date,
    employer: Employer = TODAY,
) -> frozenset[Tie]:
    """The ties of a juror with a candidate on a day: as declared, by accompanying them, by where both work.

    One employer at one time makes colleagues; a mandate where the other is employed, an employer. Whatever the files
    of either in which it is said.
    """
    computed = set[Tie]()
    if juror.names & advisors:
        computed.add(Tie.ADVISED)
    if juror.career.worked_with(candidate.career, on):
        computed.add(Tie.COLLEAGUE)
    if juror.career.employs(candidate.career, on, past=employer.past):
        computed.add(Tie.EMPLOYER)
    return juror.bars(candidate.names) | computed
