"""Routes for candidacies: applying, reading, standing and history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.candidacy_life import Ending
from domain.commands.candidacy.accept_rulebook import AcceptRulebook
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.correct_admissibility import CorrectAdmissibility
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.notify_admissibility import NotifyAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.reconsider_admissibility import ReconsiderAdmissibility
from domain.commands.candidacy.release_assessor import ReleaseAssessor
from domain.commands.candidacy.waive_summons_delay import WaiveSummonsDelay
from domain.commands.register.enter_register import EnterRegister
from domain.exam.facts import AccommodationFact
from domain.fact import Fact
from domain.framework.definition import Route
from domain.jury.facts import JurorAppointed
from domain.ports import CandidacyId, FrameworkId, PersonId, Role, RulebookId, SessionId, SittingId
from domain.standing.standing import BlockState, CompetenceState, Outcome
from webapi.accounts.authentication import READERS, actor, allowed, reader
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs, tagged, written
from webapi.edge.paging import PageQuery
from webapi.forms import form, text
from webapi.privacy.disclosure import (
    NAMED_FOR,
    AsOf,
    DisclosedDossier,
    candidacies,
    names,
    page,
    personal,
    plain,
    rebuilt,
    registered,
    said_of_admissibility,
    unread,
    view,
)
from webapi.requests import Body, Day, Flag, Id, Text

bp = Resource("candidacies", __name__, url_prefix="/api/v1/candidacies")


class CandidacyBody(Body):
    """An application: framework version, rulebook, route, and the candidate if not the caller.

    Candidates who apply themselves state whether they accept the rulebook.
    """

    candidate = Id(load_default=None, allow_none=True)
    framework = Id(required=True)
    rulebook = Id(required=True)
    route = fields.Enum(Route, by_value=True, required=True)
    blocks = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 999)),
        load_default=list,
        validate=validate.Length(max=99),
        metadata={"description": "The blocks sought; empty: the whole certification."},
    )
    accepts_rulebook = Flag(load_default=False)
    began_on = Day(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "In VAE, the day of inscription on the portal, or an earlier one stated by a registrar."
        },
    )
    option = Text(
        1,
        40,
        load_default=None,
        allow_none=True,
        metadata={"description": "The code of the chosen option, if the certification has options."},
    )


AGREEMENT = form(WaiveSummonsDelay, "candidacy", "session", "sitting")
"""The date of the paper that the candidate signed, entered by the registrar; candidates state none."""


class CandidacyItem(Schema):
    """A candidacy: outcome and blocks as the reader may know them; assessors get no name."""

    id = fields.UUID(required=True)
    candidate = fields.UUID(required=True)
    candidate_name = fields.String(required=True, allow_none=True)
    framework = fields.UUID(required=True)
    rulebook = fields.UUID(required=True)
    route = fields.String(required=True)
    opened_on = fields.Date(required=True)
    ended = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(Ending)))
    admissible = fields.Boolean(required=True, allow_none=True)
    filed = fields.Boolean(required=True)
    sessions = fields.List(fields.UUID(), required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(list(Outcome)))


class CandidacyPage(Schema):
    """Candidacies, in the order in which they were opened."""

    items = fields.List(fields.Nested(CandidacyItem), required=True)
    next = fields.String(required=True, allow_none=True)


class CandidacyAnswer(CandidacyItem):
    """A candidacy, with its assessors and its number in the register; the ETag is `version`."""

    version = fields.Integer(required=True)
    rulebook_accepted = fields.Boolean(
        required=True, metadata={"description": "Whether the candidate has accepted the rulebook."}
    )
    assessors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Integer()),
        required=True,
        metadata={"description": "Competences by assessor."},
    )
    registered = fields.Integer(required=True, allow_none=True)
    said_of_admissibility = fields.Dict(
        required=True,
        metadata={
            "description": "The `reason`, `gaps` and `recommendations` of the decision on admissibility, if stated."
        },
    )
    option = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The code of the chosen option, if there are options."},
    )


class CompetenceLineAnswer(Schema):
    """A competence: its state, whether it is acquired, and the facts that show it."""

    number = fields.Integer(required=True)
    block = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(CompetenceState)))
    acquired = fields.Boolean(required=True, allow_none=True)
    positions = fields.List(fields.Integer(), required=True)


class BlockLineAnswer(Schema):
    """A block: the decision with its day and session, or the shortest way to obtain it."""

    number = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(BlockState)))
    acquired = fields.Integer(required=True)
    required = fields.Integer(required=True)
    missing_mandatory = fields.List(fields.Integer(), required=True)
    others_needed = fields.Integer(required=True)
    session = fields.UUID(required=True, allow_none=True)
    decided_on = fields.Date(required=True, allow_none=True)
    positions = fields.List(fields.Integer(), required=True)


class StandingAnswer(Schema):
    """The standing of a candidacy, each line with the positions of its facts."""

    candidacy = fields.UUID(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(list(Outcome)))
    title_on = fields.Date(required=True, allow_none=True)
    title_option = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The code of the awarded title's option, even if another one is sought since."},
    )
    provisional = fields.Boolean(
        required=True, metadata={"description": "Whether unreleased marks and rulings are counted."}
    )
    competences = fields.List(fields.Nested(CompetenceLineAnswer), required=True)
    blocks = fields.List(fields.Nested(BlockLineAnswer), required=True)
    positions = fields.List(fields.Integer(), required=True)


class HistoryItem(Schema):
    """A fact: what, by whom, in which role, on which day, on what grounds, and its position in the log."""

    position = fields.Integer(required=True)
    stream = fields.UUID(required=True)
    version = fields.Integer(required=True)
    fact = fields.String(required=True)
    by = fields.UUID(required=True, allow_none=True)
    by_name = fields.String(required=True, allow_none=True)
    role = fields.String(required=True)
    on = fields.Date(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    says = fields.Dict(required=True, metadata={"description": "The fact's own fields."})
    personal = fields.Dict(
        required=True, metadata={"description": "Its personal fields, decrypted; null once erased."}
    )
    unread = fields.Dict(
        required=True,
        metadata={
            "description": "Fields that cannot be decrypted, with the reason: `erased`, or `lost` with the key."
        },
    )
    voided = fields.Boolean(
        required=True,
        metadata={
            "description": "Whether it no longer counts: a juror was recused after it, or the decision was annulled."
        },
    )


class HistoryAnswer(Schema):
    """The facts of a dossier that the reader may see, in the order of the log."""

    items = fields.List(fields.Nested(HistoryItem), required=True)


@bp.post("")
@bp.arguments(CandidacyBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.CANDIDATE, Role.REGISTRAR)
@adds(Adds.MORE)
def open_candidacy(body: dict[str, Any]) -> ResponseReturnValue:
    """Apply for a certification by a route (candidater)."""
    candidate = PersonId(body["candidate"] or actor().who)
    command = OpenCandidacy(
        candidate=candidate,
        framework=FrameworkId(body["framework"]),
        rulebook=RulebookId(body["rulebook"]),
        route=body["route"],
        blocks=tuple(body["blocks"]),
        accepts_rulebook=body["accepts_rulebook"],
        began_on=body["began_on"],
        option=body["option"],
    )
    return send(command, Candidacy.id_of(candidate, command.framework, command.route))


@bp.sends("/<uuid:candidacy>/rulebook-acceptance", AcceptRulebook, adds(Adds.ONCE))
def accept_rulebook() -> None:
    """Accept the candidacy's rulebook, or enter a signed paper acceptance (accepter le règlement)."""


@bp.post("/<uuid:candidacy>/summons-waivers/<uuid:session>")
@bp.arguments(AGREEMENT)
@bp.response(201, RecordedAnswer)
@allowed(Role.CANDIDATE, Role.REGISTRAR)
@adds(Adds.ONCE)
def waive_summons_delay(body: dict[str, Any], candidacy: UUID, session: UUID) -> ResponseReturnValue:
    """Agree to a summons before a session at short notice (renoncer au délai de convocation)."""
    return send(WaiveSummonsDelay(candidacy=CandidacyId(candidacy), session=SessionId(session), **body))


@bp.post("/<uuid:candidacy>/sitting-waivers/<uuid:sitting>")
@bp.arguments(AGREEMENT)
@bp.response(201, RecordedAnswer)
@allowed(Role.CANDIDATE, Role.REGISTRAR)
@adds(Adds.ONCE)
def waive_sitting_delay(body: dict[str, Any], candidacy: UUID, sitting: UUID) -> ResponseReturnValue:
    """Agree to a summons to an épreuve at short notice (renoncer au délai de convocation)."""
    return send(WaiveSummonsDelay(candidacy=CandidacyId(candidacy), sitting=SittingId(sitting), **body))


@bp.get("")
@bp.arguments(PageQuery, location="query")
@bp.response(200, CandidacyPage)
@allowed(*READERS)
def list_candidacies(query: dict[str, Any]) -> ResponseReturnValue:
    """List the candidacies that concern the reader."""
    return page(candidacies, query)


@bp.get("/<uuid:candidacy>")
@bp.response(200, CandidacyAnswer)
@allowed(*READERS)
def show_candidacy(candidacy: UUID) -> ResponseReturnValue:
    """Show a candidacy; filing and withdrawing evidence repeat the ETag."""
    read = view(candidacy)
    found = rebuilt(Candidacy, CandidacyId(candidacy), read.shown(candidacy))
    now = rebuilt(Candidacy, found.id, [told for told in read.known if told.stamp.stream == candidacy])
    terms = found.terms
    content = {
        "id": candidacy,
        "version": read.version,
        "candidate": terms.candidate,
        "candidate_name": read.candidate_name,
        "framework": terms.framework,
        "rulebook": terms.rulebook,
        "rulebook_accepted": found.enrolment.accepted,
        "route": terms.route.value,
        "opened_on": terms.opened_on,
        "ended": found.life.ended,
        "admissible": found.admissible,
        "filed": found.filed,
        "sessions": found.sessions,
        "outcome": read.standing.outcome,
        "assessors": {
            str(assessor): sorted(now.assessors[assessor])
            for assessor in found.assessors  # a reader may see the assignment but not the release
            if assessor in now.assessors
        },
        "registered": registered(read.known),
        "said_of_admissibility": said_of_admissibility(read.seen),
        "option": terms.option,
    }
    return tagged(content, read.version)


@bp.sends("/<uuid:candidacy>/admissibility", DecideAdmissibility, signs, gaps=text(4000), recommendations=text(4000))
def decide_admissibility() -> None:
    """Declare a VAE candidacy admissible or not (recevabilité); If-Match: the candidacy's version."""


@bp.sends("/<uuid:candidacy>/admissibility/notice", NotifyAdmissibility, adds(Adds.ONCE))
def notify_admissibility() -> None:
    """Record that the candidate was notified of the decision on admissibility, and how (notifier la recevabilité)."""


@bp.sends("/<uuid:candidacy>/admissibility/correction", CorrectAdmissibility, signs, reason=text(2000))
def correct_admissibility() -> None:
    """Withdraw an unnotified decision on admissibility for an error; If-Match: the candidacy's version."""


@bp.sends(
    "/<uuid:candidacy>/admissibility/reconsideration",
    ReconsiderAdmissibility,
    signs,
    reason=text(2000),
    asked_on="The day on which the candidate's request arrived; null: on the certifier's own initiative.",
)
def reconsider_admissibility() -> None:
    """Withdraw a notified refusal, to decide again (recours gracieux); If-Match: the candidacy's version."""


@bp.sends("/<uuid:candidacy>/assessors", AssignAssessor, adds(Adds.MORE))
def assign_assessor() -> None:
    """Assign an assessor to some competences (désigner un évaluateur)."""


@bp.sends("/<uuid:candidacy>/assessors/<uuid:assessor>/release", ReleaseAssessor, adds(Adds.NAMED), reason=text(2000))
def release_assessor() -> None:
    """Release an assessor (dessaisir un évaluateur): their marks do not count unless they are assigned again."""


@bp.sends("/<uuid:candidacy>/register-entry", EnterRegister, adds(Adds.ONCE))
def enter_register() -> None:
    """Enter a released title under the next number (inscrire au registre)."""


@bp.get("/<uuid:candidacy>/standing")
@bp.arguments(AsOf, location="query")
@bp.response(200, StandingAnswer)
@allowed(*READERS)
def show_standing(query: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Show the standing of a candidacy, now or at a day, a position or an instant."""
    read = view(candidacy, **query)
    found = read.standing
    content = {
        "candidacy": candidacy,
        "outcome": found.outcome,
        "title_on": found.title_on,
        "title_option": found.title_option,
        "provisional": read.provisional,
        "competences": found.competences,
        "blocks": found.blocks,
        "positions": found.positions,
    }
    return written(content), 200


@bp.get("/<uuid:candidacy>/history")
@bp.arguments(AsOf, location="query")
@bp.response(200, HistoryAnswer)
@allowed(*READERS)
def show_history(query: dict[str, Any], candidacy: UUID) -> ResponseReturnValue:
    """Show the facts of a dossier: who, when, in which role, on what grounds."""
    read = view(candidacy, **query)
    facts, voided = read.seen, read.voided | read.annulled
    called = names({told.stamp.by for told in facts if told.stamp.by}) if read.named else {}
    asked = [told.stamp.position for told in facts if isinstance(told.fact, AccommodationFact)]
    # counted among the facts shown: hides how often the candidate asked
    confided = {position: place for place, position in enumerate(asked, 1)}
    items = []
    for told in facts:
        clear = personal(told)
        item = {
            "position": told.stamp.position,
            "stream": told.stamp.stream,
            "version": confided.get(told.stamp.position, told.stamp.version),
            "fact": type(told.fact).__name__,
            "by": told.stamp.by,
            "by_name": called.get(told.stamp.by) if told.stamp.by else None,
            "role": told.stamp.role,
            "on": told.stamp.on,
            "recorded_at": told.stamp.at.isoformat(),
            "says": _says(told.fact, read),
            "personal": clear,
            "unread": unread(told, clear),
            "voided": told.stamp.position in voided,
        }
        items.append(item)
    return tagged(written({"items": items}), read.version)


def _says(fact: Fact, read: DisclosedDossier) -> dict[str, Any]:
    """Return a fact's fields; a juror's sex only for registrar, auditor and jury, ties for the first two only."""
    said = plain(fact)
    if not (read.ties.runs(reader()) or read.ties.audits(reader())):
        for found in ("tied", "ties"):
            said.pop(found, None)
    if isinstance(fact, JurorAppointed) and not (actor().role in NAMED_FOR or read.ties.judges(reader())):
        del said["sex"]
    return said
