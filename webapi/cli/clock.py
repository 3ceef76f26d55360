"""`acquis clock`: acceptance of a clock that was ahead, or that stopped the recording."""

from __future__ import annotations

import click

from domain.ports import OPERATOR
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.upkeep.clock import acceptance


@click.group("clock")
def clock() -> None:
    """The clock that dates the facts."""


@clock.command("accept")
@click.option("--reason", required=True, help="The reason; not encrypted, so name nobody.")
@answers
def accept(reason: str, as_json: bool) -> None:
    """Declare that the clock is right; this ends the alarms `clock-behind` and `clock-wrong`.

    Correct the clock first.
    """
    with opened_app() as acquis:
        position = acquis.do(acceptance(acquis, reason), OPERATOR).position
    lines = [
        said(f"Horloge déclarée juste, à la position {position}.", f"Clock declared right, at position {position}.")
    ]
    show({"position": position}, as_json=as_json, lines=lambda: iter(lines))
