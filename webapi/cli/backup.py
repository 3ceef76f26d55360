"""`acquis backup`, `restore`, `restore-check`, `recovered`: backups and restores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, cast

import click

from adapters.backup.copying import ABOUT, back_up, keep_newest, place_in
from adapters.backup.erasures_known import note_without, refuse_unknown
from adapters.backup.restoring import Finished, Restored, finish
from adapters.backup.restoring import restore as bring_back
from adapters.backup.signature import NAME, backup_key, backup_signer, sign
from adapters.by_settings import vault_of
from adapters.database import DatabaseServer, connect
from adapters.log.note import MalformedNote, VerifierKey
from adapters.operations.runs import BACKUP, RESTORE, copying
from adapters.settings import Settings
from webapi.cli.terminal.output import answers, misused, said, show
from webapi.privacy.erasure import erase_again
from webapi.upkeep.restore_check import RestoreCheckFailed, Tried, newest_backup, try_restore
from webapi.wiring import assemble


def _verifier_key(_context: click.Context, _parameter: click.Parameter, given: str | None) -> VerifierKey | None:
    """Return the key given; raises BadParameter for an invalid one."""
    try:
        return None if given is None else VerifierKey.parse(given)
    except MalformedNote as error:
        raise click.BadParameter(
            said("ce n'est pas une clé de vérification : acquis-backup+…", "this is no verifier key: acquis-backup+…")
        ) from error


@click.command("backup")
@click.option("--out", type=click.Path(path_type=Path), help="A new or empty folder.")
@click.option(
    "--into", type=click.Path(path_type=Path), help="A folder of backups; the new one is named by the time."
)
@click.option("--keep", type=click.IntRange(1), help="With --into: keep only this many backups, the newest.")
@click.option("--sign-only", is_flag=True, help="Only sign a backup whose backup.json was corrected by hand.")
@answers
def backup(out: Path | None, into: Path | None, keep: int | None, sign_only: bool, as_json: bool) -> None:
    """Copy the log, files and keys, in this order, while everything runs; the master key is not included."""
    if (out is None) == (into is None) or (keep and into is None):
        raise misused("Donnez soit --out, soit --into (avec --keep).", "Give either --out, or --into (with --keep).")
    out = out or place_in(cast("Path", into))
    settings = Settings.from_environment()
    if sign_only:
        sign(out, (out / ABOUT).read_bytes(), backup_signer(settings.backup_key))
        show({"signed": str(out)}, as_json=as_json, lines=lambda: iter([str(out / NAME)]))
        return
    with connect(settings) as server:
        server.admit("acquis_backup")
        with copying(server.dsn, BACKUP):
            about = back_up(settings, server, out)
    if into and keep:
        keep_newest(into, keep)
    line = said(
        f"Sauvegardé dans {out} : {about.facts} faits, {about.files} fichiers, les clés sauf la clé maîtresse.",
        f"Backup written to {out}: {about.facts} facts, {about.files} files, the keys, without the master key.",
    )
    key = str(backup_key(settings.backup_key))
    told = said(
        f"Signée par {key} : gardez cette ligne avec la clé maîtresse : une restauration ailleurs la veut (--key).",
        f"Signed by {key}: keep this line with the master key; a restore elsewhere asks for it (--key).",
    )
    show(asdict(about) | {"key": key}, as_json=as_json, lines=lambda: iter([line, told]))


@click.command("restore")
@click.argument("source", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--accept-loss", is_flag=True, help="Accept a backup older than the newest checkpoint; this is recorded."
)
@click.option(
    "--key",
    callback=_verifier_key,
    help="The key that signed it, as `acquis backup` printed it; by default this installation's.",
)
@click.option(
    "--without-erasures", metavar="REASON", help="Restore without the newest register of erasures, for this reason."
)
@answers
def restore(
    source: Path, accept_loss: bool, key: VerifierKey | None, without_erasures: str | None, as_json: bool
) -> None:
    """Restore a backup from FOLDER into empty places; erasures since the backup are repeated before it opens."""
    settings = Settings.from_environment()
    with connect(settings) as server:
        done = brought_back(
            settings, server, source, accept_loss=accept_loss, key=key, without_erasures=without_erasures
        )
    answer = asdict(done.about) | {"logins_missing": done.logins_missing} | _said(done.finished)
    show(answer, as_json=as_json, lines=lambda: _lines(done))


def brought_back(
    settings: Settings,
    server: DatabaseServer,
    source: Path,
    *,
    accept_loss: bool,
    key: VerifierKey | None = None,
    without_erasures: str | None = None,
    moved: bool = False,
) -> Restored:
    """Restore a backup into empty places; raises the errors of `adapters.backup.restore`."""
    vault, again = partial(vault_of, settings, server), partial(_erase_again, settings, server)
    return bring_back(
        settings,
        server,
        source,
        vault,
        again,
        accept_loss=accept_loss,
        key=key,
        without_erasures=without_erasures,
        moved=moved,
    )


@click.command("restore-check")
@click.argument("source", metavar="FOLDER", type=click.Path(path_type=Path))
@answers
def restore_check(source: Path, as_json: bool) -> None:
    """Restore the newest backup of FOLDER into temporary databases, verify it and drop them; exit code 1 if wrong."""
    settings = Settings.from_environment()
    with connect(settings) as server, copying(server.dsn, RESTORE):
        backup = newest_backup(source)
        tried = try_restore(settings, server, backup, partial(brought_back, source=backup, accept_loss=True))
        if not tried.sound:
            raise RestoreCheckFailed(tried)
    show(asdict(tried), as_json=as_json, lines=lambda: iter([_tried(tried)]))


def _tried(tried: Tried) -> str:
    return said(
        f"Sauvegarde {tried.backup} du {tried.made_at} restaurée pour essai : {tried.facts} faits, {tried.files} "
        f"fichiers, {tried.wrong} anomalies.",
        f"Backup {tried.backup} of {tried.made_at} restored to try it: {tried.facts} facts, {tried.files} files, "
        f"{tried.wrong} faults.",
    )


@click.command("recovered")
@click.option("--accept-loss", is_flag=True, help="Accept a state before the newest checkpoint; this is recorded.")
@click.option(
    "--without-erasures", metavar="REASON", help="Restore without the newest register of erasures, for this reason."
)
@answers
def recovered(accept_loss: bool, without_erasures: str | None, as_json: bool) -> None:
    """Prepare a database that PostgreSQL recovered to a point in time: repeat erasures and verify the log."""
    settings = Settings.from_environment()
    accepts = {
        "what": "The databases were recovered to a moment before the newest checkpoint, with --accept-loss. "
        "Les bases ont été ramenées à un instant antérieur au dernier point de contrôle, avec --accept-loss.",
    }
    if without_erasures is None:
        refuse_unknown(settings.checkpoint_folder)
    with connect(settings) as server:
        vault, again = partial(vault_of, settings, server), partial(_erase_again, settings, server)
        done = finish(settings, server, vault, again, accepts if accept_loss else None)
        if without_erasures is not None:
            note_without(server.dsn, without_erasures, "recovered")
    show(_said(done), as_json=as_json, lines=lambda: _finished(done))


def _erase_again(settings: Settings, server: DatabaseServer) -> int:
    with closing(assemble(settings, server)) as acquis:
        return erase_again(acquis)


def _said(done: Finished) -> dict[str, Any]:
    return asdict(done) | {"accepted_loss": str(done.accepted_loss) if done.accepted_loss else None}


def _lines(done: Restored) -> Iterator[str]:
    """Yield what was restored, erased again and lost, and the next steps."""
    about = done.about
    yield said(
        f"Restauré, de la sauvegarde du {about.made_at} : {about.facts} faits, {about.files} fichiers, leurs clés.",
        f"Restored, from the backup of {about.made_at}: {about.facts} facts, {about.files} files, their keys.",
    )
    if done.logins_missing:
        names = ", ".join(done.logins_missing)
        yield said(
            f"Connexions que ce serveur n'a pas : {names}. Faites-les, avec leurs réglages, dans les deux bases : "
            "psql -d BASE -f deploy/roles.sql, puis leurs mots de passe.",
            f"Logins that this server does not have: {names}. Make them, with their settings, in both databases: "
            "psql -d DATABASE -f deploy/roles.sql, then their passwords.",
        )
    yield from _finished(done.finished)


def _finished(done: Finished) -> Iterator[str]:
    """Yield what was verified, erased again and lost, and the next steps."""
    yield said(
        f"Journal relu : {done.facts} faits, feuilles, nœuds et points de contrôle comparés.",
        f"Log read again: {done.facts} facts, with their leaves, nodes and checkpoints.",
    )
    if done.doubts:
        yield said(
            f"{done.doubts} constats mettent le journal en doute : acquis doubt show les nomme.",
            f"{done.doubts} findings put the log in doubt: acquis doubt show names them.",
        )
    yield said(
        f"Effacements du registre refaits : {done.erased_again}.",
        f"Erasures of the register carried out again: {done.erased_again}.",
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
