"""`acquis organisation`: which organisations certify, train and organise?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import click

from adapters.verify.terminal import language
from adapters.wording import day
from domain.commands.end_habilitation import EndHabilitation
from domain.commands.grant_habilitation import GrantHabilitation
from domain.commands.name_certifier import NameCertifier
from domain.commands.register_organisation import RegisterOrganisation
from domain.commands.resume_habilitation import ResumeHabilitation
from domain.commands.suspend_habilitation import SuspendHabilitation
from domain.institution import HabilitationGranted, Purpose
from domain.ports import OPERATOR, Command, OrganisationId
from projections.certifiers import Certifier, certifiers
from projections.habilitations import HabilitatedCentre, habilitations
from projections.organisations import KnownOrganisation, organisations
from webapi.cli.output import answers, at_home, said, show
from webapi.wiring import House

DAY = click.DateTime(["%Y-%m-%d"])
AT_ONCE = 1_000


@click.group("organisation")
def organisation() -> None:
    """Certifiers, partners and centres, and what each is habilitated for (organismes, habilitations)."""


@organisation.command()
@click.argument("legal_name")
@click.option("--siret", help="Its SIRET, fourteen digits, if it has one.")
@answers
def add(legal_name: str, siret: str | None, as_json: bool) -> None:
    """Register an organisation under its LEGAL_NAME."""
    with at_home() as house:
        recorded = house.do(RegisterOrganisation(legal_name=legal_name, siret=siret), OPERATOR)
    stream = next(iter(recorded.versions))
    show({"id": stream, "position": recorded.position}, as_json=as_json, lines=lambda: iter([str(stream)]))


@organisation.command("name-certifier")
@click.argument("who", type=click.UUID)
@click.argument("certification")
@click.option("--keeps-register", is_flag=True, help="It keeps the register: the first one named, and no other.")
@answers
def name_certifier(who: UUID, certification: str, *, keeps_register: bool, as_json: bool) -> None:
    """Name WHO as a certifier of a CERTIFICATION, by its code (RNCP31936)."""
    organisation = OrganisationId(who)
    _send(
        NameCertifier(certification=certification, organisation=organisation, keeps_register=keeps_register), as_json
    )


@organisation.command()
@click.argument("who", type=click.UUID)
@click.argument("certification")
@click.option("--by", "granted_by", required=True, type=click.UUID, help="The certifier that habilitates.")
@click.option(
    "--to", "purpose", required=True, type=click.Choice([each.value for each in Purpose]), help="What it may do."
)
@click.option("--site", "sites", multiple=True, help="A site, in words that sessions will repeat; may be repeated.")
@click.option("--from", "first_day", required=True, type=DAY, help="The first day.")
@click.option("--until", "last_day", type=DAY, help="The last day; without end if not said.")
@answers
def habilitate(
    *,
    who: UUID,
    certification: str,
    granted_by: UUID,
    purpose: str,
    sites: tuple[str, ...],
    first_day: datetime,
    last_day: datetime | None,
    as_json: bool,
) -> None:
    """Habilitate WHO for a CERTIFICATION: to train, to organise, or both."""
    command = GrantHabilitation(
        organisation=OrganisationId(who),
        certification=certification,
        granted_by=OrganisationId(granted_by),
        purpose=Purpose(purpose),
        sites=sites,
        first_day=first_day.date(),
        last_day=last_day.date() if last_day else None,
    )
    with at_home() as house:
        recorded = house.do(command, OPERATOR)
    granted = next(fact.habilitation for fact in recorded.facts if isinstance(fact, HabilitationGranted))
    show({"id": granted, "position": recorded.position}, as_json=as_json, lines=lambda: iter([str(granted)]))


@organisation.command()
@click.argument("who", type=click.UUID)
@click.argument("habilitation", type=click.UUID)
@click.option("--from", "first_day", required=True, type=DAY, help="The first day of the suspension.")
@click.option("--until", "last_day", type=DAY, help="Its last day; until it is resumed if not said.")
@click.option("--ground", required=True, help="Why; it stands in clear and names nobody.")
@answers
def suspend(
    *, who: UUID, habilitation: UUID, first_day: datetime, last_day: datetime | None, ground: str, as_json: bool
) -> None:
    """Suspend a HABILITATION of WHO."""
    command = SuspendHabilitation(
        organisation=OrganisationId(who),
        habilitation=habilitation,
        first_day=first_day.date(),
        last_day=last_day.date() if last_day else None,
        ground=ground,
    )
    _send(command, as_json)


@organisation.command()
@click.argument("who", type=click.UUID)
@click.argument("habilitation", type=click.UUID)
@click.option("--on", "resumed_on", required=True, type=DAY, help="The first day on which it counts again.")
@answers
def resume(who: UUID, habilitation: UUID, resumed_on: datetime, as_json: bool) -> None:
    """Let a suspended HABILITATION of WHO count again."""
    _send(
        ResumeHabilitation(organisation=OrganisationId(who), habilitation=habilitation, resumed_on=resumed_on.date()),
        as_json,
    )


@organisation.command()
@click.argument("who", type=click.UUID)
@click.argument("habilitation", type=click.UUID)
@click.option("--on", "last_day", required=True, type=DAY, help="The last day on which it counts.")
@click.option("--ground", required=True, help="Why; it stands in clear and names nobody.")
@answers
def end(who: UUID, habilitation: UUID, last_day: datetime, ground: str, as_json: bool) -> None:
    """End a HABILITATION of WHO."""
    _send(
        EndHabilitation(
            organisation=OrganisationId(who), habilitation=habilitation, last_day=last_day.date(), ground=ground
        ),
        as_json,
    )


@organisation.command("list")
@answers
def list_all(as_json: bool) -> None:
    """List the organisations, what each certifies and what it is habilitated for."""
    found, after = list[_Listed](), 0
    with at_home() as house:
        while some := organisations(house.database, after=after, limit=AT_ONCE):
            found += [_listed(house, each) for each in some]
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


def _listed(house: House, found: KnownOrganisation) -> _Listed:
    who = found.organisation
    return _Listed(
        organisation=found,
        certifies=tuple(certifiers(house.database, who)),
        habilitations=tuple(habilitations(house.database, organisation=who, limit=None)),
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


def _send(command: Command, as_json: bool) -> None:
    with at_home() as house:
        recorded = house.do(command, OPERATOR)
    done = said("Consigné.", "Recorded.")
    show({"position": recorded.position}, as_json=as_json, lines=lambda: iter([done]))
