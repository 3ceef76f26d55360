"""`acquis witness`: comparison of the log with another host's earlier notes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from adapters.database import connect
from adapters.database.pool import Database
from adapters.log.outside import witness
from adapters.settings import Settings
from adapters.verify.terminal import language
from webapi.cli.terminal.output import answers, said, show


@click.command("witness")
@click.option(
    "--notes",
    required=True,
    type=click.Path(path_type=Path),
    help="The folder of this host's own notes.",
)
@answers
def witness_command(notes: Path, as_json: bool) -> None:
    """Read the whole log, compare it with this host's earlier notes, and note its present state.

    Exit code 1 if it was changed. To be run on another host, with an auditor's login.
    """
    with connect(Settings.from_environment()) as server:
        server.admit("acquis_auditor")
        with closing(Database(server.dsn, role="acquis_auditor", size=2)) as database:
            seen = witness(database, notes)
    lines = [each.sentence(language()) for each in seen.findings] or [
        said(f"{seen.facts} faits : rien n'a changé.", f"{seen.facts} facts: nothing was changed.")
    ]
    answer = {"facts": seen.facts, "findings": [vars(each) for each in seen.findings]}
    show(answer, as_json=as_json, lines=lambda: iter(lines))
    if seen.findings:
        raise SystemExit(1)
