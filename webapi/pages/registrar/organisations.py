"""Organisations, the certifications that they certify, and their habilitations."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from domain.commands.organisation.end_habilitation import EndHabilitation
from domain.commands.organisation.grant_habilitation import GrantHabilitation
from domain.commands.organisation.name_certifier import NameCertifier
from domain.commands.organisation.register_organisation import RegisterOrganisation
from domain.commands.organisation.report_habilitation import ReportHabilitation
from domain.commands.organisation.resume_habilitation import ResumeHabilitation
from domain.commands.organisation.suspend_habilitation import SuspendHabilitation
from domain.organisation.facts import Purpose
from domain.people.staffing import Staffing
from domain.ports import Recorded, Role
from domain.refusal import NotFound
from projections.framework.certification_catalogue import certifications
from projections.organisation.certifiers import certifiers
from projections.organisation.habilitations import habilitations
from projections.organisation.organisations import organisations
from webapi.accounts.authentication import allowed, reading
from webapi.current import acquis
from webapi.pages.desk import Desk
from webapi.privacy.disclosure import law
from webapi.privacy.partner_reports import to_report
from webapi.words import phrase

bp = Desk("houses", __name__, url_prefix="/organisations", only=Role.REGISTRAR)
bp.entry(Role.REGISTRAR, 70, phrase("Organismes"), "building", "list_organisations")

MOST: Final = 1000
PURPOSES: Final = {
    Purpose.TRAIN: phrase("former"),
    Purpose.ORGANISE: phrase("organiser les épreuves et les jurys"),
    Purpose.BOTH: phrase("former et organiser"),
}


@bp.get("")
@allowed(Role.REGISTRAR)
def list_organisations() -> ResponseReturnValue:
    """List the known organisations, with a form to register one."""
    return render_template(
        "registrar/organisations.html",
        found=organisations(acquis().database, limit=MOST),
        at="houses.list_organisations",
    )


def _to_organisation(recorded: Recorded) -> str:
    return url_for("houses.show", organisation=next(iter(recorded.versions)))


@bp.act("", RegisterOrganisation, list_organisations, done="L'organisme est enregistré.", lead=_to_organisation)
def register() -> None:
    """Register an organisation."""


@bp.get("/<uuid:organisation>")
@allowed(Role.REGISTRAR)
def show(organisation: UUID) -> ResponseReturnValue:
    """Show an organisation: its certifications, its habilitations, and changes to report with their last day."""
    database = acquis().database
    everybody = organisations(database, limit=MOST)
    found = next((each for each in everybody if each.organisation == organisation), None)
    if found is None:
        raise NotFound(organisation)
    held, known_law, today = (
        habilitations(database, organisation=organisation, limit=None),
        law(),
        acquis().clock.today(),
    )
    return render_template(
        "registrar/organisation.html",
        sole=reading().find(Staffing, Staffing.the()),
        found=found,
        houses={each.organisation: each.legal_name for each in everybody},
        certifies=certifiers(database, organisation),
        held=held,
        report={each.habilitation: to_report(each, known_law, today) for each in held if each.unreported},
        codes=list(dict.fromkeys(each.code for each in certifications(database, limit=None))),
        purposes=PURPOSES,
        at="houses.list_organisations",
    )


@bp.act("/<uuid:organisation>/certifier", NameCertifier, show, done="L'organisme est certificateur.")
def certify(organisation: UUID) -> None:
    """Name the organisation a certifier of a certification; the first one keeps its register."""


@bp.act("/<uuid:organisation>/habilitation", GrantHabilitation, show, done="L'habilitation est enregistrée.")
def habilitate(organisation: UUID) -> None:
    """Grant the organisation a habilitation to train, to organise, or both."""


@bp.act(
    "/<uuid:organisation>/habilitations/<uuid:habilitation>/suspension",
    SuspendHabilitation,
    show,
    done="L'habilitation est suspendue.",
)
def suspend(organisation: UUID, habilitation: UUID) -> None:
    """Suspend a habilitation for some days."""


@bp.act(
    "/<uuid:organisation>/habilitations/<uuid:habilitation>/resumption",
    ResumeHabilitation,
    show,
    done="L'habilitation reprend.",
)
def resume(organisation: UUID, habilitation: UUID) -> None:
    """Resume a suspended habilitation."""


@bp.act(
    "/<uuid:organisation>/habilitations/<uuid:habilitation>/end",
    EndHabilitation,
    show,
    done="La fin de l'habilitation est enregistrée.",
)
def end(organisation: UUID, habilitation: UUID) -> None:
    """End a habilitation on a day."""


@bp.act(
    "/<uuid:organisation>/habilitations/<uuid:habilitation>/report",
    ReportHabilitation,
    show,
    done="France compétences est informée.",
)
def report(organisation: UUID, habilitation: UUID) -> None:
    """Record that the change was reported to France compétences."""
