"""`acquis doubt`: integrity alerts of the log, and their acceptance by the operator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import click

from adapters.database import connect
from adapters.database.pool import Database
from adapters.log.doubt import confirm, doubts
from adapters.log.watching import progress
from adapters.settings import Settings
from adapters.verify.terminal import language
from domain.ports import OPERATOR
from webapi.cli.terminal.output import answers, said, show
from webapi.upkeep.doubt import acceptance, write_of_acceptance
from webapi.wiring import App, assemble


@click.group("doubt")
def doubt() -> None:
    """Integrity alerts of the log: show them, and accept them after an investigation."""


@doubt.command("show")
@answers
def show_doubts(as_json: bool) -> None:
    """Show the integrity alerts with their places, and the progress of the log's verification."""
    with _open_despite_alerts() as acquis:
        found, watch = doubts(acquis.database), progress(acquis.database)
    answer = {"doubts": [vars(each) for each in found], "watch": vars(watch)}
    nothing = said("Rien n'est en doute.", "Nothing is in doubt.")
    then = said(
        "Ne réparez rien avant d'avoir cherché qui l'a changé : deploy/RUNBOOK.md, « The log is in doubt ». Ce qui a "
        "été examiné : acquis doubt accept --reason …",
        'Repair nothing before you know who changed it: deploy/RUNBOOK.md, "The log is in doubt". After the '
        "investigation: acquis doubt accept --reason …",
    )
    lines = [*(each.sentence(language()) for each in found), then] if found else [nothing]
    show(answer, as_json=as_json, lines=lambda: iter(lines))


@doubt.command("accept")
@click.option("--reason", required=True, help="The reason; not encrypted, so name nobody.")
@answers
def accept(reason: str, as_json: bool) -> None:
    """Accept the integrity alerts after an investigation; recorded in the log with each finding and its place."""
    with _open_despite_alerts() as acquis:
        found = doubts(acquis.database)
        position = acquis.do(acceptance(found, reason), OPERATOR).position
        write_of_acceptance(acquis, found)
    lines = [
        said(
            f"Accepté : {len(found)}, consigné à la position {position}. Une seconde personne confirme sous la "
            f"connexion du projecteur : acquis doubt confirm {position}",
            f"Accepted: {len(found)}, recorded at position {position}. A second person confirms under the "
            f"projector's login: acquis doubt confirm {position}",
        )
    ]
    answer = {"position": position, "accepted": [vars(each) for each in found]}
    show(answer, as_json=as_json, lines=lambda: iter(lines))


@doubt.command("confirm")
@click.argument("position", type=click.IntRange(1))
@answers
def confirm_accepted(position: int, as_json: bool) -> None:
    """Confirm the acceptance that another person recorded at POSITION, with the projector's login."""
    settings = Settings.from_environment()
    with connect(settings) as server:
        server.admit("acquis_projector")
        with closing(Database(server.dsn, role="acquis_projector", size=1)) as database:
            found = confirm(database, position)
    lines = [
        *(each.sentence(language()) for each in found),
        said(f"Confirmé : {len(found)}.", f"Confirmed: {len(found)}."),
    ]
    show({"confirmed": [vars(each) for each in found]}, as_json=as_json, lines=lambda: iter(lines))


@contextmanager
def _open_despite_alerts() -> Iterator[App]:
    """Yield the application even if the log does not continue its checkpoints."""
    settings = Settings.from_environment()
    with connect(settings) as server:
        server.admit("acquis_web")
        with closing(assemble(settings, server)) as acquis:
            yield acquis
