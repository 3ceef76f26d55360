"""What becomes of a candidacy on its way: how does it go on, by whom accompanied, and how does it end?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.candidacy import Candidacy
from domain.candidacy_life import Ending, LateCause
from domain.commands.authorise_late_decision import AuthoriseLateDecision
from domain.commands.change_route import ChangeRoute
from domain.commands.complete_feasibility_file import CompleteFeasibilityFile
from domain.commands.correct_receipt_day import CorrectReceiptDay
from domain.commands.find_file_incomplete import FindFileIncomplete
from domain.commands.lapse_candidacy import LapseCandidacy
from domain.commands.name_advisor import NameAdvisor
from domain.commands.release_advisor import ReleaseAdvisor
from domain.commands.resume_candidacy import ResumeCandidacy
from domain.commands.seek_blocks import SeekBlocks
from domain.commands.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.withdraw_candidacy import WithdrawCandidacy
from domain.feasibility import Silence
from domain.framework import Route
from domain.ports import CandidacyId, PersonId, Role
from domain.silence import silence_of
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs, tagged
from webapi.auth import READERS, allowed
from webapi.reading import law, rebuilt, view
from webapi.requests import Body, Day, Id, Text

bp = Resource("journeys", __name__, url_prefix="/api/v1/candidacies/<uuid:candidacy>")

ONESELF_OR_REGISTRAR = (Role.CANDIDATE, Role.REGISTRAR)
FILE_STATES = ("complete", "incomplete", "admissible", "inadmissible")


class CandidacyWithdrawalBody(Body):
    """Why, if the candidate wishes to say; of a letter, the day it was received, which a candidate does not give."""

    reason = Text(1, 4000, load_default=None, allow_none=True)
    received_on = Day(load_default=None, allow_none=True)


class NextRouteBody(Body):
    """The route by which the candidacy goes on."""

    route = fields.Enum(Route, by_value=True, required=True)


class BlocksSoughtBody(Body):
    """All the blocks sought from now on; none: the whole certification."""

    blocks = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 999)), required=True, validate=validate.Length(max=99)
    )


class AdvisorBody(Body):
    """Who accompanies the candidate."""

    advisor = Id(required=True)


class LateDecisionBody(Body):
    """What it answers, and the text or the decision that allows it."""

    cause = fields.Enum(LateCause, by_value=True, required=True)
    ground = Text(1, 2000, required=True)


class FileReceivedBody(Body):
    """The day on which it came by post, keyed by the registrar; a candidate gives none."""

    received_on = Day(load_default=None, allow_none=True)


class ReceiptDayBody(Body):
    """The day on which the file was received by post after all, and why another was keyed."""

    received_on = Day(required=True)
    reason = Text(1, 4000, required=True)


class MissingPiecesBody(Body):
    """The pieces that the file lacks."""

    missing = Text(1, 4000, required=True)


class JourneyAnswer(Schema):
    """How a candidacy goes; the ETag is its version, which withdrawing asks for."""

    candidacy = fields.UUID(required=True)
    version = fields.Integer(required=True)
    route = fields.String(required=True)
    began_on = fields.Date(required=True, metadata={"description": "The day the present route began: its law's."})
    blocks = fields.List(
        fields.Integer(), required=True, metadata={"description": "Those sought; none: the whole certification."}
    )
    advisor = fields.UUID(required=True, allow_none=True)
    ended = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(Ending)))
    late_decision = fields.Boolean(
        required=True, metadata={"description": "Whether deciding or issuing late was authorised, for some cause."}
    )
    file = fields.String(required=True, allow_none=True, validate=validate.OneOf(FILE_STATES))
    file_received_on = fields.Date(required=True, allow_none=True)
    decide_by = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The last day of the certifier's time; null while it does not run."},
    )


@bp.get("/journey")
@bp.response(200, JourneyAnswer)
@allowed(*READERS)
def show_journey(candidacy: UUID) -> ResponseReturnValue:
    """Show how a candidacy goes: its route, its blocks, its file and by when it is decided, its end."""
    read = view(candidacy)
    found = rebuilt(Candidacy, CandidacyId(candidacy), read.shown(candidacy))
    content = journey_of(found, silence_of(found.terms, law(), read.rules)) | {"version": read.version}
    return tagged(content, read.version)


def journey_of(found: Candidacy, silence: Silence | None) -> dict[str, Any]:
    """How a candidacy goes, as it is told; `silence` is the certifier's time, where a text gives one."""
    undecided = found.admissible is None and found.life.ended is None
    return {
        "candidacy": found.id,
        "version": found.version,
        "route": found.terms.route.value,
        "began_on": found.terms.began_on,
        "blocks": found.terms.blocks,
        "advisor": found.life.advisor,
        "ended": found.life.ended,
        "late_decision": bool(found.life.late),
        "file": _state(found),
        "file_received_on": found.feasibility.received_on,
        "decide_by": found.feasibility.last_day(silence) if silence and undecided else None,
    }


def _state(found: Candidacy) -> str | None:
    """Complete, incomplete, admissible or inadmissible; none where there is no file."""
    if found.admissible is not None:
        return "admissible" if found.admissible else "inadmissible"
    if found.feasibility.received_on is None:
        return None
    return "complete" if found.feasibility.complete else "incomplete"


@bp.post("/withdrawal")
@bp.arguments(CandidacyWithdrawalBody)
@bp.response(201, RecordedAnswer)
@allowed(*ONESELF_OR_REGISTRAR)
@signs
def withdraw(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Withdraw a candidacy, or key the letter that does (se retirer); what was granted stays. If-Match: version."""
    return send(WithdrawCandidacy(candidacy=CandidacyId(candidacy), **body))


@bp.post("/lapse")
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.ONCE)
def lapse(candidacy: UUID) -> ResponseReturnValue:
    """Note that a candidacy's period ran out (constater la caducité)."""
    return send(LapseCandidacy(candidacy=CandidacyId(candidacy)))


@bp.post("/resumption")
@bp.response(201, RecordedAnswer)
@allowed(*ONESELF_OR_REGISTRAR)
@adds(Adds.ONCE)
def resume(candidacy: UUID) -> ResponseReturnValue:
    """Take up again a candidacy that was withdrawn or has lapsed (reprendre)."""
    return send(ResumeCandidacy(candidacy=CandidacyId(candidacy)), candidacy)


@bp.post("/route")
@bp.arguments(NextRouteBody)
@bp.response(201, RecordedAnswer)
@allowed(*ONESELF_OR_REGISTRAR)
@signs
def change_route(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Go on by another route, keeping what was granted (changer de voie); If-Match: the candidacy's version."""
    return send(ChangeRoute(candidacy=CandidacyId(candidacy), route=body["route"]), candidacy)


@bp.post("/blocks-sought")
@bp.arguments(BlocksSoughtBody)
@bp.response(201, RecordedAnswer)
@allowed(*ONESELF_OR_REGISTRAR)
@signs
def seek_blocks(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Seek more blocks, or the whole certification (demander d'autres blocs); If-Match: the candidacy's version."""
    return send(SeekBlocks(candidacy=CandidacyId(candidacy), blocks=tuple(body["blocks"])))


@bp.post("/advisor")
@bp.arguments(AdvisorBody)
@bp.response(201, RecordedAnswer)
@allowed(*ONESELF_OR_REGISTRAR)
@signs
def name_advisor(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Name who accompanies the candidate, in the place of whoever did (désigner un accompagnateur); If-Match."""
    return send(NameAdvisor(candidacy=CandidacyId(candidacy), advisor=PersonId(body["advisor"])))


@bp.post("/advisor/release")
@bp.response(201, RecordedAnswer)
@allowed(*ONESELF_OR_REGISTRAR)
@signs
def release_advisor(candidacy: UUID) -> ResponseReturnValue:
    """End the accompaniment (mettre fin à l'accompagnement); If-Match: the candidacy's version."""
    return send(ReleaseAdvisor(candidacy=CandidacyId(candidacy)))


@bp.post("/late-decision")
@bp.arguments(LateDecisionBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.MORE)
def authorise_late_decision(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Authorise, for one cause and citing the ground, deciding or issuing late (autoriser une décision tardive)."""
    return send(AuthoriseLateDecision(candidacy=CandidacyId(candidacy), **body))


@bp.post("/feasibility-file")
@bp.arguments(FileReceivedBody)
@bp.response(201, RecordedAnswer)
@allowed(*ONESELF_OR_REGISTRAR)
@adds(Adds.ONCE)
def submit_feasibility_file(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Submit the feasibility file, or key the day on which it came by post (dossier de faisabilité)."""
    return send(SubmitFeasibilityFile(candidacy=CandidacyId(candidacy), **body))


@bp.post("/feasibility-file/receipt-correction")
@bp.arguments(ReceiptDayBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@signs
def correct_receipt_day(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Correct the day on which a file came by post (corriger le jour de réception); If-Match."""
    return send(CorrectReceiptDay(candidacy=CandidacyId(candidacy), **body))


@bp.post("/feasibility-file/missing")
@bp.arguments(MissingPiecesBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@signs
def find_file_incomplete(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Ask for the pieces that a file lacks: the certifier's time stops (demander des pièces); If-Match."""
    return send(FindFileIncomplete(candidacy=CandidacyId(candidacy), **body))


@bp.post("/feasibility-file/completion")
@bp.arguments(FileReceivedBody)
@bp.response(201, RecordedAnswer)
@allowed(*ONESELF_OR_REGISTRAR)
@adds(Adds.ONCE)
def complete_feasibility_file(body: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Send the missing pieces, or key the day on which they came by post (compléter le dossier)."""
    return send(CompleteFeasibilityFile(candidacy=CandidacyId(candidacy), **body))
