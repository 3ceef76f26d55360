"""Routes for a jury's deliberation on one candidate."""

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
    """The state of this deliberation; rulings and decisions repeat the ETag."""

    id = fields.UUID(required=True)
    session = fields.UUID(required=True)
    candidacy = fields.UUID(required=True)
    version = fields.Integer(required=True)
    jury_law = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The text of law that applies to this candidate's jury."},
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
        metadata={"description": "Provisional rulings of this commission, or of this jury's commissions."},
    )
    rulings = fields.Dict(keys=fields.String(), values=fields.Boolean(), required=True)
    granted = fields.List(fields.Integer(), required=True)
    not_granted = fields.List(fields.Integer(), required=True)
    title = fields.Boolean(required=True)
    deferred = fields.List(
        fields.Integer(), required=True, metadata={"description": "Deferred blocks, which another jury may decide."}
    )
    title_deferred = fields.Boolean(
        required=True, metadata={"description": "Whether a title that was earned is deferred."}
    )
    referred = fields.Boolean(
        required=True,
        metadata={"description": "Whether the candidate was referred to another jury without a decision."},
    )
    vote = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(list(VoteOutcome)),
        metadata={"description": "The result of the last vote; `none`: no majority, so nothing is decided yet."},
    )
    annulled = fields.Boolean(
        required=True, metadata={"description": "Whether all decisions of this jury were annulled."}
    )
    recusals_declared = fields.List(
        fields.UUID(), required=True, metadata={"description": "Members whose recusal waits for confirmation."}
    )
    confirmed_by = fields.List(
        fields.UUID(),
        required=True,
        metadata={"description": "Members who confirmed the record on their own screen."},
    )


@bp.get("")
@bp.response(200, DeliberationAnswer)
@allowed(Role.JUROR, Role.REGISTRAR, Role.AUDITOR)
def show_deliberation(session: UUID, candidacy: UUID) -> ResponseReturnValue:
    """Show a deliberation to jury and registrar; to the auditor once its results are released."""
    read = view(candidacy)
    facts = (told.fact for told in read.shown(session))
    listed = next((fact for fact in facts if isinstance(fact, CandidateListed)), None)
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
    """Return the provisional rulings of this commission, or of this jury's commissions, for this reader."""
    asked, said = {session}, dict[SessionId, Deliberation]()
    for told in seen:
        fact = told.fact
        if isinstance(fact, SessionPlanned) and fact.reports_to == session:
            asked.add(SessionId(told.stamp.stream))
        elif isinstance(fact, CompetenceProposed | JurorRecused | DeliberationReopened):
            before = said.get(fact.session, Deliberation(id=told.stamp.stream))
            said[fact.session] = before.evolve(fact)
    found = {
        n: each.acquired
        for commission in sorted(asked & said.keys())
        for n, each in said[commission].proposed.items()
    }
    return {str(number): acquired for number, acquired in sorted(found.items())}


def _remote(coming: Coming) -> str | None:
    """Return the state of an offer to be heard remotely."""
    if coming.remote is None:
        return "offered" if coming.offered else None
    return "accepted" if coming.remote else "declined"


@bp.sends("/recusals", RecuseJuror, adds(Adds.NAMED), reason=text(2000))
def recuse_juror() -> None:
    """Recuse a juror from this candidate's deliberation (se déporter); decisions that they took part in are undone.

    After a decision the juror only declares it; the chair or the registrar confirms it with the same request.
    """


class ConsequencesQuery(Schema):
    """The member whose recusal is examined."""

    juror = fields.UUID(load_default=None, metadata={"description": "The member; by default the caller."})


class ConsequencesAnswer(Schema):
    """What a member's recusal would undo, and who would continue; nothing is recorded."""

    rulings = fields.List(fields.Integer(), required=True, metadata={"description": "Competences to rule on again."})
    granted = fields.List(fields.Integer(), required=True)
    not_granted = fields.List(fields.Integer(), required=True)
    deferred = fields.List(fields.Integer(), required=True)
    title = fields.Boolean(required=True)
    vote = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(VoteOutcome)))
    signatures = fields.List(
        fields.UUID(), required=True, metadata={"description": "Members whose signatures become void."}
    )
    sits_again = fields.Boolean(required=True, metadata={"description": "Whether the closed session would reopen."})
    left = fields.List(fields.UUID(), required=True)
    enough = fields.Boolean(required=True, metadata={"description": "Whether the remaining members are a quorum."})


@bp.get("/recusals/consequences")
@bp.arguments(ConsequencesQuery, location="query")
@bp.response(200, ConsequencesAnswer)
@allowed(Role.JUROR, Role.REGISTRAR)
@ruled
def show_consequences(asked: dict[str, Any], session: UUID, candidacy: UUID) -> RecusalConsequences:
    """Show what a member's recusal would undo, before it is confirmed (conséquences d'un retrait)."""
    log = reading()
    context = before(log, SessionId(session), CandidacyId(candidacy))
    said = log.find(Deliberation, Deliberation.id_of(SessionId(session), CandidacyId(candidacy)))
    return consequences_of_recusal(said, context, {PersonId(asked["juror"] or actor().who)})


@bp.sends("/taking-back", TakeBackDecision, signs, reason=text(2000), blocks=Many(0, 100, NUMBER))
def take_back_decision() -> None:
    """Withdraw decisions on blocks, or all decisions, until the release (revenir sur une décision).

    By the chair; for a session held on paper, by the registrar. A closed session reopens for this candidate alone,
    and its minutes are signed again. If-Match: the deliberation's version.
    """


@bp.sends("/confirmation", ConfirmDecision, signs)
def confirm_decision() -> None:
    """Confirm the record, when the rulebook requires a majority to do so (confirmer une décision).

    If-Match: the deliberation's version.
    """


@bp.sends("/reopening", ReopenDeliberation, signs, reason=text(2000))
def reopen_deliberation() -> None:
    """Undo decisions taken with a member who may not decide on the candidate, until release (rouvrir).

    If-Match: the deliberation's version. A closed session reopens for this candidate alone, and its minutes are
    signed again.
    """


@bp.sends(
    "/opening",
    OpenDeliberation,
    adds(Adds.ONCE),
    at="HH:MM in mainland France, not in the future; null: now, or unknown for a session held on paper.",
)
def open_deliberation() -> None:
    """Open the deliberation on a candidate who came (ouvrir la délibération)."""


@bp.sends("/absence", NoteAbsence, adds(Adds.ONCE), reason=text(2000))
def note_absence() -> None:
    """Record that the candidate did not come (constater une absence)."""


@bp.sends("/summons-fall", LetSummonsFall, adds(Adds.ONCE))
def let_summons_fall() -> None:
    """Cancel a summons that a later exclusion covers (caducité d'une convocation)."""


@bp.sends("/referral", ReferCandidate, adds(Adds.ONCE))
def refer_candidate() -> None:
    """Refer a candidate to another jury, because this one cannot decide lawfully (renvoyer)."""


@bp.sends("/deferral", DeferDecisions, signs)
def defer_decisions() -> None:
    """Defer the blocks and the title not decided (surseoir à statuer); If-Match: the deliberation's version."""


@bp.sends("/rulings", RuleCompetences, signs, rulings=Many(1, 500))
def rule_competences() -> None:
    """Rule on competences (apprécier des compétences); If-Match: the deliberation's version."""


@bp.sends("/harmonisation", HarmoniseRulings, signs, changed=Many(0, 500))
def harmonise_rulings() -> None:
    """Rule as the commission did, except as named (harmoniser); If-Match: the deliberation's version."""


@bp.sends("/decision", RecordDecision, signs, abstentions=number(0, 99), decisions=Many(0, 100))
def record_decision() -> None:
    """Record the result of the vote, and the blocks and title that it decided (consigner la décision).

    By the chair; for a session held on paper, by the registrar. If-Match: the deliberation's version.
    """
