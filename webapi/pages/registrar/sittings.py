"""Épreuves: those to come, their candidates, invigilators and markers, and how one is planned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.candidacy.candidacy import AlreadySummoned, Candidacy
from domain.commands.candidacy.name_marker import NameMarker
from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.exam.cancel_sitting import CancelSitting
from domain.commands.exam.hand_over_case import HandOverCase
from domain.commands.exam.plan_sitting import PlanSitting
from domain.commands.exam.replace_invigilator import ReplaceInvigilator
from domain.exam.sitting import LAST_NUMBER, MOST_CANDIDATES, Sitter, Sitting
from domain.framework.definition import Modality, Route
from domain.framework.framework import Framework
from domain.fraud.fraud import Fraud
from domain.jury.access import run_sitting
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, PersonId, Recorded, Role, SittingId
from domain.refusal import Refused
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import RemoteActivity
from projections.exam.sittings import by_day
from projections.jury.jury_agenda import to_place
from projections.jury.jury_panel import running
from projections.people.person_directory import persons
from webapi.accounts.authentication import actor, allowed
from webapi.current import acquis
from webapi.forms import Many, number
from webapi.juries.dry_run import refusal
from webapi.juries.panel import read_people
from webapi.pages.desk import Desk
from webapi.pages.filled import FilledForm
from webapi.pages.registrar.juries.composing import NOBODY_TICKED
from webapi.pages.registrar.own_work import not_ones_own
from webapi.pages.registrar.places import chosen, places, sheets
from webapi.pages.registrar.several import send_each, ticked
from webapi.privacy.disclosure import names
from webapi.words import phrase

bp = Desk("exams", __name__, url_prefix="/registrar/sittings")
bp.entry(Role.REGISTRAR, 25, phrase("Épreuves"), "tablet", "list_planned")

SHOWN: Final = 25
MOST: Final = 300
STAGES: Final = {
    "planned": (phrase("à venir"), "open", "clock"),
    "open": (phrase("en cours"), "wait", "play"),
    "closed": (phrase("close"), "good", "check"),
    "cancelled": (phrase("annulée"), "open", "x"),
}
NOWHERE: Final = UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Called:
    """A candidate on the list, or a possible one.

    `bar`: why the candidate cannot be called. `case`: whether the case can be handed over now.
    """

    candidacy: Candidacy
    sitter: Sitter | None = None
    case: bool = False
    bar: Refused | None = None


@bp.get("")
@allowed(Role.REGISTRAR)
def list_planned() -> ResponseReturnValue:
    """List the épreuves: those to come, the next first; then those that are over, the last first."""
    page = request.args.get("page", "0")
    begun = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 0  # noqa: PLR2004  (far enough)
    found = by_day(acquis().database, skip=begun * SHOWN, limit=SHOWN + 1)
    shown = found[:SHOWN]
    with acquis().store.attempt(acquis().request_of(actor()), frozenset()) as log:
        sheets = {each.id: each for each in log.find_all(Framework, sorted({each.framework for each in shown}))}
    today = acquis().clock.today()
    over = [each for each in shown if each.stage in {"closed", "cancelled"} or each.held_on < today]
    return render_template(
        "registrar/sittings.html",
        to_come=[each for each in reversed(shown) if each not in over],
        over=over,
        sheets=sheets,
        stages=STAGES,
        called=names({each.invigilator for each in shown}),
        following=url_for("exams.list_planned", page=begun + 1) if len(found) > SHOWN else "",
        first=url_for("exams.list_planned") if begun else "",
    )


@bp.get("/new")
@allowed(Role.REGISTRAR)
def new() -> ResponseReturnValue:
    """Show the form to plan an épreuve: a certification first, then the fields that its framework requires."""
    offered, sheet, rules = sheets()
    shown: dict[str, Any] = {}
    if sheet and rules:
        with acquis().store.attempt(acquis().request_of(actor()), frozenset()) as log:
            framework = log.load(Framework, sheet.framework)
            newest = log.load(Rulebook, rules[0]["id"]).content
            shown = {
                "modalities": [(each.id, _modality_in_words(each)) for each in _to_sit(framework)],
                "places": list(places(log, framework.content, newest, RemoteActivity.SITTING)),
            }
    return render_template(
        "registrar/plan_sitting.html",
        offered=offered,
        chosen=sheet,
        rulebooks=rules,
        most=MOST_CANDIDATES,
        invigilators=_holding(Role.INVIGILATOR),
        **shown,
    )


def _to_sit(framework: Framework) -> list[Modality]:
    """Return the modalities with an épreuve: those with a stated length, by other routes than VAE."""
    found = (each for route in Route if route is not Route.VAE for each in framework.modalities_for(route))
    return list({each.id: each for each in found if each.duration is not None}.values())


def _modality_in_words(modality: Modality) -> str:
    return f"{modality.id} · {modality.kind}"


def _holding(role: Role) -> list[tuple[PersonId, str]]:
    """Return the people with a role, by name."""
    found = [PersonId(each.person) for each in persons(acquis().database, role=role.value, limit=MOST)]
    called = names(found)
    return [(each, name) for name, each in sorted((called[each] or "", each) for each in found) if name]


def _planned(recorded: Recorded) -> str:
    return url_for("exams.show", sitting=next(iter(recorded.versions)))


@bp.act(
    "/new", PlanSitting, new, done="Épreuve fixée. Convoquez maintenant les candidats.",
    without=("place", "centre", "remote"), lead=_planned, signs=False, places=number(1, MOST_CANDIDATES),
)  # fmt: skip
def plan() -> dict[str, Any]:
    """Plan an épreuve for a day."""
    return chosen()


@bp.get("/<uuid:sitting>")
@allowed(Role.REGISTRAR)
def show(sitting: UUID) -> ResponseReturnValue:
    """Show one épreuve: its candidates and possible ones, its invigilator and its markers."""
    with acquis().store.attempt(acquis().request_of(actor()), frozenset()) as log:
        found = _ours(log, sitting)
        framework = log.load(Framework, found.planned.framework)
        modality = framework.modality(found.planned.modality)
        called = list(_called(log, found))
        may = list(_waiting(log, found, modality)) if modality and found.stage == "planned" else []
    people = {each.candidacy.terms.candidate for each in (*called, *may)} | {
        *found.markers,
        found.planned.invigilator,
    }
    return render_template(
        "registrar/sitting.html",
        sitting=found,
        plan=found.planned,
        title=framework.content.title,
        modality=modality.kind if modality else found.planned.modality,
        called=called,
        may=may,
        names=names(people),
        stages=STAGES,
        assessors=_holding(Role.ASSESSOR) if found.papers else [],
        invigilators=[each for each in _holding(Role.INVIGILATOR) if each[0] != found.planned.invigilator],
        at="exams.list_planned",
    )


def _ours(log: Log, sitting: UUID) -> Sitting:
    """Return an épreuve that the visitor runs; raise Answered (403), with the rule, if they are called to it."""
    with not_ones_own():
        return run_sitting(log, SittingId(sitting))


def _called(log: Log, sitting: Sitting) -> Iterator[Called]:
    """Yield the candidates on the list."""
    for each in log.find_all(Candidacy, sorted(sitting.sitters)):
        asked = HandOverCase(sitting=sitting.id, candidacy=each.id)
        case = each.terms.route is Route.CL and refusal(log, asked) is None
        yield Called(candidacy=each, sitter=sitting.sitters[each.id], case=case)


def _waiting(log: Log, sitting: Sitting, modality: Modality) -> Iterator[Called]:
    """Yield the candidates whom this épreuve may serve before their jury, each with the refusal of a summons."""
    plan = sitting.planned
    waits = to_place(
        acquis().database,
        session=NOWHERE,
        framework=plan.framework,
        rulebook=plan.rulebook,
        routes=[route.value for route in modality.routes if route is not Route.VAE],
        beside=[each.session for each in running(acquis().database, limit=MOST)],
        limit=SHOWN,
    )
    found = log.find_all(Candidacy, [CandidacyId(each.candidacy) for each in waits])
    _read_ahead(log, found)
    for each in found:
        bar = refusal(log, CallToSitting(sitting=sitting.id, candidacy=each.id))
        if not isinstance(bar, AlreadySummoned):
            yield Called(candidacy=each, bar=bar)


def _read_ahead(log: Log, candidacies: list[Candidacy]) -> None:
    """Load at once what the rules need for all candidates, with one query per kind of stream."""
    people = {each.terms.candidate for each in candidacies}
    read_people(log, people)
    log.find_all(Fraud, [Fraud.id_of(each) for each in sorted(people)])
    log.find_all(Sitting, sorted({sitting for each in candidacies for sitting in each.sittings}))
    called = [(session, each.id) for each in candidacies for session in each.sessions]
    log.find_all(JurySession, sorted({session for session, _ in called}))
    log.find_all(Deliberation, [Deliberation.id_of(session, candidacy) for session, candidacy in called])


@bp.form("/<uuid:sitting>/summonses", show, Role.REGISTRAR, done="Candidats convoqués.")
def call(sent: FilledForm, sitting: UUID) -> Recorded | None:
    """Call each selected candidate."""
    asked = ticked(sent, "candidacy", NOBODY_TICKED)
    return send_each(sent, (CallToSitting(sitting=SittingId(sitting), candidacy=CandidacyId(each)) for each in asked))


@bp.act("/<uuid:sitting>/<uuid:candidacy>/case", HandOverCase, show, done="Cas remis.")
def hand_over(sitting: UUID, candidacy: UUID) -> None:
    """Hand the case over to an individual candidate."""


@bp.act("/<uuid:sitting>/invigilator", ReplaceInvigilator, show, done="Surveillance confiée à une autre personne.")
def replace(sitting: UUID) -> None:
    """Replace the invigilator."""


@bp.act("/<uuid:sitting>/markers", NameMarker, show, done="Correcteur désigné.",
        numbers=Many(0, MOST_CANDIDATES, number(1, LAST_NUMBER)))  # fmt: skip
def name_marker(sitting: UUID) -> None:
    """Name a marker for all papers or for those selected; markers do not learn whose papers they are."""


@bp.act("/<uuid:sitting>/cancellation", CancelSitting, show, done="Épreuve annulée.")
def cancel(sitting: UUID) -> None:
    """Cancel the épreuve."""
