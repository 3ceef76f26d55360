"""A group of commands that imports each command when somebody runs it."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

import click


class OnDemand(click.Group):
    """A group that imports each of its commands on first use; `where` gives them as `module.name`."""

    def __init__(self, *args: Any, where: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._where = where

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted({*super().list_commands(ctx), *self._where})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, or None."""
        if cmd_name not in self.commands and cmd_name in self._where:
            module, _, name = self._where[cmd_name].partition(".")
            self.add_command(getattr(_imported(f"webapi.cli.{module}"), name), cmd_name)
        return super().get_command(ctx, cmd_name)


def _imported(module: str) -> ModuleType:
    """Import a module without collecting garbage: collecting took a sixth of the time and found little."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.enable()
