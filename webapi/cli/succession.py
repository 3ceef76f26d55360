"""How does a framework version follow another? The `acquis certification` commands that say it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import click

from domain.commands.admit_correspondence import AdmitCorrespondence
from domain.commands.admit_equivalence import AdmitEquivalence
from domain.commands.retire_framework import RetireFramework
from domain.commands.withdraw_correspondence import WithdrawCorrespondence
from domain.framework import Framework
from domain.ports import OPERATOR, Command, FrameworkId
from webapi.cli.output import answers, at_home, said, show
from webapi.cli.questions import NUMBERS

VERSION: Final = click.option("--version", default=1, show_default=True, help="Version of the framework.")
GROUND: Final = click.option("--ground", required=True, help="By which decision or text.")


@click.command("correspondence")
@click.argument("code")
@VERSION
@click.option("--from", "earlier", required=True, help="Register code of the other version.")
@click.option("--from-version", default=1, show_default=True, help="Its version.")
@click.option("--from-blocks", type=NUMBERS, required=True, help="Its blocks, all of them required: 1,2.")
@click.option("--to-blocks", type=NUMBERS, required=True, help="The blocks to which they lead: 1,2.")
@GROUND
@answers
def correspondence(
    *,
    code: str,
    version: int,
    earlier: str,
    from_version: int,
    from_blocks: tuple[int, ...],
    to_blocks: tuple[int, ...],
    ground: str,
    as_json: bool,
) -> None:
    """Admit that blocks of another version lead to blocks of the framework CODE (correspondance)."""
    command = AdmitCorrespondence(
        framework=FrameworkId(Framework.id_of(code, version)),
        earlier=FrameworkId(Framework.id_of(earlier, from_version)),
        from_blocks=tuple(sorted(from_blocks)),
        to_blocks=tuple(sorted(to_blocks)),
        ground=ground,
    )
    record(command, as_json=as_json)


@click.command("withdraw-correspondence")
@click.argument("code")
@VERSION
@click.option("--from", "earlier", required=True, help="Register code of the other version.")
@click.option("--from-version", default=1, show_default=True, help="Its version.")
@click.option("--from-blocks", type=NUMBERS, required=True, help="Its blocks, as they were admitted: 1,2.")
@click.option("--to-blocks", type=NUMBERS, required=True, help="The blocks to which they led: 1,2.")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day without it.")
@click.option("--reason", required=True, help="Why.")
@click.option("--reference", required=True, help="By which decision or text.")
@answers
def withdraw_correspondence(
    *,
    code: str,
    version: int,
    earlier: str,
    from_version: int,
    from_blocks: tuple[int, ...],
    to_blocks: tuple[int, ...],
    on: datetime,
    reason: str,
    reference: str,
    as_json: bool,
) -> None:
    """Withdraw a correspondence of the framework CODE from a day: what counts by it stays (retrait)."""
    command = WithdrawCorrespondence(
        framework=FrameworkId(Framework.id_of(code, version)),
        earlier=FrameworkId(Framework.id_of(earlier, from_version)),
        from_blocks=tuple(sorted(from_blocks)),
        to_blocks=tuple(sorted(to_blocks)),
        withdrawn_on=on.date(),
        reason=reason,
        reference=reference,
    )
    record(command, as_json=as_json)


@click.command("equivalence")
@click.argument("code")
@VERSION
@click.option("--certification", required=True, help="The other certification: its register code and title.")
@click.option("--part", help="The part of it that is enough, if not all of it.")
@click.option("--blocks", type=NUMBERS, required=True, help="The blocks that it satisfies: 1,2.")
@GROUND
@answers
def equivalence(
    *,
    code: str,
    version: int,
    certification: str,
    part: str | None,
    blocks: tuple[int, ...],
    ground: str,
    as_json: bool,
) -> None:
    """Admit that another certification satisfies blocks of the framework CODE (équivalence)."""
    command = AdmitEquivalence(
        framework=FrameworkId(Framework.id_of(code, version)),
        certification=certification,
        part=part,
        blocks=tuple(sorted(blocks)),
        ground=ground,
    )
    record(command, as_json=as_json)


@click.command("retire")
@click.argument("code")
@VERSION
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day without admission.")
@GROUND
@answers
def retire(code: str, version: int, on: datetime, ground: str, as_json: bool) -> None:
    """Retire the framework CODE from a day: candidacies under way keep it (retrait)."""
    framework = FrameworkId(Framework.id_of(code, version))
    record(RetireFramework(framework=framework, retired_on=on.date(), ground=ground), as_json=as_json)


def record(command: Command, *, as_json: bool) -> None:
    """Send a command and say at which position it is recorded."""
    with at_home() as house:
        position = house.do(command, OPERATOR).position
    line = said(f"Enregistré : fait {position}.", f"Recorded: fact {position}.")
    show({"position": position}, as_json=as_json, lines=lambda: iter([line]))
