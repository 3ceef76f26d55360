"""Does a registration run? The `acquis certification` commands that suspend it, let it run again, end it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import click

from domain.commands.end_registration import EndRegistration
from domain.commands.resume_registration import ResumeRegistration
from domain.commands.suspend_registration import SuspendRegistration
from domain.framework import Framework
from domain.ports import FrameworkId
from webapi.cli.output import answers
from webapi.cli.succession import GROUND, VERSION, record

DAY: Final = click.DateTime(["%Y-%m-%d"])


@click.command("suspend")
@click.argument("code")
@VERSION
@click.option("--on", "on", type=DAY, required=True, help="The first day on which it does not run.")
@GROUND
@answers
def suspend(code: str, version: int, on: datetime, ground: str, as_json: bool) -> None:
    """Suspend the registration of the framework CODE: nobody is admitted and nothing decided (suspension)."""
    framework = FrameworkId(Framework.id_of(code, version))
    record(SuspendRegistration(framework=framework, suspended_on=on.date(), ground=ground), as_json=as_json)


@click.command("resume")
@click.argument("code")
@VERSION
@click.option("--on", "on", type=DAY, required=True, help="The first day on which it runs again.")
@GROUND
@answers
def resume(code: str, version: int, on: datetime, ground: str, as_json: bool) -> None:
    """Let the suspended registration of the framework CODE run again (fin de la suspension)."""
    framework = FrameworkId(Framework.id_of(code, version))
    record(ResumeRegistration(framework=framework, resumed_on=on.date(), ground=ground), as_json=as_json)


@click.command("end")
@click.argument("code")
@VERSION
@click.option("--on", "on", type=DAY, required=True, help="The last day on which it runs.")
@click.option("--issuance-until", "until", type=DAY, help="The last day of issuance, if one is stated.")
@GROUND
@answers
def end(*, code: str, version: int, on: datetime, until: datetime | None, ground: str, as_json: bool) -> None:
    """End the registration of the framework CODE, once (fin de l'enregistrement)."""
    command = EndRegistration(
        framework=FrameworkId(Framework.id_of(code, version)),
        ends_on=on.date(),
        ground=ground,
        issuance_ends_on=until.date() if until else None,
    )
    record(command, as_json=as_json)
