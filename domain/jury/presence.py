"""Recording of a candidate's presence or absence before the jury, the remote hearing, and corrections."""

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
from domain.jury.session import JurySession, SessionNotOpen, SessionStage
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, PersonId
from domain.refusal import Refused
from domain.rulebook.rules import RemoteActivity, Rules


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
    """Offer a listed candidate a remote hearing, once, if the rulebook or their accommodation allows it."""
    _to_come(deliberation, session, candidacy)
    if RemoteActivity.HEARING not in rules.remote and not granted.remote:
        raise RemoteNotAllowed(candidacy.id)
    if deliberation.coming.offered:
        raise AlreadyDecided(candidacy.id)
    return RemoteHearingOffered(session=session.id, candidacy=candidacy.id)


def answer_remote(
    deliberation: Deliberation, session: JurySession, candidacy: Candidacy, *, accepted: bool
) -> RemoteHearingAnswered:
    """Accept or decline the offer; the candidate may change their answer until the hearing."""
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
    """Record that the candidate came; remotely only if they accepted, identified where they must sign in."""
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
    """Record that the candidate did not come; nobody is absent from a remote hearing that they did not accept."""
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
    """Take back what was recorded, while the session is open and the jury has not started on the candidate."""
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
    """Void a summons made before an exclusion that covers the day of the jury (caducité)."""
    if candidacy not in session.listed or not falls(deliberation, session, until):
        raise SummonsStands(session.id)
    return SummonsFell(session=session.id, candidacy=candidacy, ground=SummonsGround.EXCLUSION, fell_on=today)


def falls(deliberation: Deliberation, session: JurySession, until: date | None) -> bool:
    """Return whether an exclusion until that day covers a jury that has not started on the candidate yet."""
    held_on = session.opened_on or session.planned.held_on
    to_come = session.stage in {SessionStage.PLANNED, SessionStage.OPEN} and deliberation.attendance is None
    return to_come and not deliberation.referred and until is not None and held_on <= until


def still_deciding(session: JurySession, deliberation: Deliberation) -> bool:
    """Return whether a session has still to make known its result on this candidacy.

    Once it is closed, a candidate who was not heard may be called before another session: no result is awaited.
    """
    elsewhere = deliberation.referred or deliberation.attendance in NOT_HEARD
    final = session.stage in {SessionStage.CLOSED, SessionStage.SIGNED}
    return not session.over and not (elsewhere and final)


NOT_HEARD: Final = frozenset({Attendance.EXCUSED, Attendance.ABSENT, Attendance.EXCLUDED})


def awaited(
    session: JurySession, called: Iterable[tuple[JurySession, Deliberation]], candidacy: CandidacyId
) -> tuple[JurySession, ...]:
    """Return the earlier sessions from which a candidacy still awaits a decision or the release of one.

    A jury and the commission that reports to it do not wait for each other: the jury rules on what the commission
    proposes.
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
    """Refuse a summons beyond the attempts allowed: decisions in force, and absences if the rulebook counts them."""
    juries = (
        said for session, said in zip(earlier, before, strict=True) if not (session.commission or said.annulled)
    )
    counts = rules.sessions.absence_counts
    used = sum(said.decided or (counts and said.attendance is Attendance.ABSENT) for said in juries)
    if rules.sessions.attempts is not None and used >= rules.sessions.attempts:
        raise NoAttemptLeft(used)


def check_open(session: JurySession, candidacy: Candidacy) -> None:
    """Refuse an act unless the session is open and the candidate is on its list."""
    if not session.sits_on(candidacy.id):
        raise session.not_now(SessionNotOpen)
    if candidacy.id not in session.listed:
        raise NotSummoned(candidacy.id)


def _to_come(deliberation: Deliberation, session: JurySession, candidacy: Candidacy) -> None:
    """Refuse to record attendance for a candidate whose attendance is already recorded, or who is not called here."""
    if session.stage not in {SessionStage.PLANNED, SessionStage.OPEN}:
        raise session.not_now(SessionNotOpen)
    if candidacy.id not in session.listed:
        raise NotSummoned(candidacy.id)
    if deliberation.attendance is not None or deliberation.coming.arrived or deliberation.referred:
        raise AlreadyDecided(deliberation.id)
