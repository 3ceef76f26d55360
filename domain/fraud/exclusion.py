"""The exclusion of a candidate, under any of their files, and the juries that it covers."""

from __future__ import annotations

from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.fraud.fraud import Excluded, Fraud
from domain.jury.session import JurySession
from domain.people.one_person import files_of
from domain.ports import Find, PersonId


def excluded_until(find: Find, candidate: PersonId) -> date | None:
    """Return the last day of an exclusion, or None. Reads the person, and the fraud cases of each of their files."""
    frauds = (find(Fraud, Fraud.id_of(name)) for name in sorted(files_of(find, candidate)))
    return max((fraud.until for fraud in frauds if fraud.until), default=None)


def check_taken_up(find: Find, candidacy: Candidacy, session: JurySession) -> None:
    """Refuse to start on a candidate excluded on the day of the jury, by a sanction that voids summonses."""
    until = excluded_until(find, candidacy.terms.candidate)
    if until and (session.opened_on or session.planned.held_on) <= until:
        raise Excluded(until.isoformat())
