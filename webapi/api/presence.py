"""Who came before the jury, in the room or remotely, and how is that noted over HTTP?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from domain.commands.answer_remote_hearing import AnswerRemoteHearing
from domain.commands.connect_juror import ConnectJuror
from domain.commands.correct_attendance import CorrectAttendance
from domain.commands.note_connection import NoteConnection
from domain.commands.offer_remote_hearing import OfferRemoteHearing
from domain.commands.sign_candidate_in import SignCandidateIn
from domain.connection import Connections
from domain.identity import IdentityDocument
from domain.jury import JurySession
from domain.ports import CandidacyId, PersonId, Role, SessionId
from domain.refusal import NotFound
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs, tagged
from webapi.auth import actor, allowed
from webapi.reading import rebuilt, rebuilt_or_new, stream
from webapi.requests import Body, Flag, Id, Text

bp = Resource(
    "attendance", __name__, url_prefix="/api/v1/jury-sessions/<uuid:session>/deliberations/<uuid:candidacy>"
)
members = Resource("connections", __name__, url_prefix="/api/v1/jury-sessions/<uuid:session>/connections")


class SigningInBody(Body):
    """The kind of document against which the candidate's identity was checked; whether they are heard remotely."""

    document = fields.Enum(IdentityDocument, by_value=True, required=True)
    remote = Flag(load_default=False)


class AttendanceCorrectionBody(Body):
    """Why what was noted is taken back."""

    reason = Text(1, 2000, required=True)


class RemoteAnswerBody(Body):
    """Whether the candidate accepts to be heard remotely."""

    accepted = Flag(required=True)


class ConnectionBody(Body):
    """A member who joins remotely, and the kind of document against which their identity was checked."""

    juror = Id(required=True)
    document = fields.Enum(IdentityDocument, by_value=True, required=True)


class InterruptionBody(Body):
    """A remote member's connection: lost, or restored."""

    juror = Id(required=True)
    lost = Flag(required=True)


class ConnectionsAnswer(Schema):
    """The remote members of a session, and those whose connection is lost now."""

    session = fields.UUID(required=True)
    remote = fields.List(fields.UUID(), required=True)
    lost = fields.List(fields.UUID(), required=True)
    version = fields.Integer(required=True)


@bp.post("/attendance")
@bp.arguments(SigningInBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR, Role.JUROR)
@adds(Adds.ONCE)
def sign_candidate_in(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Let a candidate who came sign in, identity checked (émargement)."""
    return send(SignCandidateIn(session=SessionId(session), candidacy=CandidacyId(candidacy), **body))


@bp.post("/attendance/correction")
@bp.arguments(AttendanceCorrectionBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@signs
def correct_attendance(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Take back what was noted of a candidate's coming, before the jury takes them up (rectifier une présence).

    If-Match: the deliberation's version.
    """
    return send(CorrectAttendance(session=SessionId(session), candidacy=CandidacyId(candidacy), **body))


@bp.post("/remote-hearing")
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.ONCE)
def offer_remote_hearing(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Offer the candidate to be heard remotely (proposer une audition à distance)."""
    return send(OfferRemoteHearing(session=SessionId(session), candidacy=CandidacyId(candidacy)))


@bp.post("/remote-hearing/answer")
@bp.arguments(RemoteAnswerBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.CANDIDATE)
@adds(Adds.OWN)
def answer_remote_hearing(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Accept to be heard remotely, or decline it: then one is heard in the room (répondre à la proposition)."""
    return send(AnswerRemoteHearing(session=SessionId(session), candidacy=CandidacyId(candidacy), **body))


@members.get("")
@members.response(200, ConnectionsAnswer)
@allowed(Role.REGISTRAR, Role.AUDITOR, Role.JUROR)
def show_connections(session: UUID) -> ResponseReturnValue:
    """Show who sits remotely, and whose connection is lost now."""
    found = rebuilt(JurySession, SessionId(session), stream(session))
    if actor().role is Role.JUROR and actor().person not in found.seats:
        raise NotFound(session)
    of = Connections.id_of(SessionId(session))
    connections = rebuilt_or_new(Connections, of, stream(of))
    content = {
        "session": session,
        "remote": sorted(connections.remote),
        "lost": sorted(connections.lost),
        "version": connections.version,
    }
    return tagged(content, connections.version)


@members.post("")
@members.arguments(ConnectionBody)
@members.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.ONCE)
def connect_juror(body: dict[str, Any], session: UUID) -> ResponseReturnValue:
    """Let a member sign in remotely, before the session opens (siéger à distance)."""
    return send(ConnectJuror(session=SessionId(session), juror=PersonId(body["juror"]), document=body["document"]))


@members.post("/interruptions")
@members.arguments(InterruptionBody)
@members.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.MORE)
def note_connection(body: dict[str, Any], session: UUID) -> ResponseReturnValue:
    """Note that a remote member's connection was lost, or restored (noter une interruption)."""
    return send(NoteConnection(session=SessionId(session), juror=PersonId(body["juror"]), lost=body["lost"]))
