"""Invigilator's pages of an épreuve: identities, attendance, papers and incidents."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.commands.exam.check_identity import CheckIdentity
from domain.commands.exam.close_sitting import CloseSitting
from domain.commands.exam.collect_paper import CollectPaper
from domain.commands.exam.open_sitting import OpenSitting
from domain.commands.exam.report_incident import ReportIncident
from domain.commands.exam.sign_attendance import SignAttendance
from domain.exam.facts import Movement
from domain.exam.sitting import Sitting
from domain.framework.framework import Framework
from domain.people.identity import IdentityDocument
from domain.ports import Recorded, Role, SittingId
from projections.exam.sittings import PlannedSitting, sittings
from projections.framework.certification_catalogue import certifications
from webapi.accounts.authentication import actor, allowed
from webapi.current import acquis
from webapi.edge.paging import begins_after, next_page
from webapi.pages.desk import Desk
from webapi.privacy.disclosure import loaded, names, rebuilt, stream
from webapi.privacy.sittings_reading import measures_granted, sitters_shown
from webapi.problems import language
from webapi.words import phrase

bp = Desk("sittings_watched", __name__, url_prefix="/sittings")
bp.entry(Role.INVIGILATOR, 10, phrase("Mes épreuves"), "tablet", "list_mine")
SHOWN: Final = 50


@bp.get("")
@allowed(Role.INVIGILATOR)
def list_mine() -> ResponseReturnValue:
    """Show the user's épreuves: today's, those to come, and those that are over."""
    after, today = begins_after(request.args.get("cursor")) or 0, acquis().clock.today()
    found = sittings(acquis().database, invigilator=actor().person, after=after, limit=SHOWN + 1)
    shown = sorted(found[:SHOWN], key=lambda each: (each.held_on, each.starts_at))
    over = [each for each in shown if each.stage in {"closed", "cancelled"} or each.held_on < today]
    return render_template(
        "centre/sittings.html",
        todays=[each for each in shown if each not in over and each.held_on == today],
        to_come=[each for each in shown if each not in over and each.held_on > today],
        over=over[::-1],
        said=modalities(shown),
        titles={each.framework: each.title for each in certifications(acquis().database, limit=None)},
        cursor=next_page(found[SHOWN - 1].planned_at) if len(found) > SHOWN else None,
        begun=bool(after),
    )


@bp.get("/<uuid:sitting>")
@allowed(Role.INVIGILATOR)
def show(sitting: UUID) -> ResponseReturnValue:
    """Show an épreuve, its candidates and the next act for each.

    Raises NotFound if the user is not its invigilator.
    """
    found = rebuilt(Sitting, SittingId(sitting), stream(sitting))
    listed = sitters_shown(found)
    called, granted = names(each.candidate for each in listed.values()), measures_granted(listed)
    framework = loaded(Framework, found.planned.framework)
    lines = sorted(
        (
            {"candidacy": candidacy, "name": called[each.candidate], "sitter": each, "measures": granted[candidacy]}
            for candidacy, each in listed.items()
        ),
        key=lambda line: str(line["name"]),
    )
    return render_template(
        "centre/sitting.html",
        sitting=found,
        plan=found.planned,
        modality=_modality(framework, found.planned.modality),
        title=framework.content.title,
        lines=lines,
        documents=[(each.value, each.said[language() == "en"]) for each in IdentityDocument],
    )


@bp.act("/<uuid:sitting>/opening", OpenSitting, show, done="Épreuve ouverte : contrôlez l'identité de chacun.")
def open_sitting(sitting: UUID) -> None:
    """Open the épreuve."""


@bp.act("/<uuid:sitting>/closing", CloseSitting, show, done="Épreuve close.")
def close(sitting: UUID) -> None:
    """Close the épreuve."""


def _line(_recorded: Recorded | None, sitting: UUID, candidacy: UUID) -> str:
    """Return the address of the candidate's line in the page."""
    return url_for("sittings_watched.show", sitting=sitting) + f"#c-{candidacy}"


@bp.act("/<uuid:sitting>/<uuid:candidacy>/identity", CheckIdentity, show, done="Identité notée.", lead=_line)
def check(sitting: UUID, candidacy: UUID) -> None:
    """Record which document the candidate showed, and whether it matches."""


@bp.act(
    "/<uuid:sitting>/<uuid:candidacy>/entry",
    SignAttendance,
    show,
    done="Entrée signée.",
    lead=_line,
    without=("movement",),
)
def sign_in(sitting: UUID, candidacy: UUID) -> dict[str, Any]:
    """Record that a candidate signed in."""
    del sitting, candidacy
    return {"movement": Movement.IN}


@bp.act(
    "/<uuid:sitting>/<uuid:candidacy>/leaving",
    SignAttendance,
    show,
    done="Sortie signée.",
    lead=_line,
    without=("movement", "late"),
)
def sign_out(sitting: UUID, candidacy: UUID) -> dict[str, Any]:
    """Record that a candidate signed out."""
    del sitting, candidacy
    return {"movement": Movement.OUT}


@bp.act("/<uuid:sitting>/<uuid:candidacy>/paper", CollectPaper, show, done="Copie ramassée.", lead=_line)
def collect(sitting: UUID, candidacy: UUID) -> None:
    """Collect a paper under its number."""


@bp.act("/<uuid:sitting>/<uuid:candidacy>/incident", ReportIncident, show, done="Incident signalé.", lead=_line)
def report(sitting: UUID, candidacy: UUID) -> None:
    """Report an incident about a candidate who is present."""


def modalities(found: list[PlannedSitting]) -> dict[UUID, str]:
    """Return the name of each épreuve; each framework is read once."""
    sheets = {framework: loaded(Framework, framework) for framework in {each.framework for each in found}}
    return {each.sitting: _modality(sheets[each.framework], each.modality) for each in found}


def _modality(framework: Framework, name: str) -> str:
    """Return the name of an épreuve, as the framework or the certifier who opened the route gives it."""
    modality = framework.modality(name)
    return modality.kind if modality else name
