"""`acquis organisation`: certifiers, partners and centres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click

from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.commands.organisation.end_habilitation import EndHabilitation
from domain.commands.organisation.grant_habilitation import GrantHabilitation
from domain.commands.organisation.name_certifier import NameCertifier
from domain.commands.organisation.register_organisation import RegisterOrganisation
from domain.commands.organisation.report_habilitation import ReportHabilitation
from domain.commands.organisation.resume_habilitation import ResumeHabilitation
from domain.commands.organisation.suspend_habilitation import SuspendHabilitation
from domain.organisation.facts import HabilitationGranted, Purpose
from domain.ports import OPERATOR
from projections.organisation.certifiers import Certifier, certifiers
from projections.organisation.habilitations import HabilitatedCentre, habilitations
from projections.organisation.organisations import KnownOrganisation, organisations
from webapi.cli.asking import CONFIRMED, GROUND_IN_CLEAR, asks, record
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.wiring import App

WHO = ("organisation", "WHO")
DONE = ("Consigné.", "Recorded.")
AT_ONCE = 1_000


@click.group("organisation")
def organisation() -> None:
    """Certifiers, partners and centres, and their habilitations (organismes, habilitations)."""


@organisation.command()
@asks(RegisterOrganisation, "legal_name", siret="Its SIRET of fourteen digits, if it has one.")
def add(command: RegisterOrganisation, as_json: bool) -> None:
    """Register an organisation under its LEGAL_NAME."""
    with opened_app() as acquis:
        recorded = acquis.do(command, OPERATOR)
    stream = next(iter(recorded.versions))
    show({"id": stream, "position": recorded.position}, as_json=as_json, lines=lambda: iter([str(stream)]))


@organisation.command("name-certifier")
@asks(
    NameCertifier,
    WHO,
    "certification",
    keeps_register="It keeps the register; only the first certifier named can.",
)
def name_certifier(command: NameCertifier, as_json: bool) -> None:
    """Name WHO as a certifier of a CERTIFICATION, by its code (RNCP31936)."""
    record(command, *DONE, as_json=as_json)


@organisation.command()
@asks(
    GrantHabilitation,
    WHO,
    "certification",
    granted_by=("--by", "The certifier that grants it."),
    purpose=("--to", "What the organisation may do."),
    sites=("--site", "A site, written as sessions will name it; may be repeated."),
    first_day=("--from", "The first day."),
    last_day=("--until", "The last day; by default without end."),
)
def habilitate(command: GrantHabilitation, as_json: bool) -> None:
    """Grant WHO a habilitation for a CERTIFICATION: to train, to organise assessments, or both."""
    with opened_app() as acquis:
        recorded = acquis.do(command, OPERATOR)
    granted = next(fact.habilitation for fact in recorded.facts if isinstance(fact, HabilitationGranted))
    show({"id": granted, "position": recorded.position}, as_json=as_json, lines=lambda: iter([str(granted)]))


@organisation.command()
@asks(
    SuspendHabilitation,
    WHO,
    "habilitation",
    first_day=("--from", "The first day of the suspension."),
    last_day=("--until", "Its last day; by default until it is resumed."),
    ground=GROUND_IN_CLEAR,
)
def suspend(command: SuspendHabilitation, as_json: bool) -> None:
    """Suspend a HABILITATION of WHO."""
    record(command, *DONE, as_json=as_json)


@organisation.command()
@asks(ResumeHabilitation, WHO, "habilitation", resumed_on=("--on", "The first day on which it counts again."))
def resume(command: ResumeHabilitation, as_json: bool) -> None:
    """Resume a suspended HABILITATION of WHO."""
    record(command, *DONE, as_json=as_json)


@organisation.command()
@asks(
    EndHabilitation,
    WHO,
    "habilitation",
    last_day=("--on", "The last day on which it counts."),
    ground=GROUND_IN_CLEAR,
    confirms_past=CONFIRMED,
)
def end(command: EndHabilitation, as_json: bool) -> None:
    """End a HABILITATION of WHO; its last day can be changed until it has passed."""
    record(command, *DONE, as_json=as_json)


@organisation.command()
@asks(
    ReportHabilitation,
    WHO,
    "habilitation",
    reference="The reference of the report to France compétences; name nobody.",
    reported_on=("--on", "The day of the report; today by default."),
    up_to="The day up to which changes were reported; by default the day of the report.",
)
def report(command: ReportHabilitation, as_json: bool) -> None:
    """Record that the changes of a HABILITATION of WHO were reported to France compétences."""
    record(command, *DONE, as_json=as_json)


@organisation.command("list")
@answers
def list_all(as_json: bool) -> None:
    """List the organisations, with their certifications and habilitations."""
    found, after = list[_Listed](), 0
    with opened_app() as acquis:
        while some := organisations(acquis.database, after=after, limit=AT_ONCE):
            found += [_listed(acquis, each) for each in some]
            after = some[-1].registered_at
    none = said("Aucun organisme.", "No organisation.")
    show(
        {"items": [asdict(each) for each in found]},
        as_json=as_json,
        lines=lambda: (line for each in found for line in _lines(each)) if found else iter([none]),
    )


@dataclass(frozen=True)
class _Listed:
    organisation: KnownOrganisation
    certifies: tuple[Certifier, ...]
    habilitations: tuple[HabilitatedCentre, ...]


def _listed(acquis: App, found: KnownOrganisation) -> _Listed:
    who = found.organisation
    return _Listed(
        organisation=found,
        certifies=tuple(certifiers(acquis.database, who)),
        habilitations=tuple(habilitations(acquis.database, organisation=who, limit=None)),
    )


def _lines(listed: _Listed) -> Iterator[str]:
    found, tongue = listed.organisation, language()
    yield "  ".join((str(found.organisation), found.legal_name, found.siret or "—"))
    for each in listed.certifies:
        keeps = said("certificateur, tient le registre", "certifier, keeps the register")
        role = keeps if each.keeps_register else said("certificateur", "certifier")
        yield f"  {each.certification}  {role}"
    for granted in listed.habilitations:
        until = day(granted.last_day, tongue) if granted.last_day else "…"
        purpose = said(*Purpose(granted.purpose).said)
        days = f"{day(granted.first_day, tongue)} – {until}"
        yield f"  {granted.certification}  {granted.habilitation}  {purpose}  {days}  {', '.join(granted.sites)}"
