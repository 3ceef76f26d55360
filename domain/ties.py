"""What ties a juror or an assessor to a candidate, as declared and as dated facts about both show?"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date

from domain.one_person import OnePerson
from domain.person import Tie
from domain.ports import PersonId
from domain.refusal import Refused


class ConflictOfInterest(Refused):
    """A juror tied to a candidate does not deliberate on them, nor sit on the panel where the law says so."""

    fr = "Un juré lié à un candidat ne délibère pas sur lui, ni ne siège dans le jury lorsque la loi l'en écarte."
    source = (
        "Code de l'éducation R335-8 (2019-11-04, repealed 2023-12-29) and Code du travail D6412-6, "
        "both read through secondary sources"
    )
    source_fr = (
        "Code de l'éducation R335-8 (2019-11-04, abrogé le 2023-12-29) et Code du travail D6412-6, lus l'un "
        "et l'autre par des sources secondaires"
    )


def ties(juror: OnePerson, candidate: OnePerson, advisors: AbstractSet[PersonId], on: date) -> frozenset[Tie]:
    """The ties of a juror with a candidate on a day: as declared, by accompanying them, by one employer at a time.

    Whatever the files of either in which it is said.
    """
    computed = set[Tie]()
    if juror.names & advisors:
        computed.add(Tie.ADVISED)
    if juror.career.worked_with(candidate.career, on):
        computed.add(Tie.COLLEAGUE)
    return juror.bars(candidate.names) | computed
