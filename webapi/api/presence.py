"""Routes for presence before the jury, in the room or remotely: candidates and members."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from domain.commands.jury.answer_remote_hearing import AnswerRemoteHearing
from domain.commands.jury.connect_juror import ConnectJuror
from domain.commands.jury.correct_attendance import CorrectAttendance
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.note_connection import NoteConnection
from domain.commands.jury.note_member_absent import NoteMemberAbsent
from domain.commands.jury.note_member_left import NoteMemberLeft
from domain.commands.jury.note_member_returned import NoteMemberReturned
from domain.commands.jury.offer_remote_hearing import OfferRemoteHearing
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.jury.connection import Connections
from domain.jury.session import JurySession
from domain.ports import Role, SessionId
from domain.refusal import NotFound
from webapi.accounts.authentication import actor, allowed
from webapi.api import Adds, Resource, adds, signs, tagged
from webapi.forms import text
from webapi.privacy.disclosure import rebuilt, rebuilt_or_new, stream

bp = Resource(
    "attendance", __name__, url_prefix="/api/v1/jury-sessions/<uuid:session>/deliberations/<uuid:candidacy>"
)
sitting = Resource("members-attendance", __name__, url_prefix="/api/v1/jury-sessions/<uuid:session>/attendance")
HOUR = "HH:MM in mainland France, not in the future; null: now, or unknown for a session held on paper."
members = Resource("connections", __name__, url_prefix="/api/v1/jury-sessions/<uuid:session>/connections")


class ConnectionsAnswer(Schema):
    """The remote members of a session, and those whose connection is lost now."""

    session = fields.UUID(required=True)
    remote = fields.List(fields.UUID(), required=True)
    lost = fields.List(fields.UUID(), required=True)
    version = fields.Integer(required=True)


@bp.sends(
    "/attendance",
    NoteCandidatePresent,
    adds(Adds.ONCE),
    document="If the rulebook requires candidates to sign in: the document that proved their identity.",
    signed="If the rulebook requires candidates to sign in: whether they did.",
    at=HOUR,
)
def note_candidate_present() -> None:
    """Record that a candidate came, in the room or remotely (noter la présence)."""


@bp.sends("/attendance/correction", CorrectAttendance, signs, reason=text(2000))
def correct_attendance() -> None:
    """Withdraw a candidate's recorded presence or absence before their deliberation (rectifier une présence).

    If-Match: the deliberation's version.
    """


@bp.sends("/remote-hearing", OfferRemoteHearing, adds(Adds.ONCE))
def offer_remote_hearing() -> None:
    """Offer the candidate a remote hearing (proposer une audition à distance)."""


@bp.sends("/remote-hearing/answer", AnswerRemoteHearing, adds(Adds.OWN))
def answer_remote_hearing() -> None:
    """Accept or decline a remote hearing; if declined, the hearing is in the room (répondre à la proposition)."""


@members.get("")
@members.response(200, ConnectionsAnswer)
@allowed(Role.REGISTRAR, Role.AUDITOR, Role.JUROR)
def show_connections(session: UUID) -> ResponseReturnValue:
    """Show the remote members, and those whose connection is lost now."""
    found = rebuilt(JurySession, SessionId(session), stream(session))
    if actor().role is Role.JUROR and actor().person not in found.seats:
        raise NotFound(session)
    stream_id = Connections.id_of(SessionId(session))
    connections = rebuilt_or_new(Connections, stream_id, stream(stream_id))
    content = {
        "session": session,
        "remote": sorted(connections.remote),
        "lost": sorted(connections.lost),
        "version": connections.version,
    }
    return tagged(content, connections.version)


@members.sends("", ConnectJuror, adds(Adds.ONCE))
def connect_juror() -> None:
    """Record that a member will attend remotely, before the session opens (siéger à distance)."""


@members.sends("/interruptions", NoteConnection, adds(Adds.MORE))
def note_connection() -> None:
    """Record that a remote member's connection was lost or restored (noter une interruption)."""


@sitting.sends("/signatures", SignMemberIn, adds(Adds.ONCE), at=HOUR)
def sign_member_in() -> None:
    """Sign in as a member of the jury, or record that a member signed on paper (émarger)."""


@sitting.sends("/absences", NoteMemberAbsent, adds(Adds.NAMED), at=HOUR)
def note_member_absent() -> None:
    """Record that a member of the jury did not come (constater l'absence d'un membre)."""


@sitting.sends("/departures", NoteMemberLeft, adds(Adds.NAMED), at=HOUR)
def note_member_left() -> None:
    """Record that a member leaves the sitting (quitter la séance); unfinished votes become void."""


@sitting.sends("/returns", NoteMemberReturned, adds(Adds.NAMED), at=HOUR)
def note_member_returned() -> None:
    """Record that a member who had left is back (revenir en séance)."""
