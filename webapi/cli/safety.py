"""`acquis backup`, `restore`: how is everything copied, and brought back?"""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from adapters.backup import back_up
from adapters.backup import restore as bring_back
from adapters.database import connect
from adapters.settings import Settings
from webapi.cli.output import answers, language, show
from webapi.erasing import erase_again
from webapi.wiring import furnish, vault_of


@click.command("backup")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A folder that is empty or not there.")
@answers
def backup(out: Path, as_json: bool) -> None:
    """Copy log, files and keys, in this order; the master key is not in it. While everything runs."""
    settings = Settings.from_environment()
    with connect(settings) as server:
        server.admit("acquis_backup")
        about = back_up(settings, server, out)
    french, english = f"{about.facts} faits, {about.files} fichiers", f"{about.facts} facts, {about.files} files"
    show(asdict(about), as_json=as_json, lines=lambda: iter([french if language() == "fr" else english]))


@click.command("restore")
@click.argument("source", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--accept-loss", is_flag=True, help="Even if older than the newest checkpoint; this is noted.")
@answers
def restore(source: Path, accept_loss: bool, as_json: bool) -> None:
    """Bring a backup back from FOLDER into empty places; what was erased since is erased again before it opens."""
    settings = Settings.from_environment()
    with connect(settings) as server:

        def again() -> int:
            with closing(furnish(settings, server)) as house:
                return erase_again(house)

        vault = partial(vault_of, settings, server)
        done = bring_back(settings, server, source, vault, again, accept_loss=accept_loss)
    answer = asdict(done.about) | {
        "erased_again": done.erased_again,
        "accepted_loss": str(done.accepted_loss) if done.accepted_loss else None,
    }
    lines = [f"{done.about.facts} faits" if language() == "fr" else f"{done.about.facts} facts"]
    show(answer, as_json=as_json, lines=lambda: iter(lines))
