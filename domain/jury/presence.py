"""What may be noted of a candidate's coming before the jury, by whom it is offered, and what may be taken back?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Final

from domain.candidacy.candidacy import AlreadyDecided, Candidacy
from domain.exam.measures import Measures
from domain.fact import Personal
from domain.jury.attendance import NotSignedIn, RemoteHearingNotAccepted
from domain.jury.connection import RemoteNotAllowed
from domain.jury.deliberation import Deliberation, NotSummoned
from domain.jury.facts import (
    Attendance,
    AttendanceCorrected,
    CandidateArrived,
    CandidateNotHeard,
    RemoteHearingAnswered,
    RemoteHearingOffered,
    SummonsFell,
    SummonsGround,
)
from domain.jury.ruling import ReasonRequired
from domain.jury.session import JurySession, SessionNotOpen, Stage
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, PersonId
from domain.refusal import Refused
from domain.rulebook.rules import Held, Rules


class NothingNoted(Refused):
    """Only what was noted of a candidate's coming can be corrected."""

    fr = "On ne corrige que ce qui a été noté de la présence d'un candidat."


class SummonsStands(Refused):
    """A summons falls where an exclusion reaches the day of a jury that has not taken the candidate up."""

    fr = "Une convocation tombe si une exclusion atteint le jour d'un jury qui n'a pas encore examiné le candidat."
    source = "the certifier's rulebook (fraud)"
    source_fr = "le règlement du certificateur (fraude)"


class NoAttemptLeft(Refused):
    """A candidacy comes before a jury as many times as the rulebook allows; an excused absence is none of them."""

    fr = "Une candidature vient devant un jury autant de fois que le veut le règlement, hors absences excusées."
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"


def offer_remote(
    deliberation: Deliberation, session: JurySession, candidacy: Candidacy, rules: Rules, granted: Measures
) -> RemoteHearingOffered:
    """Offer a candidate on the list to be heard remotely, once: where the rulebook or their accommodation says so."""
    _to_come(deliberation, session, candidacy)
    if Held.HEARING not in rules.remote and not granted.remote:
        raise RemoteNotAllowed(candidacy.id)
    if deliberation.coming.offered:
        raise AlreadyDecided(candidacy.id)
    return RemoteHearingOffered(session=session.id, candidacy=candidacy.id)


def answer_remote(
    deliberation: Deliberation, session: JurySession, candidacy: Candidacy, *, accepted: bool
) -> RemoteHearingAnswered:
    """Accept the offer or decline it; until the hearing one may think better of it."""
    _to_come(deliberation, session, candidacy)
    if not deliberation.coming.offered:
        raise RemoteHearingNotAccepted(candidacy.id)
    return RemoteHearingAnswered(session=session.id, candidacy=candidacy.id, accepted=accepted)


def note_present(
    deliberation: Deliberation,
    session: JurySession,
    candidacy: Candidacy,
    rules: Rules,
    *,
    remote: bool,
    document: IdentityDocument | None,
    signed: bool,
    on: date,
    at: time | None,
    by: PersonId,
) -> CandidateArrived:
    """Note that the candidate came; remotely only as they accepted, identity checked where they are to sign in."""
    check_open(session, candidacy)
    _to_come(deliberation, session, candidacy)
    if remote and not deliberation.coming.remote:
        raise RemoteHearingNotAccepted(candidacy.id)
    if rules.sessions.sign_in and (document is None or not signed):
        raise NotSignedIn(candidacy.id)
    return CandidateArrived(
        session=session.id,
        candidacy=candidacy.id,
        remote=remote,
        arrived_on=on,
        at=at,
        document=document,
        signed=signed,
        noted_by=by,
    )


def note_absence(
    deliberation: Deliberation,
    session: JurySession,
    candidacy: Candidacy,
    rules: Rules,
    *,
    attendance: Attendance,
    reason: str | None,
    today: date,
    at: time | None,
    by: PersonId,
) -> CandidateNotHeard:
    """Note that the candidate did not come; nobody is absent from a remote hearing that they did not accept."""
    check_open(session, candidacy)
    _to_come(deliberation, session, candidacy)
    if attendance is Attendance.ABSENT and session.planned.remote and not deliberation.coming.remote:
        raise RemoteHearingNotAccepted(candidacy.id)
    said = reason and reason.strip()
    if attendance is Attendance.EXCUSED and rules.sessions.reason_for_excused and not said:
        raise ReasonRequired(candidacy.id)
    return CandidateNotHeard(
        session=session.id,
        candidacy=candidacy.id,
        attendance=attendance,
        reason=Personal(reason, candidacy.terms.candidate) if said and reason else None,
        at=at,
        day=session.later_day(today),
        noted_by=by,
    )


def correct(
    deliberation: Deliberation,
    session: JurySession,
    candidacy: Candidacy,
    reason: str,
    *,
    today: date,
    at: time | None,
) -> AttendanceCorrected:
    """Take back what was noted, while the session is open and the jury has not taken the candidate up."""
    check_open(session, candidacy)
    if deliberation.panel is not None:
        raise AlreadyDecided(deliberation.id)
    if deliberation.attendance is None and not deliberation.coming.arrived:
        raise NothingNoted(deliberation.id)
    return AttendanceCorrected(
        session=session.id,
        candidacy=candidacy.id,
        reason=Personal(reason, candidacy.terms.candidate),
        at=at,
        day=session.later_day(today),
    )


def let_fall(
    deliberation: Deliberation, session: JurySession, candidacy: CandidacyId, until: date | None, today: date
) -> SummonsFell:
    """Let a summons fall that was made before an exclusion which covers the day of the jury (caducité)."""
    if candidacy not in session.listed or not falls(deliberation, session, until):
        raise SummonsStands(session.id)
    return SummonsFell(session=session.id, candidacy=candidacy, ground=SummonsGround.EXCLUSION, fell_on=today)


def falls(deliberation: Deliberation, session: JurySession, until: date | None) -> bool:
    """Whether an exclusion until that day reaches a jury that has still to take the candidate up."""
    held_on = session.opened_on or session.planned.held_on
    to_come = session.stage in {Stage.PLANNED, Stage.OPEN} and deliberation.attendance is None
    return to_come and not deliberation.referred and until is not None and held_on <= until


def still_deciding(session: JurySession, deliberation: Deliberation) -> bool:
    """Whether a session still has to make known what becomes of this candidacy.

    Once it is closed, whoever was not heard there may be called before another: nothing is awaited.
    """
    elsewhere = deliberation.referred or deliberation.attendance in NOT_HEARD
    final = session.stage in {Stage.CLOSED, Stage.SIGNED}
    return not session.over and not (elsewhere and final)


NOT_HEARD: Final = frozenset({Attendance.EXCUSED, Attendance.ABSENT, Attendance.EXCLUDED})


def awaited(
    session: JurySession, called: Iterable[tuple[JurySession, Deliberation]], candidacy: CandidacyId
) -> tuple[JurySession, ...]:
    """The sessions of which a candidacy called before this one still awaits something: a decision, or to be told.

    A jury and the commission that reports to it do not wait for each other: the one rules on what the other proposes.
    """
    waits = (
        other
        for other, said in called
        if candidacy not in other.freed
        and (still_deciding(other, said) or (candidacy in other.withheld and not other.over_for(candidacy)))
    )
    return tuple(each for each in waits if not _reports(session, each) and not _reports(each, session))


def _reports(commission: JurySession, jury: JurySession) -> bool:
    return commission.planned.reports_to == jury.id


def check_attempts(earlier: Sequence[JurySession], before: Sequence[Deliberation], rules: Rules) -> None:
    """Refuse a summons beyond the attempts allowed: juries whose decision stands, and absences where they count."""
    juries = (
        said for session, said in zip(earlier, before, strict=True) if not (session.commission or said.annulled)
    )
    counts = rules.sessions.absence_counts
    used = sum(said.decided or (counts and said.attendance is Attendance.ABSENT) for said in juries)
    if rules.sessions.attempts is not None and used >= rules.sessions.attempts:
        raise NoAttemptLeft(used)


def check_open(session: JurySession, candidacy: Candidacy) -> None:
    """Refuse what is done in an open session only, for a candidate on its list."""
    if not session.sits_on(candidacy.id):
        raise session.not_now(SessionNotOpen)
    if candidacy.id not in session.listed:
        raise NotSummoned(candidacy.id)


def _to_come(deliberation: Deliberation, session: JurySession, candidacy: Candidacy) -> None:
    """Refuse what is about the coming of a candidate of whom it is noted already, or who is not called here."""
    if session.stage not in {Stage.PLANNED, Stage.OPEN}:
        raise session.not_now(SessionNotOpen)
    if candidacy.id not in session.listed:
        raise NotSummoned(candidacy.id)
    if deliberation.attendance is not None or deliberation.coming.arrived or deliberation.referred:
        raise AlreadyDecided(deliberation.id)
