"""Routes for épreuves: planning, opening, invigilation, closing, marking by number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.assessment.assess_paper import AssessPaper
from domain.commands.assessment.file_paper import FilePaper
from domain.commands.candidacy.name_marker import NameMarker
from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.exam.cancel_sitting import CancelSitting
from domain.commands.exam.check_identity import CheckIdentity
from domain.commands.exam.close_sitting import CloseSitting
from domain.commands.exam.collect_paper import CollectPaper
from domain.commands.exam.hand_over_case import HandOverCase
from domain.commands.exam.open_sitting import OpenSitting
from domain.commands.exam.plan_sitting import PlanSitting
from domain.commands.exam.replace_invigilator import ReplaceInvigilator
from domain.commands.exam.report_incident import ReportIncident
from domain.commands.exam.sign_attendance import SignAttendance
from domain.exam.sitting import LAST_NUMBER, MOST_CANDIDATES, Sitting, SittingStage
from domain.ports import Role, SittingId
from projections.exam import sittings as planned
from webapi.accounts.authentication import actor, allowed
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs, tagged
from webapi.api.accommodations import MeasuresItem
from webapi.current import acquis
from webapi.edge.paging import PageQuery
from webapi.forms import Many, number, text
from webapi.privacy.disclosure import names, page, rebuilt, stream
from webapi.privacy.sittings_reading import assessment_of, measures_granted, numbered, sitters_shown

bp = Resource("sittings", __name__, url_prefix="/api/v1/sittings")

SEE = (Role.REGISTRAR, Role.AUDITOR, Role.INVIGILATOR, Role.CANDIDATE)


class SittingItem(Schema):
    """A sitting."""

    id = fields.UUID(required=True)
    framework = fields.UUID(required=True)
    rulebook = fields.UUID(required=True)
    modality = fields.String(required=True)
    held_on = fields.Date(required=True)
    starts_at = fields.String(required=True, metadata={"description": "HH:MM, local time."})
    minutes = fields.Integer(required=True, metadata={"description": "The duration in the framework."})
    place = fields.String(required=True)
    centre = fields.UUID(required=True, allow_none=True)
    remote = fields.Boolean(required=True)
    places = fields.Integer(required=True)
    invigilator = fields.UUID(required=True)
    stage = fields.String(required=True, validate=validate.OneOf(list(SittingStage)))


class SittingPage(Schema):
    """Sittings, in the order in which they were planned."""

    items = fields.List(fields.Nested(SittingItem), required=True)
    next = fields.String(required=True, allow_none=True)


class SitterItem(Schema):
    """A candidate of a sitting, with the measures granted, never their reason."""

    candidacy = fields.UUID(required=True)
    candidate = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    minutes = fields.Integer(required=True, metadata={"description": "Working time of this candidate."})
    measures = fields.Nested(MeasuresItem, required=True)
    case_on = fields.Date(required=True, allow_none=True)
    identified = fields.Boolean(required=True)
    signed_in = fields.Boolean(required=True)
    signed_out = fields.Boolean(required=True)
    incident = fields.Boolean(required=True)
    paper = fields.Integer(required=True, allow_none=True, metadata={"description": "The number of the paper."})


class SittingAnswer(SittingItem):
    """A sitting with its list; a candidate sees their own line, and the subject once the sitting is closed."""

    version = fields.Integer(required=True)
    subject = fields.String(required=True, allow_none=True)
    sitters = fields.List(fields.Nested(SitterItem), required=True)


class PaperMarkItem(Schema):
    """A mark; the comment is null when there is none or once it is erased."""

    competence = fields.Integer(required=True)
    mark = fields.String(required=True)
    comment = fields.String(required=True, allow_none=True)


class NumberedItem(Schema):
    """A paper by its number, with the caller's own marks."""

    number = fields.Integer(required=True)
    version = fields.Integer(
        required=True, metadata={"description": "The version of the caller's marks, which filing repeats."}
    )
    filed = fields.Boolean(required=True)
    marks = fields.List(fields.Nested(PaperMarkItem), required=True)


class NumberedList(Schema):
    """The papers that the reader marks, by number, without the candidates."""

    modality = fields.String(required=True)
    items = fields.List(fields.Nested(NumberedItem), required=True)


@bp.sends(
    "",
    PlanSitting,
    adds(Adds.MORE),
    modality=text(80),
    subject=text(80),
    starts_at="Local time of the place: 14:00.",
)
def plan_sitting() -> None:
    """Plan an épreuve (fixer une épreuve)."""


@bp.get("")
@bp.arguments(PageQuery, location="query")
@bp.response(200, SittingPage)
@allowed(*SEE, Role.ASSESSOR)
def list_sittings(query: dict[str, Any]) -> ResponseReturnValue:
    """List the sittings: those of a candidate, an invigilator or a marker; all for other readers."""
    return page(_listed, query)


def _listed(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    me = actor()
    own: dict[Role, dict[str, Any]] = {
        Role.CANDIDATE: {"candidate": me.person},
        Role.INVIGILATOR: {"invigilator": me.person},
        Role.ASSESSOR: {"assessor": me.person},
    }
    found = planned.sittings(acquis().database, **own.get(me.role, {}), after=after, limit=limit)
    return [(each.planned_at, vars(each) | {"id": each.sitting}) for each in found]


@bp.get("/<uuid:sitting>")
@bp.response(200, SittingAnswer)
@allowed(*SEE)
def show_sitting(sitting: UUID) -> ResponseReturnValue:
    """Show a sitting and its list: to its invigilator and the registrar; to a candidate, their own line.

    A registrar who is a candidate of the sitting does not see it.
    """
    found = rebuilt(Sitting, SittingId(sitting), stream(sitting))
    shown = sitters_shown(found)
    plan, closed = found.planned, found.stage is SittingStage.CLOSED
    called = names(each.candidate for each in shown.values())
    granted = measures_granted(shown)
    content = {
        "id": sitting,
        "version": found.version,
        "framework": plan.framework,
        "rulebook": plan.rulebook,
        "modality": plan.modality,
        "subject": plan.subject if closed or actor().role is not Role.CANDIDATE else None,
        "held_on": plan.held_on,
        "starts_at": plan.starts_at.isoformat("minutes"),
        "minutes": plan.minutes,
        "place": plan.place,
        "centre": plan.centre,
        "remote": plan.remote,
        "places": plan.places,
        "invigilator": plan.invigilator,
        "stage": found.stage.value,
        "sitters": [
            vars(sitter)
            | {
                "candidacy": candidacy,
                "name": called[sitter.candidate],
                "measures": granted[candidacy],
                "minutes": sitter.minutes or granted[candidacy].minutes(plan.minutes),
            }
            for candidacy, sitter in shown.items()
        ],
    }
    return tagged(content, found.version)


@bp.sends("/<uuid:sitting>/summonses", CallToSitting, adds(Adds.MORE), shows="sitting")
def call_to_sitting() -> None:
    """Summon a candidate to this sitting (convoquer à une épreuve)."""


@bp.sends("/<uuid:sitting>/cases", HandOverCase, adds(Adds.ONCE))
def hand_over_case() -> None:
    """Give an individual candidate the case on the rulebook's day (remettre le cas)."""


@bp.sends("/<uuid:sitting>/opening", OpenSitting, adds(Adds.ONCE))
def open_sitting() -> None:
    """Open the sitting on its day (ouvrir l'épreuve)."""


@bp.sends("/<uuid:sitting>/identities", CheckIdentity, adds(Adds.MORE))
def check_identity() -> None:
    """Record which document a candidate showed, and whether it matches (contrôler l'identité)."""


@bp.sends("/<uuid:sitting>/signatures", SignAttendance, adds(Adds.MORE), late=number(0, 999))
def sign_attendance() -> None:
    """Record that a candidate signed in or out (émargement)."""


@bp.sends("/<uuid:sitting>/incidents", ReportIncident, adds(Adds.MORE), account=text(8000))
def report_incident() -> None:
    """Report something about a candidate who is present (signaler un incident)."""


@bp.sends("/<uuid:sitting>/papers", CollectPaper, adds(Adds.MORE), number=number(1, LAST_NUMBER))
def collect_paper() -> None:
    """Collect a paper under its number (ramasser une copie)."""


@bp.sends("/<uuid:sitting>/closing", CloseSitting, adds(Adds.ONCE))
def close_sitting() -> None:
    """Close the sitting when everybody has left (clore l'épreuve)."""


@bp.sends("/<uuid:sitting>/cancellation", CancelSitting, adds(Adds.ONCE))
def cancel_sitting() -> None:
    """Cancel the sitting before it opens (annuler l'épreuve)."""


@bp.sends("/<uuid:sitting>/invigilator", ReplaceInvigilator, adds(Adds.NAMED))
def replace_invigilator() -> None:
    """Name another invigilator, before the sitting or on its day (remplacer un surveillant)."""


@bp.sends(
    "/<uuid:sitting>/markers",
    NameMarker,
    adds(Adds.MORE),
    shows="sitting",
    numbers=Many(0, MOST_CANDIDATES, number(1, LAST_NUMBER)),
)
def name_marker() -> None:
    """Name an assessor who marks papers by number, without the candidates' names (anonymat des copies)."""


@bp.get("/<uuid:sitting>/papers")
@bp.response(200, NumberedList)
@allowed(Role.ASSESSOR)
def list_papers(sitting: UUID) -> ResponseReturnValue:
    """List the papers that the caller marks here, by number, with their marks."""
    found, papers = numbered(sitting)
    items = [
        {"number": number} | paper | {"marks": [mark for _, mark in sorted(paper["marks"].items())]}
        for number, paper in papers.items()
    ]
    return {"modality": found.planned.modality, "items": items}, 200


@bp.sends(
    "/<uuid:sitting>/papers/<int:number>/marks", AssessPaper, adds(Adds.OWN), shows="sitting", marks=Many(1, 500)
)
def assess_paper() -> None:
    """Mark a paper by its number (noter une copie); the answer names the sitting, not the assessment."""


@bp.post("/<uuid:sitting>/papers/<int:number>/filing")
@bp.response(201, RecordedAnswer)
@allowed(Role.ASSESSOR)
@signs
def file_paper(sitting: UUID, number: int) -> ResponseReturnValue:
    """File the marks of a paper for the jury, by its number (remettre la note d'une copie); If-Match: its version."""
    assessment = assessment_of(sitting, number)
    return send(FilePaper(sitting=SittingId(sitting), number=number, assessment=assessment), sitting)
