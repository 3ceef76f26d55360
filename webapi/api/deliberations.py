"""How does a jury deliberate on one candidate over HTTP?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.jury.confirm_decision import ConfirmDecision
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.harmonise_rulings import HarmoniseRulings
from domain.commands.jury.let_summons_fall import LetSummonsFall
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.record_decision import RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.refer_candidate import ReferCandidate
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.take_back_decision import TakeBackDecision
from domain.jury.attendance import Coming
from domain.jury.deciding import before
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    Attendance,
    CandidateListed,
    CompetenceProposed,
    DeliberationReopened,
    JurorRecused,
    SessionPlanned,
)
from domain.jury.tainted_decision import RecusalConsequences, consequences_of_recusal
from domain.jury.vote import VoteOutcome
from domain.ports import CandidacyId, PersonId, Role, SessionId
from domain.refusal import NotFound
from projections.reading import DossierFact
from webapi.accounts.authentication import actor, allowed, reader, reading
from webapi.api import Adds, Resource, adds, ruled, signs, tagged
from webapi.forms import NUMBER, Many, number, text
from webapi.privacy.disclosure import view

bp = Resource(
    "deliberations", __name__, url_prefix="/api/v1/jury-sessions/<uuid:session>/deliberations/<uuid:candidacy>"
)


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
    arrived = fields.Boolean(required=True, metadata={"description": "Whether the candidate was noted present."})
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
    vote = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(list(VoteOutcome)),
        metadata={"description": "How the last vote came out; `none`: without a majority, nothing is decided yet."},
    )
    annulled = fields.Boolean(
        required=True, metadata={"description": "Whether all that this jury had decided was annulled."}
    )
    recusals_declared = fields.List(
        fields.UUID(), required=True, metadata={"description": "Whose stepping out waits to be confirmed."}
    )
    confirmed_by = fields.List(
        fields.UUID(), required=True, metadata={"description": "Who confirmed what is recorded, on their own screen."}
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
        "arrived": found.coming.arrived,
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
        "vote": found.vote_outcome,
        "annulled": found.annulled,
        "recusals_declared": sorted(found.declared),
        "confirmed_by": sorted(found.confirmed),
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


@bp.sends("/recusals", RecuseJuror, adds(Adds.NAMED), reason=text(2000))
def recuse_juror() -> None:
    """Let a juror step out of this candidate's deliberation (se déporter); what they took part in is undone.

    After a decision the juror only declares it; the chair or the registrar confirms it by the same request.
    """


class ConsequencesQuery(Schema):
    """Of whose stepping out it is asked what would fall."""

    juror = fields.UUID(
        load_default=None, metadata={"description": "Who would step out; left out: the member who asks."}
    )


class ConsequencesAnswer(Schema):
    """What falls when a member steps out of this deliberation, and who goes on with it; nothing is recorded."""

    rulings = fields.List(fields.Integer(), required=True, metadata={"description": "Competences to be ruled anew."})
    granted = fields.List(fields.Integer(), required=True)
    not_granted = fields.List(fields.Integer(), required=True)
    deferred = fields.List(fields.Integer(), required=True)
    title = fields.Boolean(required=True)
    vote = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(VoteOutcome)))
    signatures = fields.List(fields.UUID(), required=True, metadata={"description": "Whose signatures are void."})
    sits_again = fields.Boolean(required=True, metadata={"description": "Whether the closed session sits again."})
    left = fields.List(fields.UUID(), required=True)
    enough = fields.Boolean(required=True, metadata={"description": "Whether those left are a quorum."})


@bp.get("/recusals/consequences")
@bp.arguments(ConsequencesQuery, location="query")
@bp.response(200, ConsequencesAnswer)
@allowed(Role.JUROR, Role.REGISTRAR)
@ruled
def show_consequences(asked: dict[str, Any], session: UUID, candidacy: UUID) -> RecusalConsequences:
    """Say what falls if a member steps out, before it is confirmed (conséquences d'un retrait)."""
    log = reading()
    context = before(log, SessionId(session), CandidacyId(candidacy))
    said = log.find(Deliberation, Deliberation.id_of(SessionId(session), CandidacyId(candidacy)))
    return consequences_of_recusal(said, context, {PersonId(asked["juror"] or actor().who)})


@bp.sends("/taking-back", TakeBackDecision, signs, reason=text(2000), blocks=Many(0, 100, NUMBER))
def take_back_decision() -> None:
    """Take back blocks, or all that was decided, until the release (revenir sur une décision).

    By the chair; of a session held on paper, by the registrar. A closed session sits again on this candidate alone,
    and signs anew. If-Match: the deliberation's version.
    """


@bp.sends("/confirmation", ConfirmDecision, signs)
def confirm_decision() -> None:
    """Confirm what was recorded, where the rulebook asks it of a majority (confirmer une décision).

    If-Match: the deliberation's version.
    """


@bp.sends("/reopening", ReopenDeliberation, signs, reason=text(2000))
def reopen_deliberation() -> None:
    """Undo what was decided with a member who may not decide on the candidate, until release (rouvrir).

    If-Match: the deliberation's version. A closed session sits again on this candidate alone, and signs anew.
    """


@bp.sends(
    "/opening",
    OpenDeliberation,
    adds(Adds.ONCE),
    at="HH:MM in mainland France, not to come; null: now or, of a session held on paper, not known.",
)
def open_deliberation() -> None:
    """Take up a candidate who came (ouvrir la délibération)."""


@bp.sends("/absence", NoteAbsence, adds(Adds.ONCE), reason=text(2000))
def note_absence() -> None:
    """Note that the candidate did not come (constater une absence)."""


@bp.sends("/summons-fall", LetSummonsFall, adds(Adds.ONCE))
def let_summons_fall() -> None:
    """Let a summons fall that an exclusion pronounced since reaches (caducité d'une convocation)."""


@bp.sends("/referral", ReferCandidate, adds(Adds.ONCE))
def refer_candidate() -> None:
    """Send a candidate before another jury, this one being unable to decide lawfully (renvoyer)."""


@bp.sends("/deferral", DeferDecisions, signs)
def defer_decisions() -> None:
    """Put off the blocks and the title not decided (surseoir à statuer); If-Match: the deliberation's version."""


@bp.sends("/rulings", RuleCompetences, signs, rulings=Many(1, 500))
def rule_competences() -> None:
    """Rule on competences (apprécier des compétences); If-Match: the deliberation's version."""


@bp.sends("/harmonisation", HarmoniseRulings, signs, changed=Many(0, 500))
def harmonise_rulings() -> None:
    """Rule as the commission did, but for what is named (harmoniser); If-Match: the deliberation's version."""


@bp.sends("/decision", RecordDecision, signs, abstentions=number(0, 99), decisions=Many(0, 100))
def record_decision() -> None:
    """Record how the vote came out, and the blocks and the title that it decided (consigner la décision).

    By the chair; of a session held on paper, by the registrar. If-Match: the deliberation's version.
    """
