"""The jury that replaces one whose decision was annulled, and the people barred from it (décision annulée)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance, CandidateListed
from domain.jury.session import InPlaceOf, JurySession
from domain.ports import CandidacyId, Find, PersonId, SessionId


def barred(annulled: Iterable[JurySession]) -> frozenset[PersonId]:
    """Return everybody who was on the juries of these sessions, as a member or a substitute, seated or not."""
    return frozenset(juror for session in annulled for juror in session.seats)


def behind(annulled: Iterable[JurySession], taken_up: Iterable[JurySession]) -> tuple[JurySession, ...]:
    """Return the commissions, among the sessions that met with a candidate, on whose rulings these juries decided."""
    gone = tuple(annulled)
    juries = {session.id for session in gone}
    inherited = {each for session in gone for listing in session.listings for each in listing.inherits}
    return tuple(each for each in taken_up if each.planned.reports_to in juries or each.id in inherited)


def barred_here(
    find: Find, session: JurySession, candidacy: CandidacyId, earlier: Mapping[SessionId, Deliberation]
) -> frozenset[PersonId]:
    """Return the members barred from deciding on this candidate: of annulled juries and of their commissions."""
    gone = tuple(find(JurySession, other) for other, said in earlier.items() if said.bars)
    listing = session.listing(candidacy)
    if not gone or listing is None:
        return barred(gone)
    taken_up = [find(JurySession, other) for other, said in earlier.items() if said.attendance is Attendance.PRESENT]
    return barred((*gone, *behind(gone, taken_up)))


def in_place_of(called: Iterable[tuple[JurySession, Deliberation]]) -> InPlaceOf:
    """Return the juries that a new call replaces: those annulled for another reason than the candidate's fraud."""
    every = tuple(called)
    gone = [session for session, said in every if said.bars]
    heard = [session for session, said in every if said.attendance is Attendance.PRESENT]
    return InPlaceOf(
        sessions=frozenset(session.id for session, said in every if said.blamed),
        barred=barred((*gone, *behind(gone, heard))),
    )


def owed(annulled: Iterable[SessionId], calls: Iterable[CandidateListed | None]) -> bool:
    """Return whether a decision was annulled and no jury was called to replace it since.

    Each annulment needs its own call: an earlier replacement does not count for a later annulment.
    """
    renewed = {session for call in calls if call is not None for session in call.renews}
    return any(session not in renewed for session in annulled)
