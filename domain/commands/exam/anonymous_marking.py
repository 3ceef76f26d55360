from __future__ import annotations

from datetime import date

from domain.assessment.assessment import AssessorTied, NotAssigned, check_free, found
from domain.candidacy.candidacy import Candidacy, NotByNumber, OwnWork
from domain.exam.sitting import Sitting
from domain.jury.session import JurySession
from domain.people.facts import Tie
from domain.people.one_person import OnePerson
from domain.ports import CandidacyId, Find, Log, SittingId
from domain.refusal import NotFound
from domain.rulebook.rules import Rules

KNOWN_BY = frozenset({Tie.ADVISED, Tie.TRAINED})
"""The ties by which a marker would recognise the author of a paper, whatever the rulebook bars."""


def whose_paper(log: Log, sitting: SittingId, number: int) -> Candidacy:
    """Load the candidacy whose paper the actor marks; raise NotAssigned for any other paper.

    The candidacy must not appear in an answer. Also raises NotAssigned for what is no sitting, so that the answers do
    not reveal which it is.
    """
    by = log.actor.who
    try:
        held = log.load(Sitting, sitting)
    except NotFound as none:
        raise NotAssigned(by) from none
    candidacy = log.load(Candidacy, held.author(number, by))
    if by not in candidacy.by_number:
        raise NotAssigned(by)
    return candidacy


def paper_of(log: Log, candidacy: CandidacyId) -> tuple[SittingId, int]:
    """Return the sitting, and the number under which the actor marks a paper of this candidacy; raise NotAssigned."""
    for sitting in log.load(Candidacy, candidacy).sittings:
        held = log.load(Sitting, sitting)
        for number in held.markers.get(log.actor.who, ()):
            if held.papers.get(number) == candidacy:
                return sitting, number
    raise NotAssigned(log.actor.who)


def check_by_number(find: Find, marker: OnePerson, candidacy: Candidacy, rules: Rules, on: date) -> None:
    """Refuse a marker with any relation to the author of a paper, in the same words whatever it is.

    Reads the candidate and the juries before which they were called: a member of these juries, an advisor or a
    trainer, or a person with a tie that the rulebook bars is refused.
    """
    try:
        check_free(find, marker, candidacy, rules, on)
    except (OwnWork, AssessorTied) as unfit:
        raise NotByNumber(marker.id) from unfit
    judges = any(marker.names & find(JurySession, each).seats.keys() for each in candidacy.sessions)
    if judges or KNOWN_BY & set(found(find, marker, candidacy, on)):
        raise NotByNumber(marker.id)
