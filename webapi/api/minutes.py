"""Routes for the minutes of a session: reading and signing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.jury.refuse_to_sign_minutes import RefuseToSignMinutes
from domain.commands.jury.replace_chair import ReplaceChair
from domain.commands.jury.sign_minutes import SignMinutes
from domain.jury.facts import ChairReplaced, PanelOfOneSexExplained
from domain.jury.minutes import digest, minutes
from domain.jury.session import JurySession, SessionStage
from domain.jury.vote import VoteOutcome
from domain.ports import PersonId, Role, SessionId
from domain.refusal import NotFound
from projections.reading import DossierFact
from webapi.accounts.authentication import actor, allowed
from webapi.api import Adds, RecordedAnswer, Resource, adds, digest_shown, send, signs_by_digest, tagged
from webapi.current import acquis
from webapi.forms import text
from webapi.privacy.disclosure import deliberation, personal, rebuilt, stream
from webapi.privacy.minutes_reading import is_withheld, may_read, signatures

bp = Resource("minutes", __name__, url_prefix="/api/v1/jury-sessions/<uuid:session>/minutes")


class SteadAnswer(Schema):
    """The member who signs in place of the chair, since when, and why (null once erased)."""

    juror = fields.UUID(required=True)
    on = fields.Date(required=True)
    reason = fields.String(required=True, allow_none=True)


class CandidateMinutes(Schema):
    """The decisions on one candidate; nothing of them for a recused member (`withheld`)."""

    candidacy = fields.UUID(required=True)
    withheld = fields.Boolean(required=True)
    attendance = fields.String()
    panel = fields.List(fields.UUID())
    recused = fields.List(fields.UUID())
    referred = fields.Boolean(metadata={"description": "Whether the candidate was referred to another jury."})
    vote = fields.String(
        validate=validate.OneOf(list(VoteOutcome)),
        metadata={"description": "The result of the last vote; never individual votes."},
    )
    votes = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.OneOf(list(VoteOutcome))),
        metadata={"description": "The result of the vote on each block."},
    )
    title_vote = fields.String(
        validate=validate.OneOf(list(VoteOutcome)), metadata={"description": "The result of the vote on the title."}
    )
    rulings_lost = fields.List(
        fields.Dict(),
        metadata={"description": "Rulings undone by a recusal before a decision, in order."},
    )
    undone = fields.List(
        fields.Dict(), metadata={"description": "Earlier decisions that were withdrawn or reopened, in order."}
    )
    proposed = fields.Dict(keys=fields.String(), values=fields.Boolean())
    rulings = fields.Dict(keys=fields.String(), values=fields.Boolean())
    granted = fields.List(fields.Integer())
    not_granted = fields.List(fields.Integer())
    title = fields.Boolean()
    deferred = fields.List(fields.Integer(), metadata={"description": "Deferred blocks, with a reason."})
    title_deferred = fields.Boolean(metadata={"description": "Whether the title was deferred, with a reason."})
    proceedings = fields.List(
        fields.Dict(),
        metadata={
            "description": "The events about the candidate, in order: each fact's name, its hour (`at`) and its "
            "other fields, except sealed reasons."
        },
    )
    facts = fields.Integer(metadata={"description": "The number of facts of the deliberation."})


class MinutesAnswer(Schema):
    """The minutes; the ETag is their digest, which a signature repeats. Empty values are left out."""

    format = fields.String(required=True)
    session = fields.UUID(required=True)
    framework = fields.UUID(required=True)
    rulebook = fields.UUID(required=True)
    jury = fields.String(required=True)
    place = fields.String(required=True)
    held_on = fields.String(required=True, metadata={"format": "date"})
    opened_on = fields.String(required=True, metadata={"format": "date"})
    chair = fields.UUID(required=True)
    present = fields.List(fields.UUID(), required=True)
    substituted = fields.Dict(keys=fields.String(), values=fields.UUID())
    derogations = fields.List(fields.String())
    one_sex_explained = fields.Boolean(
        metadata={"description": "Whether the panel is of one sex with a recorded reason (Code du travail D6412-6)."}
    )
    proceedings = fields.List(
        fields.Dict(),
        metadata={
            "description": "The events of the sitting, in order: opening and closing, members who came, left or "
            "returned; each fact's name, its hour (`at`) and its other fields."
        },
    )
    candidates = fields.List(fields.Nested(CandidateMinutes))
    digest = fields.String(
        required=True, metadata={"description": "SHA-256, in hexadecimal, of the minutes as canonical JSON."}
    )
    closed = fields.Boolean(
        required=True, metadata={"description": "Whether the session is closed, so that they can be signed."}
    )
    as_signed = fields.Boolean(
        required=True,
        metadata={"description": "Whether they are as signed; false once rectified or annulled."},
    )
    signed_by = fields.List(fields.UUID(), required=True)
    waived = fields.List(
        fields.UUID(), required=True, metadata={"description": "Members who did not sign and need not."}
    )
    awaited = fields.List(
        fields.UUID(), required=True, metadata={"description": "Members whose signatures are missing."}
    )
    in_the_chairs_stead = fields.Nested(SteadAnswer, required=True, allow_none=True)
    why_of_one_sex = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why the panel is of one sex; null if it is not, or once erased."},
    )


@bp.get("")
@bp.response(200, MinutesAnswer)
@allowed(Role.JUROR, Role.REGISTRAR, Role.AUDITOR)
def show_minutes(session: UUID) -> ResponseReturnValue:
    """Show the minutes to the members present and the registrar; to the auditor once results are released."""
    facts = stream(session)
    found = rebuilt(JurySession, SessionId(session), facts)
    if found.opened_on is None or not may_read(found):
        raise NotFound(session)
    decided = {each: deliberation(acquis().database, SessionId(session), each) for each in found.listed}
    said = minutes(found, decided)
    shown = digest(found, decided)
    content = said | {
        "candidates": [_shown(each, found) for each in said.get("candidates", [])],
        "digest": shown,
        "closed": found.stage not in {SessionStage.PLANNED, SessionStage.OPEN},
        "as_signed": all(each.digest == shown for each in signatures(facts)),
        "signed_by": sorted(found.signed),
        "waived": sorted(found.waived - found.signed),
        "awaited": sorted(found.signatories - found.signed - found.waived),
        "in_the_chairs_stead": _stead(facts) if found.stead else None,
        "why_of_one_sex": _why_of_one_sex(facts) if said.get("one_sex_explained") else None,
    }
    return tagged(content, shown)


@bp.post("")
@bp.response(201, RecordedAnswer)
@allowed(Role.JUROR)
@signs_by_digest
def sign_minutes(session: UUID) -> ResponseReturnValue:
    """Sign the minutes (signer le procès-verbal); If-Match: their digest, or the session's version."""
    return send(SignMinutes(session=SessionId(session), digest=digest_shown()))


@bp.sends("/refusals", RefuseToSignMinutes, adds(Adds.ONCE), reason=text(2000))
def refuse_to_sign_minutes() -> None:
    """Record that a member present does not sign the minutes, and why (refuser de signer)."""


@bp.sends("/chair", ReplaceChair, adds(Adds.ONCE))
def replace_chair() -> None:
    """Let a member present sign in place of a chair who cannot, with the reason (suppléer le président)."""


def _stead(facts: Iterable[DossierFact]) -> dict[str, Any] | None:
    """Return the member who now signs in place of the chair, with the reason."""
    for told in reversed(list(facts)):
        if isinstance(told.fact, ChairReplaced):
            return {"juror": told.fact.juror, "on": told.stamp.on, "reason": personal(told).get("reason")}
    return None


def _why_of_one_sex(facts: Iterable[DossierFact]) -> str | None:
    """Return the last reason recorded for a panel of one sex."""
    *_, told = (each for each in facts if isinstance(each.fact, PanelOfOneSexExplained))
    reason: str | None = personal(told)["reason"]
    return reason


def _shown(candidate: dict[str, Any], session: JurySession) -> dict[str, Any]:
    """Return the minutes of a candidate as this reader may see them.

    A result that waits for a procedure is hidden from the auditor.
    """
    candidacy, recused = candidate["candidacy"], candidate.get("recused", [])
    if is_withheld(UUID(candidacy), (PersonId(UUID(each)) for each in recused), session):
        return {
            "candidacy": candidacy,
            "recused": recused if actor().role is Role.JUROR else [],
            "withheld": True,
        }
    return candidate | {"withheld": False}
