"""The ties of a juror or an assessor with a candidate, declared or computed from dated facts about both."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date

from domain.people.facts import Tie
from domain.people.one_person import OnePerson
from domain.ports import PersonId
from domain.refusal import Refused
from domain.rulebook.rule_set import JuryLaw


class ConflictOfInterest(Refused):
    """A juror tied to a candidate does not deliberate on them, nor sit on the panel where the law says so."""

    fr = "Un juré lié à un candidat ne délibère pas sur lui, ni ne siège dans le jury lorsque la loi l'en écarte."
    source = (
        "Code du travail D6412-6 (LEGIARTI000049406241); "
        "for a parcours begun before 2024, Code de l'éducation R335-8 (LEGIARTI000039330030)"
    )
    source_fr = (
        "Code du travail D6412-6 (LEGIARTI000049406241) ; "
        "pour un parcours commencé avant 2024, Code de l'éducation R335-8 (LEGIARTI000039330030)"
    )


NO_TEXT = JuryLaw()
"""The law where no text defines ties: impartiality alone."""


def ties(
    juror: OnePerson,
    candidate: OnePerson,
    advisors: AbstractSet[PersonId],
    on: date,
    law: JuryLaw = NO_TEXT,
) -> frozenset[Tie]:
    """Return the ties of a juror with a candidate on a day: declared, as an advisor, or by where both work.

    One employer at one time makes colleagues. A mandate where the other is employed makes an employer: on that day,
    or before it where the law of the jury says so. All the files of both persons are read.
    """
    computed = set[Tie]()
    if juror.names & advisors:
        computed.add(Tie.ADVISED)
    if juror.career.worked_with(candidate.career, on, past=law.past or law.former_colleagues):
        computed.add(Tie.COLLEAGUE)
    if juror.career.employs(candidate.career, on, past=law.past):
        computed.add(Tie.EMPLOYER)
    return juror.bars(candidate.names) | computed
