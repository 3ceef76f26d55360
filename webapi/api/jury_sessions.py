"""Routes for jury sessions: planning, panel, opening, closing, postponing, cancelling, releasing results."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.cancel_session import CancelSession
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.explain_panel_of_one_sex import ExplainPanelOfOneSex
from domain.commands.jury.free_candidate import FreeCandidate
from domain.commands.jury.grant_panel_derogation import GrantPanelDerogation
from domain.commands.jury.name_chair import NameChair
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.postpone_session import PostponeSession
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.remove_chair import RemoveChair
from domain.commands.jury.remove_juror import RemoveJuror
from domain.commands.jury.seat_substitute import SeatSubstitute
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.jury.summon_candidates import SummonCandidates
from domain.commands.jury.take_candidate_back import TakeCandidateBack
from domain.jury.session import JurySession, SessionStage
from domain.ports import Role, SessionId
from domain.refusal import NotFound
from webapi.accounts.authentication import actor, allowed, reader
from webapi.api import Adds, Resource, adds, signs, tagged
from webapi.edge.paging import PageQuery
from webapi.forms import Many, text
from webapi.privacy.disclosure import as_they_count, names, page, rebuilt, sessions, stream

bp = Resource("jury-sessions", __name__, url_prefix="/api/v1/jury-sessions")

HOUR = "HH:MM in mainland France, not in the future; null: now, or unknown for a session held on paper."
SEE = (Role.REGISTRAR, Role.AUDITOR, Role.JUROR)


class SessionItem(Schema):
    """A jury session."""

    id = fields.UUID(required=True)
    framework = fields.UUID(required=True)
    rulebook = fields.UUID(required=True)
    jury = fields.String(required=True)
    held_on = fields.Date(required=True)
    place = fields.String(required=True)
    starts_at = fields.String(
        required=True, allow_none=True, metadata={"description": "HH:MM, local time of the place."}
    )
    places = fields.Integer(required=True)
    stage = fields.String(required=True, validate=validate.OneOf(list(SessionStage)))
    reports_to = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The jury session to which this commission reports."}
    )
    on_paper = fields.Boolean(
        required=True, metadata={"description": "Whether it was held on paper and is transcribed."}
    )


class SessionPage(Schema):
    """Sessions, in the order in which they were planned."""

    items = fields.List(fields.Nested(SessionItem), required=True)
    next = fields.String(required=True, allow_none=True)


class SeatItem(Schema):
    """A member of the jury, as they count on the day of the session by what is known now."""

    juror = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    external = fields.Boolean(required=True)
    side = fields.String(required=True, allow_none=True)
    sex = fields.String(required=True)
    substitute = fields.Boolean(required=True)
    chair = fields.Boolean(required=True)
    replaced_by = fields.UUID(required=True, allow_none=True)
    present = fields.Boolean(required=True)
    signed_in = fields.Boolean(required=True, metadata={"description": "Whether they signed the attendance sheet."})
    absent = fields.Boolean(required=True, metadata={"description": "Whether they are recorded absent."})
    away = fields.Boolean(required=True, metadata={"description": "Whether they have left the sitting."})


class TiedItem(Schema):
    """Members of the jury with a tie to a candidate, found at the summons: they leave that deliberation."""

    candidacy = fields.UUID(required=True)
    jurors = fields.List(fields.UUID(), required=True)


class SessionAnswer(SessionItem):
    """A session with its members and its list; the ETag is its version."""

    version = fields.Integer(required=True)
    seats = fields.List(fields.Nested(SeatItem), required=True)
    listed = fields.List(fields.UUID(), required=True, metadata={"description": "The summoned candidacies."})
    tied = fields.List(
        fields.Nested(TiedItem), required=True, metadata={"description": "Shown to registrar and auditor."}
    )
    derogations = fields.List(fields.String(), required=True)
    one_sex_explained = fields.Boolean(
        required=True, metadata={"description": "Whether a reason is recorded for a panel of one sex."}
    )
    centre = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The centre to which the place belongs."}
    )
    remote = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "Null: not recorded at that time."}
    )
    joining_link = fields.String(
        required=True, allow_none=True, metadata={"description": "The address for remote attendance."}
    )
    commissions = fields.List(fields.UUID(), required=True)
    transcribed = fields.Boolean(required=True, metadata={"description": "Whether its paper minutes are recorded."})


@bp.sends(
    "",
    PlanSession,
    adds(Adds.MORE),
    reports_to="The jury session to which this evaluation commission reports.",
    on_paper="Already held on paper; transcribed from its signed minutes.",
    starts_at="Local time of the place: 09:00.",
    joining_link=text(2000, "The https address for remote attendance."),
)
def plan_session() -> None:
    """Plan a jury session (planifier une session)."""


@bp.get("")
@bp.arguments(PageQuery, location="query")
@bp.response(200, SessionPage)
@allowed(*SEE)
def list_sessions(query: dict[str, Any]) -> ResponseReturnValue:
    """List the sessions: a juror's own, all for other readers."""
    return page(sessions, query)


@bp.get("/<uuid:session>")
@bp.response(200, SessionAnswer)
@allowed(*SEE)
def show_session(session: UUID) -> ResponseReturnValue:
    """Show a session, its panel and its list."""
    found = rebuilt(JurySession, SessionId(session), stream(session))
    if actor().role is Role.JUROR and actor().person not in found.seats:
        raise NotFound(session)
    called = names(found.seats)
    plan = found.planned
    counted = as_they_count(found)
    content = {
        "id": session,
        "version": found.version,
        "framework": plan.framework,
        "rulebook": plan.rulebook,
        "jury": plan.jury,
        "held_on": plan.held_on,
        "place": plan.place,
        "starts_at": plan.starts_at and plan.starts_at.isoformat("minutes"),
        "joining_link": plan.joining_link,
        "places": plan.places,
        "stage": found.stage.value,
        "seats": [
            {
                "juror": seat.juror,
                "name": called[seat.juror],
                "external": counted[seat.juror].external,
                "side": counted[seat.juror].side,
                "sex": seat.sex.value,
                "substitute": seat.substitute,
                "chair": seat.chair,
                "replaced_by": found.replaced.get(seat.juror),
                "present": seat.juror in found.present,
                "signed_in": seat.juror in found.signed_in,
                "absent": seat.juror in found.absent,
                "away": seat.juror in found.away,
            }
            for seat in found.seats.values()
        ],
        "listed": sorted(found.listed),
        "tied": [
            {"candidacy": listing.candidacy, "jurors": listing.tied}
            for listing in found.listings
            if listing.tied and actor().role is not Role.JUROR and not reader().is_one_of(found.candidates)
        ],
        "derogations": sorted(found.derogations),
        "one_sex_explained": found.one_sex_explained,
        "reports_to": plan.reports_to,
        "commissions": sorted(found.commissions),
        "on_paper": plan.on_paper,
        "transcribed": found.scan is not None,
        "centre": plan.centre,
        "remote": plan.remote,
    }
    return tagged(content, found.version)


@bp.sends("/<uuid:session>/jurors", AppointJuror, adds(Adds.MORE))
def appoint_juror() -> None:
    """Give a person a seat, as a member or a substitute (nommer un juré)."""


@bp.sends("/<uuid:session>/jurors/removal", RemoveJuror, adds(Adds.NAMED), reason=text(2000))
def remove_juror() -> None:
    """Remove a member with a reason, until the session opens (retirer un membre du jury)."""


@bp.sends("/<uuid:session>/chair", NameChair, adds(Adds.NAMED))
def name_chair() -> None:
    """Appoint a member as chair, replacing any other, until the session opens (présidence du jury)."""


@bp.sends("/<uuid:session>/chair/removal", RemoveChair, adds(Adds.ONCE))
def remove_chair() -> None:
    """Leave the chair vacant, until the session opens; its member keeps the seat (retirer la présidence)."""


@bp.sends("/<uuid:session>/substitutes", SeatSubstitute, adds(Adds.NAMED))
def seat_substitute() -> None:
    """Give the seat of a member who cannot come to a substitute (faire siéger un suppléant)."""


@bp.sends("/<uuid:session>/derogations", GrantPanelDerogation, adds(Adds.ONCE), rule=text(80), proof=text(4000))
def grant_derogation() -> None:
    """Accept a panel without balance (dérogation à la parité)."""


@bp.sends("/<uuid:session>/one-sex", ExplainPanelOfOneSex, adds(Adds.MORE), reason=text(2000))
def explain_panel_of_one_sex() -> None:
    """Record why the panel is of one sex, which the minutes state (motiver un jury d'un seul sexe)."""


@bp.sends("/<uuid:session>/summonses", SummonCandidate, adds(Adds.MORE), shows="session")
def summon_candidate() -> None:
    """Summon a candidate before this session (convoquer)."""


@bp.sends(
    "/<uuid:session>/summonses/together", SummonCandidates, adds(Adds.MORE), shows="session", candidacies=Many(1, 100)
)
def summon_candidates() -> None:
    """Summon several candidates before this session, all or none (convoquer plusieurs candidats)."""


@bp.sends("/<uuid:session>/opening", OpenSession, adds(Adds.ONCE), at=HOUR)
def open_session() -> None:
    """Open the session with the members who signed in (ouvrir la session)."""


@bp.sends("/<uuid:session>/closing", CloseSession, adds(Adds.ONCE), at=HOUR)
def close_session() -> None:
    """Close the session: no more decisions (clore la session)."""


@bp.sends(
    "/<uuid:session>/postponement",
    PostponeSession,
    signs,
    reason=text(2000),
    starts_at="Local time of the place; null: the same time.",
    past_retakes="Accept candidates whose time to return will be over by then: they were summoned in time.",
)
def postpone_session() -> None:
    """Postpone the session to a later day, before it opens (reporter); its list stays. If-Match: its version."""


@bp.sends("/<uuid:session>/cancellation", CancelSession, adds(Adds.ONCE), reason=text(2000))
def cancel_session() -> None:
    """Cancel the session before it opens (annuler): its candidates may be summoned before another."""


@bp.sends("/<uuid:session>/freed", FreeCandidate, adds(Adds.NAMED), reason=text(2000))
def free_candidate() -> None:
    """Release a candidate to another jury (dessaisir), before it opens; for a commission also once it has signed.

    During the session, also a candidate who holds the title again, about whom it has nothing to decide.
    """


@bp.sends("/<uuid:session>/freed/undoing", TakeCandidateBack, adds(Adds.NAMED), reason=text(2000))
def take_candidate_back() -> None:
    """Take a released candidate back (reprendre), until the session opens: the first summons is valid again."""


@bp.sends("/<uuid:session>/release", ReleaseResults, adds(Adds.ONCE))
def release_results() -> None:
    """Release the results (communiquer les résultats)."""
