"""In place of which jury is a candidate called before another, and who is barred from it? (décision annulée)"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance, CandidateListed
from domain.jury.session import InPlaceOf, JurySession
from domain.ports import CandidacyId, Find, PersonId, SessionId


def barred(annulled: Iterable[JurySession]) -> frozenset[PersonId]:
    """Everybody, member or substitute, who was on the juries of these sessions, seated there on the day or not."""
    return frozenset(juror for session in annulled for juror in session.seats)


def behind(annulled: Iterable[JurySession], taken_up: Iterable[JurySession]) -> tuple[JurySession, ...]:
    """Of the sessions that took a candidate up, the commissions on whose work these juries ruled."""
    gone = tuple(annulled)
    juries = {session.id for session in gone}
    inherited = {each for session in gone for listing in session.listings for each in listing.inherits}
    return tuple(each for each in taken_up if each.planned.reports_to in juries or each.id in inherited)


def barred_here(
    find: Find, session: JurySession, candidacy: CandidacyId, earlier: Mapping[SessionId, Deliberation]
) -> frozenset[PersonId]:
    """Who decides nothing of this candidate any more: all of a jury whose decision was annulled, and behind it."""
    gone = tuple(find(JurySession, other) for other, said in earlier.items() if said.bars)
    listing = session.listing(candidacy)
    if not gone or listing is None:
        return barred(gone)
    taken_up = [find(JurySession, other) for other, said in earlier.items() if said.attendance is Attendance.PRESENT]
    return barred((*gone, *behind(gone, taken_up)))


def in_place_of(called: Iterable[tuple[JurySession, Deliberation]]) -> InPlaceOf:
    """In place of which juries a candidate is called now: each whose decision was annulled, not for their fraud."""
    every = tuple(called)
    gone = [session for session, said in every if said.bars]
    heard = [session for session, said in every if said.attendance is Attendance.PRESENT]
    return InPlaceOf(
        sessions=frozenset(session.id for session, said in every if said.blamed),
        barred=barred((*gone, *behind(gone, heard))),
    )


def owed(annulled: Iterable[SessionId], calls: Iterable[CandidateListed | None]) -> bool:
    """Whether some decision was annulled in whose place no jury was called since.

    Each asks for its own: a call made in place of an earlier one says nothing of what was annulled after it.
    """
    renewed = {session for call in calls if call is not None for session in call.renews}
    return any(session not in renewed for session in annulled)
