"""`acquis backup`, `restore`: how is everything copied, and brought back?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from adapters.backup import Restored, back_up
from adapters.backup import restore as bring_back
from adapters.by_settings import vault_of
from adapters.database import DatabaseServer, connect
from adapters.settings import Settings
from webapi.cli.terminal.output import answers, said, show
from webapi.privacy.erasure import erase_again
from webapi.wiring import assemble


@click.command("backup")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A folder that is empty or not there.")
@answers
def backup(out: Path, as_json: bool) -> None:
    """Copy log, files and keys, in this order; the master key is not in it. While everything runs."""
    settings = Settings.from_environment()
    with connect(settings) as server:
        server.admit("acquis_backup")
        about = back_up(settings, server, out)
    line = said(
        f"Sauvegardé dans {out} : {about.facts} faits, {about.files} fichiers, les clés sauf la clé maîtresse.",
        f"Backup written to {out}: {about.facts} facts, {about.files} files, the keys, without the master key.",
    )
    show(asdict(about), as_json=as_json, lines=lambda: iter([line]))


@click.command("restore")
@click.argument("source", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--accept-loss", is_flag=True, help="Even if older than the newest checkpoint; this is noted.")
@answers
def restore(source: Path, accept_loss: bool, as_json: bool) -> None:
    """Bring a backup back from FOLDER into empty places; what was erased since is erased again before it opens."""
    settings = Settings.from_environment()
    with connect(settings) as server:
        done = brought_back(settings, server, source, accept_loss=accept_loss)
    answer = asdict(done.about) | {
        "logins_missing": done.logins_missing,
        "erased_again": done.erased_again,
        "accepted_loss": str(done.accepted_loss) if done.accepted_loss else None,
    }
    show(answer, as_json=as_json, lines=lambda: _lines(done))


def brought_back(settings: Settings, server: DatabaseServer, source: Path, *, accept_loss: bool) -> Restored:
    """Bring a backup back into empty places; raises what `adapters.backup.restore` refuses."""

    def again() -> int:
        with closing(assemble(settings, server)) as acquis:
            return erase_again(acquis)

    vault = partial(vault_of, settings, server)
    return bring_back(settings, server, source, vault, again, accept_loss=accept_loss)


def _lines(done: Restored) -> Iterator[str]:
    """What came back, what went again, what was lost, and what comes next."""
    about = done.about
    yield said(
        f"Restauré, de la sauvegarde du {about.made_at} : {about.facts} faits, {about.files} fichiers, leurs clés.",
        f"Restored, from the backup of {about.made_at}: {about.facts} facts, {about.files} files, their keys.",
    )
    yield said(
        f"Effacements du registre refaits : {done.erased_again}.",
        f"Erasures of the register carried out again: {done.erased_again}.",
    )
    if done.logins_missing:
        names = ", ".join(done.logins_missing)
        yield said(
            f"Connexions que ce serveur n'a pas : {names}. Faites-les, avec leurs réglages, dans les deux bases : "
            "psql -d BASE -f deploy/roles.sql, puis leurs mots de passe.",
            f"Logins that this server does not have: {names}. Make them, with their settings, in both databases: "
            "psql -d DATABASE -f deploy/roles.sql, then their passwords.",
        )
    if done.accepted_loss:
        yield said(
            f"Perte acceptée : {done.accepted_loss}/incident.json dit laquelle. Prévenez ceux qu'elle touche.",
            f"Loss accepted: {done.accepted_loss}/incident.json says which. Tell those whom it concerns.",
        )
    yield said(
        "Les jetons révoqués et les connexions fermées depuis valent de nouveau : deploy/RUNBOOK.md dit qu'en faire.",
        "Tokens revoked and sessions ended since open again: deploy/RUNBOOK.md says what to do about it.",
    )
    yield said(
        "Ensuite : acquis check-log, acquis doctor, puis le projecteur et le serveur web.",
        "Next: acquis check-log, acquis doctor, then the projector and the web service.",
    )
