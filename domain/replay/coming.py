"""Is what was noted of who came lawful: the candidate, and the members who sit remotely?"""

from __future__ import annotations

from domain.candidacy.candidacy import Candidacy
from domain.commands.jury.answer_remote_hearing import AnswerRemoteHearing
from domain.commands.jury.connect_juror import ConnectJuror
from domain.commands.jury.correct_attendance import CorrectAttendance
from domain.commands.jury.let_summons_fall import LetSummonsFall
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_connection import NoteConnection
from domain.commands.jury.offer_remote_hearing import OfferRemoteHearing
from domain.commands.jury.pronounce_sanction import PronounceSanction
from domain.commands.jury.sign_candidate_in import SignCandidateIn
from domain.exam.accommodation import Accommodation
from domain.fact import Fact, RecordedFact
from domain.fraud.exclusion import check_taken_up, excluded_until
from domain.jury.connection import Connections
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    Attendance,
    AttendanceCorrected,
    AttendanceFact,
    CandidateNotHeard,
    CandidateSignedIn,
    ConnectionLost,
    ConnectionRestored,
    ConnectionsFact,
    JurorConnected,
    RemoteHearingAnswered,
    RemoteHearingOffered,
    SummonsFell,
)
from domain.jury.presence import answer_remote, correct, let_fall, note_absence, offer_remote, sign_in
from domain.jury.session import JurySession
from domain.ports import Role
from domain.replay.known import SAID, Known, Origins, by, if_said, same, who
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Held, Rules


def offered(known: Known, fact: RemoteHearingOffered, told: RecordedFact) -> bool:
    """Offer the remote hearing again."""
    session, candidacy, deliberation = _about(known, fact)
    granted = known.get(Accommodation, Accommodation.id_of(fact.candidacy)).measures
    again = offer_remote(deliberation, session, candidacy, _rules(known, session), granted)
    return _same(known, again, fact, told)


def answered(known: Known, fact: RemoteHearingAnswered, told: RecordedFact) -> bool:
    """Answer again, as the candidate."""
    session, candidacy, deliberation = _about(known, fact)
    again = answer_remote(deliberation, session, candidacy, accepted=fact.accepted)
    here = told.stamp.stream == deliberation.id
    return again == fact and here and told.stamp.by == candidacy.terms.candidate


def signed_in(known: Known, fact: CandidateSignedIn, told: RecordedFact) -> bool:
    """Let the candidate sign in again, before who runs the session or sits in it."""
    session, candidacy, deliberation = _about(known, fact)
    sits = told.stamp.role != Role.JUROR.value or told.stamp.by in session.present
    again = sign_in(deliberation, session, candidacy, fact.document, remote=fact.remote)
    return _same(known, again, fact, told) and sits


def not_heard(known: Known, fact: CandidateNotHeard, told: RecordedFact) -> bool:
    """Note the absence again, by who runs the session."""
    session, candidacy, deliberation = _about(known, fact)
    rules, said = _rules(known, session), if_said(fact.reason)
    again = note_absence(deliberation, session, candidacy, rules, attendance=fact.attendance, reason=said)
    unnoted = deliberation.keyed(session, candidacy.id, who(told.stamp.by))
    return _same(known, again, fact, told) and not unnoted


def corrected(known: Known, fact: AttendanceCorrected, told: RecordedFact) -> bool:
    """Take back again what was noted."""
    session, candidacy, deliberation = _about(known, fact)
    if deliberation.attendance is Attendance.EXCLUDED:
        check_taken_up(known.get, candidacy, session)
    return _same(known, correct(deliberation, session, candidacy, SAID), fact, told)


def fell(known: Known, fact: SummonsFell, told: RecordedFact) -> bool:
    """Let the summons fall again, for an exclusion that reaches it."""
    session, candidacy, deliberation = _about(known, fact)
    until = excluded_until(known.get, candidacy.terms.candidate)
    return _same(known, let_fall(deliberation, session, candidacy.id, until, told.stamp.on), fact, told)


def connected(known: Known, fact: ConnectionsFact, told: RecordedFact) -> bool:
    """Join, be cut off or be back again, as who runs the session notes it."""
    session = known.get(JurySession, fact.session)
    connections = known.get(Connections, told.stamp.stream)
    if known.oneself(told) & session.candidates or Connections.id_of(fact.session) != told.stamp.stream:
        return False
    match fact:
        case JurorConnected(juror=juror, document=document):
            allowed = session.planned.remote or Held.MEMBER in _rules(known, session).remote
            return connections.connect(session, juror, document, allowed=allowed, today=told.stamp.on) == fact
        case ConnectionLost(juror=juror):
            return connections.lose(session, juror) == fact
        case ConnectionRestored(juror=juror):
            return connections.restore(session, juror) == fact


def _about(known: Known, fact: AttendanceFact) -> tuple[JurySession, Candidacy, Deliberation]:
    session, candidacy = known.get(JurySession, fact.session), known.get(Candidacy, fact.candidacy)
    return session, candidacy, known.decision(fact.session, fact.candidacy)


def _rules(known: Known, session: JurySession) -> Rules:
    return known.get(Rulebook, session.planned.rulebook).content


def _same(known: Known, again: Fact, fact: AttendanceFact, told: RecordedFact) -> bool:
    """Whether it says the same, in its own stream, by another than the candidate."""
    here = Deliberation.id_of(fact.session, fact.candidacy) == told.stamp.stream
    candidacy = known.get(Candidacy, fact.candidacy)
    return same(again, fact) and here and candidacy.terms.candidate not in known.oneself(told)


ORIGINS: Origins = {
    RemoteHearingOffered: by(offered, OfferRemoteHearing),
    RemoteHearingAnswered: by(answered, AnswerRemoteHearing),
    CandidateSignedIn: by(signed_in, SignCandidateIn),
    CandidateNotHeard: by(not_heard, NoteAbsence),
    AttendanceCorrected: by(corrected, CorrectAttendance),
    SummonsFell: by(fell, PronounceSanction, LetSummonsFall),
    JurorConnected: by(connected, ConnectJuror),
    ConnectionLost: by(connected, NoteConnection),
    ConnectionRestored: by(connected, NoteConnection),
}
