"""`acquis checkpoint-key`: which key signs checkpoints, and how does it change? The ceremony of ADR 10."""

from __future__ import annotations

from collections.abc import Callable

import click

from adapters.log.checkpoint_key import endorsed
from adapters.log.note import VerifierKey
from webapi import checkpoints
from webapi.cli.output import answers, at_home, language, show
from webapi.wiring import House


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
    """Make the next key, vouched for by the present one, which is put aside beside it (….retired)."""
    _make(checkpoints.rotate, as_json=as_json)


@checkpoint_key.command("replace-lost")
@answers
def replace_lost(as_json: bool) -> None:
    """Make a key in place of a lost one, vouched for by the certifier; what was signed before stays valid."""
    _make(checkpoints.replace_lost, as_json=as_json)


@checkpoint_key.command("show")
@answers
def show_keys(as_json: bool) -> None:
    """Print the public keys that the certifier vouched for, the present one last."""
    with at_home() as house:
        keys = [str(key) for key in endorsed(house.database)]
        folder = house.settings.checkpoint_folder / "keys"
    show({"keys": keys, "folder": str(folder)}, as_json=as_json, lines=lambda: iter(keys))


def _make(ceremony: Callable[[House], VerifierKey], *, as_json: bool) -> None:
    with at_home() as house:
        key = ceremony(house)
        path = house.settings.checkpoint_key
    said = (
        f"Clé privée dans {path} : gardez-en une copie hors de cette machine."
        if language() == "fr"
        else f"Private key in {path}: keep a copy of it away from this machine."
    )
    show({"key": str(key), "file": str(path)}, as_json=as_json, lines=lambda: iter([str(key), said]))
