"""`acquis checkpoint-key`: the key that signs checkpoints, and its change (ADR 10)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import click

from adapters.database import connect
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.checkpoint_key import endorsed
from adapters.log.note import VerifierKey
from adapters.settings import Settings
from adapters.verify.terminal import language
from webapi.cli.terminal.output import answers, opened_app, show
from webapi.signing import checkpoint_key as checkpoints
from webapi.wiring import App


@click.group("checkpoint-key")
def checkpoint_key() -> None:
    """Make, show and change the key that signs checkpoints."""


@checkpoint_key.command()
@answers
def create(as_json: bool) -> None:
    """Make the first key: its file, readable by its owner only, and the certifier's endorsement in the log."""
    _make(checkpoints.create, as_json=as_json)


@checkpoint_key.command()
@answers
def rotate(as_json: bool) -> None:
    """Make the next key, endorsed by the present one, which is kept next to it (….retired)."""
    _make(checkpoints.rotate, as_json=as_json)


@checkpoint_key.command("replace-lost")
@answers
def replace_lost(as_json: bool) -> None:
    """Make a key in place of a lost one, endorsed by the certifier; earlier signatures stay valid."""
    _make(checkpoints.replace_lost, as_json=as_json)


@checkpoint_key.command("begin-anew")
@answers
def begin_anew(as_json: bool) -> None:
    """Begin an empty folder of checkpoints when the former one is lost for good; the new folder states this."""
    settings = Settings.from_environment()
    with connect(settings) as server:
        server.admit("acquis_web")
        with closing(server.open("acquis_web", 1)) as database:
            told = checkpoints.begin_anew(settings, database)
    said = (
        f"Recommencé, et dit dans {told} : dites-le aussi à vos auditeurs."
        if language() == "fr"
        else f"Begun anew, and noted in {told}: tell your auditors too."
    )
    show({"file": str(told)}, as_json=as_json, lines=lambda: iter([said]))


@checkpoint_key.command("show")
@answers
def show_keys(as_json: bool) -> None:
    """Print the public keys endorsed in the log, in order; `kept`: those stored with the checkpoints."""
    with opened_app() as acquis:
        keys = [str(key) for key in endorsed(acquis.database)]
        folder = CheckpointFolder(acquis.settings.checkpoint_folder)
        kept = [str(key) for key in folder.keys()]  # noqa: SIM118  (not a dict)
    answer = {"keys": keys, "kept": [key for key in keys if key in kept], "folder": str(folder.keys_path)}
    show(answer, as_json=as_json, lines=lambda: (key if key in kept else f"? {key}" for key in keys))


def _make(ceremony: Callable[[App], VerifierKey], *, as_json: bool) -> None:
    with opened_app() as acquis:
        key = ceremony(acquis)
        path = acquis.settings.checkpoint_key
    said = (
        f"Clé privée dans {path} : gardez-en une copie hors de cette machine."
        if language() == "fr"
        else f"Private key in {path}: keep a copy of it on another machine."
    )
    show({"key": str(key), "file": str(path)}, as_json=as_json, lines=lambda: iter([str(key), said]))
