"""`acquis witness`: does another host read in the log what it read there before?"""

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
    """Read the whole log again, hold it against this host's own older notes, and note what it is now; exit 1 if not.

    To be run on another host, under the login of an auditor.
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
