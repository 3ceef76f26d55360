"""How is a jury called, composed, opened, closed, put off or called off, and its results released over HTTP?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from domain.commands.appoint_juror import AppointJuror
from domain.commands.cancel_session import CancelSession
from domain.commands.close_session import CloseSession
from domain.commands.free_candidate import FreeCandidate
from domain.commands.grant_panel_derogation import GrantPanelDerogation
from domain.commands.open_session import OpenSession
from domain.commands.plan_session import PlanSession
from domain.commands.postpone_session import PostponeSession
from domain.commands.release_results import ReleaseResults
from domain.commands.seat_substitute import SeatSubstitute
from domain.commands.summon_candidate import SummonCandidate
from domain.framework import Route
from domain.jury import JurySession, Stage
from domain.jury_rule import Sex
from domain.ports import CandidacyId, FrameworkId, PersonId, Role, RulebookId, SessionId
from domain.refusal import NotFound
from webapi.api import Adds, RecordedAnswer, Resource, adds, send, signs, tagged
from webapi.auth import actor, allowed, reader
from webapi.paging import PageQuery
from webapi.reading import as_they_count, names, page, rebuilt, sessions, stream
from webapi.requests import Body, Day, Flag, Id, Name, Text

bp = Resource("jury-sessions", __name__, url_prefix="/api/v1/jury-sessions")

SEE = (Role.REGISTRAR, Role.AUDITOR, Role.JUROR)


class SessionBody(Body):
    """A session to call: under which framework and rulebook, for which route's jury, when and where.

    `place` is one of the sheet's, or a site of the `centre` named.
    """

    framework = Id(required=True)
    rulebook = Id(required=True)
    route = fields.Enum(Route, by_value=True, required=True)
    held_on = Day(required=True)
    place = Name(1, 400, required=True)
    places = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10_000))
    centre = Id(load_default=None, allow_none=True)
    remote = Flag(load_default=False)
    reports_to = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "The jury's session that this one is an evaluation commission of."},
    )
    on_paper = Flag(
        load_default=False, metadata={"description": "Held already, on paper: transcribed from its signed minutes."}
    )


class JurorBody(Body):
    """A seat; from outside or not, and for which side, follows from what was stated of the person."""

    juror = Id(required=True)
    sex = fields.Enum(Sex, by_value=True, load_default=Sex.UNSTATED)
    substitute = Flag(load_default=False)
    chair = Flag(load_default=False)


class SubstituteBody(Body):
    """Who takes whose seat."""

    substitute = Id(required=True)
    replaced = Id(required=True)


class DerogationBody(Body):
    """The rule of balance that the panel falls short of, why, and the proof of the search."""

    rule = Text(1, 80, required=True)
    reason = Text(1, 4000, required=True)
    proof = Text(1, 4000, required=True)


class SummonsBody(Body):
    """The candidacy to call."""

    candidacy = Id(required=True)


class PostponementBody(Body):
    """The later day, and why, as those called are told."""

    held_on = Day(required=True)
    reason = Text(1, 2000, required=True)
    past_retakes = Flag(
        load_default=False,
        metadata={
            "description": "That some come though their time to come back is over by then: they were called in time."
        },
    )


class CancellationBody(Body):
    """Why the session is called off, as those called are told."""

    reason = Text(1, 2000, required=True)


class FreeingBody(Body):
    """Which candidate a commission lets go before another jury, and why."""

    candidacy = Id(required=True)
    reason = Text(1, 2000, required=True)


class OpeningBody(Body):
    """The members who signed in; whom they chose to preside, where the chair is absent and the rulebook lets them."""

    present = fields.List(Id(), required=True, validate=validate.Length(1, 100))
    presides = Id(load_default=None, allow_none=True)


class SessionItem(Schema):
    """One session."""

    id = fields.UUID(required=True)
    framework = fields.UUID(required=True)
    rulebook = fields.UUID(required=True)
    jury = fields.String(required=True)
    held_on = fields.Date(required=True)
    place = fields.String(required=True)
    places = fields.Integer(required=True)
    stage = fields.String(required=True, validate=validate.OneOf(list(Stage)))
    reports_to = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The jury's session it is a commission of."}
    )
    on_paper = fields.Boolean(required=True, metadata={"description": "Held on paper, and transcribed."})


class SessionPage(Schema):
    """Sessions, in the order in which they were called."""

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


class TiedItem(Schema):
    """Who of the jury was found tied to a candidate when they were called: they leave that deliberation."""

    candidacy = fields.UUID(required=True)
    jurors = fields.List(fields.UUID(), required=True)


class SessionAnswer(SessionItem):
    """One session with its members and its list; the ETag is its version."""

    version = fields.Integer(required=True)
    seats = fields.List(fields.Nested(SeatItem), required=True)
    listed = fields.List(fields.UUID(), required=True, metadata={"description": "The candidacies called."})
    tied = fields.List(
        fields.Nested(TiedItem), required=True, metadata={"description": "To the registrar and the auditor."}
    )
    derogations = fields.List(fields.String(), required=True)
    centre = fields.UUID(required=True, allow_none=True, metadata={"description": "Whose site the place is."})
    remote = fields.Boolean(required=True, allow_none=True, metadata={"description": "Null: not recorded then."})
    commissions = fields.List(fields.UUID(), required=True)
    transcribed = fields.Boolean(required=True, metadata={"description": "Whether its paper minutes are there."})


@bp.post("")
@bp.arguments(SessionBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.MORE)
def plan_session(body: dict[str, Any]) -> ResponseReturnValue:
    """Call a jury session (planifier une session)."""
    given = body | {"framework": FrameworkId(body["framework"]), "rulebook": RulebookId(body["rulebook"])}
    return send(PlanSession(**given))


@bp.get("")
@bp.arguments(PageQuery, location="query")
@bp.response(200, SessionPage)
@allowed(*SEE)
def list_sessions(query: dict[str, Any]) -> ResponseReturnValue:
    """List the sessions: a juror's own, or all."""
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
        "reports_to": plan.reports_to,
        "commissions": sorted(found.commissions),
        "on_paper": plan.on_paper,
        "transcribed": found.scan is not None,
        "centre": plan.centre,
        "remote": plan.remote,
    }
    return tagged(content, found.version)


@bp.post("/<uuid:session>/jurors")
@bp.arguments(JurorBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.MORE)
def appoint_juror(body: dict[str, Any], session: UUID) -> ResponseReturnValue:
    """Give a person a seat, titular or substitute (nommer un juré)."""
    return send(AppointJuror(session=SessionId(session), **body))


@bp.post("/<uuid:session>/substitutes")
@bp.arguments(SubstituteBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.NAMED)
def seat_substitute(body: dict[str, Any], session: UUID) -> ResponseReturnValue:
    """Let a substitute take the seat of a member who cannot come (faire siéger un suppléant)."""
    return send(SeatSubstitute(session=SessionId(session), **body))


@bp.post("/<uuid:session>/derogations")
@bp.arguments(DerogationBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.ONCE)
def grant_derogation(body: dict[str, Any], session: UUID) -> ResponseReturnValue:
    """Accept a shortfall of balance (dérogation à la parité)."""
    return send(GrantPanelDerogation(session=SessionId(session), **body))


@bp.post("/<uuid:session>/summonses")
@bp.arguments(SummonsBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.MORE)
def summon_candidate(body: dict[str, Any], session: UUID) -> ResponseReturnValue:
    """Call a candidate before this session (convoquer)."""
    return send(SummonCandidate(session=SessionId(session), candidacy=CandidacyId(body["candidacy"])), session)


@bp.post("/<uuid:session>/opening")
@bp.arguments(OpeningBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.ONCE)
def open_session(body: dict[str, Any], session: UUID) -> ResponseReturnValue:
    """Open the session with the members who signed in (ouvrir la session)."""
    present = tuple(PersonId(juror) for juror in body["present"])
    return send(OpenSession(session=SessionId(session), present=present, presides=body["presides"]))


@bp.post("/<uuid:session>/closing")
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.ONCE)
def close_session(session: UUID) -> ResponseReturnValue:
    """Close the session: nothing more is decided in it (clore la session)."""
    return send(CloseSession(session=SessionId(session)))


@bp.post("/<uuid:session>/postponement")
@bp.arguments(PostponementBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@signs
def postpone_session(body: dict[str, Any], session: UUID) -> ResponseReturnValue:
    """Put the session off to a later day, before it opens (reporter); its list stays. If-Match: its version."""
    return send(PostponeSession(session=SessionId(session), **body))


@bp.post("/<uuid:session>/cancellation")
@bp.arguments(CancellationBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.ONCE)
def cancel_session(body: dict[str, Any], session: UUID) -> ResponseReturnValue:
    """Call the session off, before it opens (annuler): those called may be called before another."""
    return send(CancelSession(session=SessionId(session), **body))


@bp.post("/<uuid:session>/freed")
@bp.arguments(FreeingBody)
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.NAMED)
def free_candidate(body: dict[str, Any], session: UUID) -> ResponseReturnValue:
    """Let a candidate go before another jury (dessaisir): before it opens; a commission's also once it has signed.

    While it sits, also who holds the title again, of whom it has nothing to decide.
    """
    return send(FreeCandidate(session=SessionId(session), **body))


@bp.post("/<uuid:session>/release")
@bp.response(201, RecordedAnswer)
@allowed(Role.REGISTRAR)
@adds(Adds.ONCE)
def release_results(session: UUID) -> ResponseReturnValue:
    """Make the results known (communiquer les résultats)."""
    return send(ReleaseResults(session=SessionId(session)))
