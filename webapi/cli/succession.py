"""`acquis certification` commands about the succession of framework versions."""

from __future__ import annotations

from typing import Final

import click

from domain.commands.framework.admit_correspondence import AdmitCorrespondence
from domain.commands.framework.admit_equivalence import AdmitEquivalence
from domain.commands.framework.retire_framework import RetireFramework
from domain.commands.framework.withdraw_correspondence import WithdrawCorrespondence
from webapi.cli.asking import CONFIRMED, GROUND, asks, record

EARLIER: Final = ("--from", "Register code of the other version.")
RECORDED: Final = ("Enregistré : fait {position}.", "Recorded: fact {position}.")


@click.command("correspondence")
@asks(
    AdmitCorrespondence,
    "framework",
    earlier=EARLIER,
    from_blocks="The other version's blocks, all of them required: 1,2.",
    to_blocks="The blocks to which they lead: 1,2.",
    ground=GROUND,
)
def correspondence(command: AdmitCorrespondence, as_json: bool) -> None:
    """Declare that blocks of another version lead to blocks of the framework CODE (correspondance)."""
    record(command, *RECORDED, as_json=as_json)


@click.command("withdraw-correspondence")
@asks(
    WithdrawCorrespondence,
    "framework",
    earlier=EARLIER,
    from_blocks="The other version's blocks, as declared: 1,2.",
    to_blocks="The blocks to which they led: 1,2.",
    withdrawn_on=("--on", "The first day without it."),
    reason="The reason.",
    ground=GROUND,
    confirms_past=CONFIRMED,
)
def withdraw_correspondence(command: WithdrawCorrespondence, as_json: bool) -> None:
    """Withdraw a correspondence of the framework CODE from a day on; blocks already counted stay (retrait)."""
    record(command, *RECORDED, as_json=as_json)


@click.command("equivalence")
@asks(
    AdmitEquivalence,
    "framework",
    certification="The other certification: its register code and title.",
    part="The part of it that suffices, if not all of it.",
    blocks="The blocks that it satisfies: 1,2.",
    ground=GROUND,
)
def equivalence(command: AdmitEquivalence, as_json: bool) -> None:
    """Declare that another certification satisfies blocks of the framework CODE (équivalence)."""
    record(command, *RECORDED, as_json=as_json)


@click.command("retire")
@asks(
    RetireFramework,
    "framework",
    retired_on=("--on", "The first day without admission."),
    ground=GROUND,
    confirms_past=CONFIRMED,
)
def retire(command: RetireFramework, as_json: bool) -> None:
    """Retire the framework CODE from a day on; candidacies under way keep it (retrait).

    The day can be changed until it comes.
    """
    record(command, *RECORDED, as_json=as_json)
