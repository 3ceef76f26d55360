"""`acquis master-key`: the key that wraps the keys of personal data, and its replacement (ADR 12)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from adapters.database import DatabaseServer, connect
from adapters.database.pool import Database
from adapters.disk import flush_folder
from adapters.keys.master_key import MasterKey, kept, own_file
from adapters.keys.rotation import rotate as wrap_anew
from adapters.settings import Settings
from adapters.trouble import Trouble
from adapters.verify.terminal import language
from webapi.cli.terminal.output import answers, misused, said, show

EXPECTED = "select id, since, (select count(*) from vault.key) from vault.master"


@click.group("master-key")
def master_key() -> None:
    """Show and replace the key that wraps the keys of personal data; the key itself is never printed."""


@master_key.command("show")
@answers
def show_id(as_json: bool) -> None:
    """Print the ids of the given master key and of the one that the keys database expects.

    Exit code 1 if they differ.
    """
    settings = Settings.from_environment()
    with connect(settings) as server:
        answer = _expected(server)
    given = MasterKey.given(settings)
    answer |= {"given": given.id.hex() if given else None}
    wrong = answer["expected"] is not None and answer["given"] != answer["expected"]

    def lines() -> Iterator[str]:
        none, count = said("aucune", "none"), answer["keys"]
        ours, expected = answer["given"] or none, answer["expected"] or none
        yield said(f"donnée : {ours}", f"given: {ours}")
        yield said(f"attendue : {expected}", f"expected: {expected}")
        yield said(f"clés : {count}", f"keys: {count}")

    show(answer, as_json=as_json, lines=lines)
    if wrong:
        raise SystemExit(1)


@master_key.command()
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File of the new master key, made if missing; required if a setting gives the present key.",
)
@answers
def rotate(to: Path | None, as_json: bool) -> None:
    """Wrap all keys with a new master key, in one transaction, with the login that migrates.

    If interrupted, run it again. Then restart the web processes: until then they refuse requests, and lose nothing.
    The old key still opens earlier backups: keep it separately, as long as they exist.
    """
    settings = Settings.from_environment()
    if settings.master_key and to is None:
        raise misused(
            "--to FICHIER : la clé maîtresse présente est donnée par un réglage, la nouvelle le sera aussi.",
            "--to FILE: the present master key is given by a setting, and so will the new one be.",
        )
    own = own_file(settings)
    target = to or own.with_suffix(".next")
    there = target.exists()
    with connect(settings) as server, closing(Database(server.keys_dsn, role="acquis_owner", size=1)) as keys:
        old, new = MasterKey.of(settings, server), MasterKey.written(kept(target))
        try:
            rewrapped = wrap_anew(keys, old, new)
        except Trouble:  # nothing was wrapped with it
            if not there:
                target.unlink()
            raise
    if to is None and old.id != new.id:
        _put_in_place(own, target, old)
    _say(rewrapped, new, to, as_json=as_json)


def _put_in_place(own: Path, target: Path, old: MasterKey) -> None:
    """Put the new key in the old one's place; the old one stays next to it under its id."""
    aside = own.with_name(f"master-{old.id.hex()}.key")
    if not aside.exists():
        os.link(own, aside)
    target.replace(own)
    flush_folder(own.parent)


def _say(rewrapped: int | None, new: MasterKey, to: Path | None, *, as_json: bool) -> None:
    def lines() -> Iterator[str]:
        french = language() == "fr"
        if rewrapped is None:
            yield "Rien à envelopper de nouveau." if french else "Nothing to wrap anew."
        else:
            yield f"{rewrapped} clés enveloppées de nouveau." if french else f"{rewrapped} keys wrapped anew."
        if to is not None:
            yield f"ACQUIS_MASTER_KEY_FILE={to}"
        yield "Redémarrez les serveurs web." if french else "Start the web processes anew."

    show({"master_key": new.id.hex(), "rewrapped": rewrapped}, as_json=as_json, lines=lines)


def _expected(server: DatabaseServer) -> dict[str, Any]:
    with (
        closing(Database(server.keys_dsn, role="acquis_web", size=1)) as keys,
        keys.connection() as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(EXPECTED)
        rows = cursor.fetchall()
    if not rows:
        return {"expected": None, "since": None, "keys": 0}
    ((master, since, count),) = rows
    return {"expected": bytes(master).hex(), "since": since, "keys": count}
