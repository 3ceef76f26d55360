"""Until when is a candidate excluded, under whichever of their files, and which juries does that reach?"""

from __future__ import annotations

from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.fraud.fraud import Excluded, Fraud
from domain.jury.session import JurySession
from domain.people.one_person import files_of
from domain.ports import Find, PersonId


def excluded_until(find: Find, candidate: PersonId) -> date | None:
    """The last day of an exclusion; None where there is none. Finds the person, and what was said of each file."""
    frauds = (find(Fraud, Fraud.id_of(name)) for name in sorted(files_of(find, candidate)))
    return max((fraud.until for fraud in frauds if fraud.until), default=None)


def check_taken_up(find: Find, candidacy: Candidacy, session: JurySession) -> None:
    """Refuse to take up who is excluded on the day of the jury, by a sanction that lets summonses fall."""
    until = excluded_until(find, candidacy.terms.candidate)
    if until and (session.opened_on or session.planned.held_on) <= until:
        raise Excluded(until.isoformat())
