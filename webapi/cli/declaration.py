"""`acquis declaration`: declarations to the training account system, and corrections (CPF)."""

from __future__ import annotations

from pathlib import Path

import click

from domain.commands.organisation.decide_nir_collection import DecideNirCollection
from domain.commands.register.declare_award import DeclareAward
from domain.commands.register.make_correction import MakeCorrection
from domain.commands.register.note_correction_request import NoteCorrectionRequest
from domain.commands.register.refuse_correction import RefuseCorrection
from domain.framework.framework import Framework
from domain.ports import OPERATOR, FrameworkId
from domain.register.facts import CorrectionRequested
from domain.rulebook.law import Law
from webapi.cli.asking import GROUND_IN_CLEAR, SEALED, asks, record
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.edge.tables import in_csv
from webapi.privacy.declarations import declarations

DONE = ("Consigné.", "Recorded.")
UNNAMED = (
    "Attention : aucun texte publié et en vigueur ne prévoit le NIR ; il ne peut pas encore être saisi.",
    "Warning: no text that is published and in force names the NIR; it cannot be given yet.",
)


@click.group("declaration")
def group() -> None:
    """Declarations to the training account system: contents, declarations made, corrections (CPF)."""


@group.command()
@click.argument("certification", metavar="CODE")
@click.option("--version", default=1, show_default=True, help="Version of the framework.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file; by default standard output.")
@answers
def export(certification: str, version: int, out: Path | None, as_json: bool) -> None:
    """Export the titles of a register as CSV, with holders and the national numbers still to declare."""
    framework = FrameworkId(Framework.id_of(certification, version))
    with opened_app() as acquis:
        with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
            attempt.load(Framework, framework)
        found = declarations(acquis, framework)
    if out is not None:
        out.touch(0o600)
        out.write_text("".join(f"{line}\n" for line in in_csv(found)), "utf-8")
        return
    show({"items": found}, as_json=as_json, lines=lambda: in_csv(found))


@group.command()
@asks(
    DeclareAward,
    "candidacy",
    reference="The reference of the transmission; name nobody.",
    declared_on=("--on", "The day of the declaration; today by default."),
)
def declare(command: DeclareAward, as_json: bool) -> None:
    """Record that the title of a CANDIDACY was declared."""
    record(command, *DONE, as_json=as_json)


@group.command("correction")
@asks(
    NoteCorrectionRequest,
    "candidacy",
    requested_on=("--on", "The day of the request of the Caisse des dépôts."),
    asks="The correction requested; sealed in the log.",
)
def correction(command: NoteCorrectionRequest, as_json: bool) -> None:
    """Record that the Caisse des dépôts requested a correction of the declaration of a CANDIDACY."""
    with opened_app() as acquis:
        recorded = acquis.do(command, OPERATOR)
    (number,) = (fact.correction for fact in recorded.facts if isinstance(fact, CorrectionRequested))
    line = said(f"Consigné : demande n° {number}.", f"Recorded: request no. {number}.")
    show({"position": recorded.position, "correction": number}, as_json=as_json, lines=lambda: iter([line]))


@group.command()
@asks(
    MakeCorrection,
    "candidacy",
    "correction",
    made_on=("--on", "The day on which the corrected data were sent; today by default."),
)
def correct(command: MakeCorrection, as_json: bool) -> None:
    """Record that corrected data of a CANDIDACY were sent, as CORRECTION (its number) requested."""
    record(command, *DONE, as_json=as_json)


@group.command()
@asks(
    RefuseCorrection,
    "candidacy",
    "correction",
    reason=SEALED,
    refused_on=("--on", "The day of the refusal; today by default."),
)
def refuse(command: RefuseCorrection, as_json: bool) -> None:
    """Record that CORRECTION (its number) of a CANDIDACY was refused as unfounded, with the reason."""
    record(command, *DONE, as_json=as_json)


@group.command("collect-nir")
@asks(
    DecideNirCollection,
    "certification",
    collected=("--collected/--not-collected", "Whether they are collected from now on."),
    ground=GROUND_IN_CLEAR,
)
def collect_nir(command: DecideNirCollection, as_json: bool) -> None:
    """Decide whether national numbers are collected for a CERTIFICATION, by its code (RNCP31936)."""
    with opened_app() as acquis:
        recorded = acquis.do(command, OPERATOR)
        with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
            named = attempt.find(Law, Law.the()).names_nir(acquis.clock.today())
    lines = [said(*DONE)] + [said(*UNNAMED)] * (command.collected and not named)
    show({"position": recorded.position, "text_in_force": named}, as_json=as_json, lines=lambda: iter(lines))
