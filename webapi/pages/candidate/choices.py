"""Candidate's choices about their candidacy: route, blocks, advisor, withdrawal and resumption."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.commands.candidacy.accept_rulebook import AcceptRulebook
from domain.commands.candidacy.change_route import ChangeRoute
from domain.commands.candidacy.complete_feasibility_file import CompleteFeasibilityFile
from domain.commands.candidacy.name_advisor import NameAdvisor
from domain.commands.candidacy.release_advisor import ReleaseAdvisor
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.seek_blocks import SeekBlocks
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.waive_summons_delay import WaiveSummonsDelay
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.jury.answer_remote_hearing import AnswerRemoteHearing
from domain.jury.session import SessionStage
from domain.ports import Actor, Recorded, Role
from projections.jury.jury_sessions import JurySessionRow, upcoming
from webapi.accounts.authentication import allowed, roles_of
from webapi.current import acquis
from webapi.pages.candidate import candidacy as dossiers
from webapi.pages.candidate.applying import offer
from webapi.pages.desk import Desk
from webapi.pages.filled import InvalidForm
from webapi.pages.reader.course import course
from webapi.pages.reader.dossier import DossierView, shown
from webapi.privacy.disclosure import identities

bp = Desk("choices", __name__, url_prefix="/candidacies/<uuid:candidacy>")

NO_ADVISOR = ("Nobody who accompanies candidates has this address.", "Aucun accompagnateur n'a cette adresse.")


def _dossier(_recorded: Recorded, candidacy: UUID, **_ids: Any) -> str:
    """Return the address of the candidacy's page."""
    return url_for("candidacy.show", candidacy=candidacy)


@bp.get("/choices")
@allowed(Role.CANDIDATE)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show what the candidate can change, and how to end or resume the candidacy."""
    dossier = shown(candidacy)
    advisor, offered = dossier.candidacy.life.advisor, offer(dossier.candidacy.terms.framework)
    return render_template(
        "candidate/choices.html",
        dossier=dossier,
        course=course(dossier),
        advisor=identities([advisor])[advisor] if advisor else None,
        routes=[row for row in (offered.routes if offered else ()) if row.route is not dossier.candidacy.terms.route],
        soon=_soon(dossier),
        at="dossiers.list_candidacies",
    )


def _soon(dossier: DossierView) -> list[JurySessionRow]:
    """Return the sessions of this certification that are too soon for a summons, unless the candidate agrees."""
    delay, today = dossier.read.rules.enrolment.summons, acquis().clock.today()
    rule = dossier.definition.jury_for(dossier.candidacy.terms.route)
    if delay is None or rule is None:
        return []
    called = upcoming(acquis().database, dossier.candidacy.terms.framework, today)
    return [
        each
        for each in called
        if each.jury == rule.id
        and each.stage == SessionStage.PLANNED
        and each.held_on < today + timedelta(days=delay.days)
        and each.session not in dossier.candidacy.enrolment.waived
    ]


@bp.get("/feasibility")
@allowed(Role.CANDIDATE)
def feasibility(candidacy: UUID) -> ResponseReturnValue:
    """Show what a feasibility file is and what it contains so far, and ask for its declarations."""
    dossier = shown(candidacy)
    return render_template(
        "candidate/feasibility.html", dossier=dossier, course=course(dossier), at="dossiers.list_candidacies"
    )


@bp.act(
    "/feasibility",
    SubmitFeasibilityFile,
    feasibility,
    done="Dossier de faisabilité déposé.",
    lead=_dossier,
    without=("received_on",),
    only=Role.CANDIDATE,
)
def submit(candidacy: UUID) -> None:
    """Submit the feasibility file."""


@bp.act(
    "/feasibility/completion",
    CompleteFeasibilityFile,
    dossiers.show,
    done="Dossier de faisabilité complété.",
    lead=_dossier,
    without=("received_on",),
    only=Role.CANDIDATE,
)
def complete(candidacy: UUID) -> None:
    """Declare that the feasibility file is complete."""


@bp.act(
    "/rulebook",
    AcceptRulebook,
    dossiers.show,
    done="Règlement accepté.",
    lead=_dossier,
    without=("signed_on",),
    only=Role.CANDIDATE,
)
def accept(candidacy: UUID) -> None:
    """Accept the rulebook."""


@bp.act(
    "/withdrawal",
    WithdrawCandidacy,
    show,
    done="Candidature retirée.",
    lead=_dossier,
    without=("received_on",),
    only=Role.CANDIDATE,
)
def withdraw(candidacy: UUID) -> None:
    """Withdraw the user's candidacy."""


@bp.act(
    "/resumption", ResumeCandidacy, dossiers.show, done="Candidature reprise.", lead=_dossier, only=Role.CANDIDATE
)
def resume(candidacy: UUID) -> None:
    """Resume a candidacy that had ended."""


@bp.act(
    "/route",
    ChangeRoute,
    show,
    done="Voie d'accès changée.",
    lead=_dossier,
    without=("began_on",),
    only=Role.CANDIDATE,
)
def change_route(candidacy: UUID) -> None:
    """Change to another route."""


@bp.act("/blocks", SeekBlocks, show, done="Blocs demandés enregistrés.", lead=_dossier, only=Role.CANDIDATE)
def seek(candidacy: UUID) -> None:
    """Seek more blocks, the whole certification or another option."""


@bp.act("/advisor", NameAdvisor, show, done="Accompagnateur désigné.", without=("advisor",), only=Role.CANDIDATE)
def name_advisor(candidacy: UUID) -> dict[str, Any]:
    """Name the advisor, by their address."""
    del candidacy  # the address gives it
    known = acquis().accounts.known_by(request.form.get("email", "").strip())
    if known is None or Role.ADVISOR not in roles_of(
        Actor(person=known, role=Role.ADVISOR)
    ):  # the answer does not tell other roles
        raise InvalidForm({"email": NO_ADVISOR})
    return {"advisor": known}


@bp.act("/advisor/release", ReleaseAdvisor, show, done="Accompagnement terminé.", only=Role.CANDIDATE)
def release_advisor(candidacy: UUID) -> None:
    """End the accompaniment."""


@bp.act(
    "/waivers/<uuid:session>",
    WaiveSummonsDelay,
    show,
    done="Renonciation enregistrée : le certificateur peut vous convoquer.",
    signs=False,
    without=("sitting", "signed_on"),
    only=Role.CANDIDATE,
)
def waive(candidacy: UUID, session: UUID) -> None:
    """Agree to a summons at short notice."""


@bp.act(
    "/sessions/<uuid:session>/remote-hearing",
    AnswerRemoteHearing,
    dossiers.show,
    done="Réponse enregistrée.",
    lead=_dossier,
    only=Role.CANDIDATE,
)
def answer_remote(candidacy: UUID, session: UUID) -> None:
    """Accept or decline to be heard remotely."""
