"""`acquis certification` commands that suspend, resume and end a registration."""

from __future__ import annotations

import click

from domain.commands.framework.end_registration import EndRegistration
from domain.commands.framework.enter_portal import EnterPortal
from domain.commands.framework.resume_registration import ResumeRegistration
from domain.commands.framework.suspend_registration import SuspendRegistration
from webapi.cli.asking import CONFIRMED, GROUND, asks, record
from webapi.cli.succession import RECORDED


@click.command("suspend")
@asks(
    SuspendRegistration,
    "framework",
    suspended_on=("--on", "The first day of the suspension."),
    ground=GROUND,
    awards_undeclared="The reason is undeclared awards (R6113-17-3): candidates who had begun continue.",
)
def suspend(command: SuspendRegistration, as_json: bool) -> None:
    """Suspend the registration of the framework CODE: no admissions and no decisions (suspension)."""
    record(command, *RECORDED, as_json=as_json)


@click.command("resume")
@asks(
    ResumeRegistration, "framework", resumed_on=("--on", "The first day on which it is valid again."), ground=GROUND
)
def resume(command: ResumeRegistration, as_json: bool) -> None:
    """Resume the suspended registration of the framework CODE (fin de la suspension)."""
    record(command, *RECORDED, as_json=as_json)


@click.command("portal")
@asks(EnterPortal, "framework", entered_on=("--on", "The first day on which it is on the portal."), ground=GROUND)
def portal(command: EnterPortal, as_json: bool) -> None:
    """State the day since which the framework CODE is on the national portal of VAE (intégration au portail)."""
    record(command, *RECORDED, as_json=as_json)


@click.command("end")
@asks(
    EndRegistration,
    "framework",
    ends_on=("--on", "The last day of the registration."),
    issuance_ends_on=("--issuance-until", "The last day of issuance, if stated."),
    ground=GROUND,
    confirms_past=CONFIRMED,
)
def end(command: EndRegistration, as_json: bool) -> None:
    """Set the last day of the registration of the framework CODE; it can be changed until it has passed (fin)."""
    record(command, *RECORDED, as_json=as_json)
