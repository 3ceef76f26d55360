"""How does a jury deliberate on one candidate over HTTP?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.attendance import Attendance, Coming
from domain.commands.decide_blocks import BlockDecision, DecideBlocks
from domain.commands.defer_decisions import DeferDecisions
from domain.commands.harmonise_rulings import HarmoniseRulings
from domain.commands.let_summons_fall import LetSummonsFall
from domain.commands.note_absence import NoteAbsence
from domain.commands.note_vote import NoteVote
from domain.commands.open_deliberation import OpenDeliberation
from domain.commands.pronounce_title import PronounceTitle
from domain.commands.recuse_juror import RecuseJuror
from domain.commands.refer_candidate import ReferCandidate
from domain.commands.reopen_deliberation import ReopenDeliberation
from domain.commands.rule_competences import RuleCompetences
from domain.deliberation import Deliberation, JurorRecused
from domain.jury import CandidateListed, SessionPlanned
from domain.ports import CandidacyId, PersonId, Role, SessionId
from domain.proposal import CompetenceProposed
from domain.refusal import NotFound
from domain.reopened import DeliberationReopened
from domain.ruling import Ruling
from domain.vote import Outcome
from projections.reading import DossierFact
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs, tagged
from webapi.auth import allowed, reader
from webapi.reading import view
from webapi.requests import Body, Flag, Id, Text

bp = Resource(
    "deliberations", __name__, url_prefix="/api/v1/jury-sessions/<uuid:session>/deliberations/<uuid:candidacy>"
)


class RecusalBody(Body):
    """The juror who steps out, and why."""

    juror = Id(required=True)
    reason = Text(1, 2000, required=True)


class AbsenceBody(Body):
    """Whether the absence is excused, and why."""

    excused = Flag(load_default=False)
    reason = Text(1, 2000, load_default=None, allow_none=True)


class VoteBody(Body):
    """How the vote came out; who voted what, or how many, is asked of nobody. Without a majority nothing is decided.

    Only where the chair's vote settled a tie, how many abstained: of the others as many were for as against.
    """

    outcome = fields.Enum(Outcome, by_value=True, required=True)
    abstentions = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 99))


class DeliberationReopeningBody(Body):
    """Why what was decided is undone."""

    reason = Text(1, 2000, required=True)


class DeferralBody(Body):
    """Why what is left is put off."""

    reason = Text(1, 4000, required=True)


class RulingBody(Body):
    """The jury's ruling on one competence, with its mark where it gives one and its reason where one is due."""

    competence = fields.Integer(required=True, strict=True, validate=validate.Range(1, 9999))
    acquired = Flag(required=True)
    mark = Text(1, 40, load_default=None, allow_none=True)
    reason = Text(1, 4000, load_default=None, allow_none=True)


class RulingsBody(Body):
    """Rulings, all recorded together or none."""

    rulings = fields.List(fields.Nested(RulingBody), required=True, validate=validate.Length(1, 500))


class HarmonisationBody(Body):
    """What the jury rules otherwise than the commission did, each with its reason; none: as the commission."""

    changed = fields.List(fields.Nested(RulingBody), load_default=list, validate=validate.Length(max=500))


class BlockBody(Body):
    """The decision on one block; reason and advice go with a block not granted."""

    block = fields.Integer(required=True, strict=True, validate=validate.Range(1, 9999))
    granted = Flag(required=True)
    reason = Text(1, 4000, load_default=None, allow_none=True)
    advice = Text(1, 4000, load_default=None, allow_none=True)


class BlocksBody(Body):
    """Decisions on blocks, all recorded together or none."""

    decisions = fields.List(fields.Nested(BlockBody), required=True, validate=validate.Length(1, 100))


class DeliberationAnswer(Schema):
    """What this jury has said of this candidate so far; the ETag is what ruling and deciding ask for."""

    id = fields.UUID(required=True)
    session = fields.UUID(required=True)
    candidacy = fields.UUID(required=True)
    version = fields.Integer(required=True)
    jury_law = fields.String(
        required=True, allow_none=True, metadata={"description": "The text of law that binds this candidate's jury."}
    )
    attendance = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(Attendance)))
    signed_in = fields.Boolean(required=True, metadata={"description": "Whether the candidate signed in."})
    remote_hearing = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(("offered", "accepted", "declined"))
    )
    panel = fields.List(fields.UUID(), required=True)
    recused = fields.List(fields.UUID(), required=True)
    proposed = fields.Dict(
        keys=fields.String(),
        values=fields.Boolean(),
        required=True,
        metadata={"description": "What a commission ruled provisionally: this one, or those of this jury."},
    )
    rulings = fields.Dict(keys=fields.String(), values=fields.Boolean(), required=True)
    granted = fields.List(fields.Integer(), required=True)
    not_granted = fields.List(fields.Integer(), required=True)
    title = fields.Boolean(required=True)
    deferred = fields.List(
        fields.Integer(), required=True, metadata={"description": "Blocks put off, that another jury may decide."}
    )
    title_deferred = fields.Boolean(required=True, metadata={"description": "Whether the title won was put off."})
    referred = fields.Boolean(
        required=True, metadata={"description": "Whether the candidate goes before another jury, undecided here."}
    )
    voted = fields.Boolean(required=True, metadata={"description": "Whether a majority stands noted."})
    split = fields.Boolean(
        required=True,
        metadata={"description": "Whether the last vote had no majority: nothing is decided before another."},
    )
    annulled = fields.Boolean(
        required=True, metadata={"description": "Whether all that this jury had decided was annulled."}
    )


@bp.get("")
@bp.response(200, DeliberationAnswer)
@allowed(Role.JUROR, Role.REGISTRAR, Role.AUDITOR)
def show_deliberation(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Show a deliberation to the panel and the registrar; to the auditor once its results are released."""
    read = view(candidacy)
    here = (told.fact for told in read.shown(session))
    listed = next((fact for fact in here if isinstance(fact, CandidateListed)), None)
    if listed is None or not read.ties.sees(reader(), SessionId(session)):
        raise NotFound(session)
    stream = Deliberation.id_of(SessionId(session), CandidacyId(candidacy))
    found = read.so_far(Deliberation, stream)
    content = {
        "id": stream,
        "session": session,
        "candidacy": candidacy,
        "version": found.version,
        "jury_law": listed.jury_law,
        "attendance": found.attendance,
        "signed_in": found.coming.signed_in,
        "remote_hearing": _remote(found.coming),
        "panel": sorted(found.panel or ()),
        "recused": sorted(found.recused),
        "proposed": _proposed(SessionId(session), read.seen),
        "rulings": {str(number): acquired for number, acquired in sorted(found.rulings.items())},
        "granted": sorted(found.granted),
        "not_granted": sorted(found.refused),
        "title": found.title,
        "deferred": sorted(found.deferred),
        "title_deferred": found.title_deferred,
        "referred": found.referred,
        "voted": found.voted,
        "split": found.split,
        "annulled": found.annulled,
    }
    return tagged(content, found.version)


def _proposed(session: SessionId, seen: Iterable[DossierFact]) -> dict[str, bool]:
    """What this commission, or those that report to this jury, ruled provisionally, as this reader may see it."""
    asked, said = {session}, dict[SessionId, Deliberation]()
    for told in seen:
        fact = told.fact
        if isinstance(fact, SessionPlanned) and fact.reports_to == session:
            asked.add(SessionId(told.stamp.stream))
        elif isinstance(fact, CompetenceProposed | JurorRecused | DeliberationReopened):
            before = said.get(fact.session, Deliberation(id=told.stamp.stream))
            said[fact.session] = before.evolve(fact)
    found = {n: each.acquired for of in sorted(asked & said.keys()) for n, each in said[of].proposed.items()}
    return {str(number): acquired for number, acquired in sorted(found.items())}


def _remote(coming: Coming) -> str | None:
    """How far an offer to be heard remotely has got."""
    if coming.remote is None:
        return "offered" if coming.offered else None
    return "accepted" if coming.remote else "declined"


@bp.post("/recusals")
@bp.arguments(RecusalBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.JUROR, Role.REGISTRAR)
@adds(Adds.NAMED)
def recuse_juror(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Let a juror step out of this candidate's deliberation (se déporter); what they took part in is undone."""
    command = RecuseJuror(
        session=SessionId(session),
        candidacy=CandidacyId(candidacy),
        juror=PersonId(body["juror"]),
        reason=body["reason"],
    )
    return send(command)


@bp.post("/reopening")
@bp.arguments(DeliberationReopeningBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@signs
def reopen_deliberation(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Undo what was decided with a member who may not decide on the candidate, until release (rouvrir).

    If-Match: the deliberation's version. A closed session sits again on this candidate alone, and signs anew.
    """
    return send(ReopenDeliberation(session=SessionId(session), candidacy=CandidacyId(candidacy), **body))


@bp.post("/opening")
@bp.response(201, RecordedAnswer)
@allowed(Role.JUROR, Role.REGISTRAR)
@adds(Adds.ONCE)
def open_deliberation(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Take up a candidate who came (ouvrir la délibération)."""
    return send(OpenDeliberation(session=SessionId(session), candidacy=CandidacyId(candidacy)))


@bp.post("/absence")
@bp.arguments(AbsenceBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.ONCE)
def note_absence(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Note that the candidate did not come (constater une absence)."""
    command = NoteAbsence(session=SessionId(session), candidacy=CandidacyId(candidacy), **body)
    return send(command)


@bp.post("/summons-fall")
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.ONCE)
def let_summons_fall(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Let a summons fall that an exclusion pronounced since reaches (caducité d'une convocation)."""
    return send(LetSummonsFall(session=SessionId(session), candidacy=CandidacyId(candidacy)))


@bp.post("/referral")
@bp.response(201, RecordedAnswer)
@allowed(Role.JUROR, Role.REGISTRAR)
@adds(Adds.ONCE)
def refer_candidate(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Send a candidate before another jury, this one being unable to decide lawfully (renvoyer)."""
    return send(ReferCandidate(session=SessionId(session), candidacy=CandidacyId(candidacy)))


@bp.post("/deferral")
@bp.arguments(DeferralBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.JUROR, Role.REGISTRAR)
@signs
def defer_decisions(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Put off the blocks and the title not decided (surseoir à statuer); If-Match: the deliberation's version."""
    return send(DeferDecisions(session=SessionId(session), candidacy=CandidacyId(candidacy), **body))


@bp.post("/vote")
@bp.arguments(VoteBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.JUROR, Role.REGISTRAR)
@signs
def note_vote(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Note how the vote on this candidate came out (constater un vote); If-Match: the deliberation's version."""
    return send(NoteVote(session=SessionId(session), candidacy=CandidacyId(candidacy), **body))


@bp.post("/rulings")
@bp.arguments(RulingsBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.JUROR, Role.REGISTRAR)
@signs
def rule_competences(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Rule on competences (apprécier des compétences); If-Match: the deliberation's version."""
    rulings = tuple(Ruling(**given) for given in body["rulings"])
    command = RuleCompetences(session=SessionId(session), candidacy=CandidacyId(candidacy), rulings=rulings)
    return send(command)


@bp.post("/harmonisation")
@bp.arguments(HarmonisationBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.JUROR, Role.REGISTRAR)
@signs
def harmonise_rulings(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Rule as the commission did, but for what is named (harmoniser); If-Match: the deliberation's version."""
    changed = tuple(Ruling(**given) for given in body["changed"])
    command = HarmoniseRulings(session=SessionId(session), candidacy=CandidacyId(candidacy), changed=changed)
    return send(command)


@bp.post("/blocks")
@bp.arguments(BlocksBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.JUROR, Role.REGISTRAR)
@signs
def decide_blocks(body: dict[str, Any], session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Grant or refuse blocks (accorder ou non des blocs); If-Match: the deliberation's version."""
    decisions = tuple(BlockDecision(**given) for given in body["decisions"])
    command = DecideBlocks(session=SessionId(session), candidacy=CandidacyId(candidacy), decisions=decisions)
    return send(command)


@bp.post("/title")
@bp.response(201, RecordedAnswer)
@allowed(Role.JUROR, Role.REGISTRAR)
@signs
def pronounce_title(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Pronounce the title (prononcer le titre); If-Match: the deliberation's version."""
    return send(PronounceTitle(session=SessionId(session), candidacy=CandidacyId(candidacy)))
