"""How does a jury deliberate on one candidate over HTTP?"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.jury.decide_blocks import DecideBlocks
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.harmonise_rulings import HarmoniseRulings
from domain.commands.jury.let_summons_fall import LetSummonsFall
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_vote import NoteVote
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.pronounce_title import PronounceTitle
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.refer_candidate import ReferCandidate
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.jury.rule_competences import RuleCompetences
from domain.jury.attendance import Coming
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    Attendance,
    CandidateListed,
    CompetenceProposed,
    DeliberationReopened,
    JurorRecused,
    SessionPlanned,
)
from domain.ports import CandidacyId, Role, SessionId
from domain.refusal import NotFound
from projections.reading import DossierFact
from webapi.accounts.authentication import allowed, reader
from webapi.api import Adds, Resource, adds, signs, tagged
from webapi.api.forms import Many, number, text
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


@bp.sends("/recusals", RecuseJuror, adds(Adds.NAMED), reason=text(2000))
def recuse_juror() -> None:
    """Let a juror step out of this candidate's deliberation (se déporter); what they took part in is undone."""


@bp.sends("/reopening", ReopenDeliberation, signs, reason=text(2000))
def reopen_deliberation() -> None:
    """Undo what was decided with a member who may not decide on the candidate, until release (rouvrir).

    If-Match: the deliberation's version. A closed session sits again on this candidate alone, and signs anew.
    """


@bp.sends("/opening", OpenDeliberation, adds(Adds.ONCE))
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


@bp.sends("/vote", NoteVote, signs, abstentions=number(0, 99))
def note_vote() -> None:
    """Note how the vote on this candidate came out (constater un vote); If-Match: the deliberation's version."""


@bp.sends("/rulings", RuleCompetences, signs, rulings=Many(1, 500))
def rule_competences() -> None:
    """Rule on competences (apprécier des compétences); If-Match: the deliberation's version."""


@bp.sends("/harmonisation", HarmoniseRulings, signs, changed=Many(0, 500))
def harmonise_rulings() -> None:
    """Rule as the commission did, but for what is named (harmoniser); If-Match: the deliberation's version."""


@bp.sends("/blocks", DecideBlocks, signs, decisions=Many(1, 100))
def decide_blocks() -> None:
    """Grant or refuse blocks (accorder ou non des blocs); If-Match: the deliberation's version."""


@bp.sends("/title", PronounceTitle, signs)
def pronounce_title() -> None:
    """Pronounce the title (prononcer le titre); If-Match: the deliberation's version."""
