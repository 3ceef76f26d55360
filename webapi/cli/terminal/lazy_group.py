"""A group of commands that imports each command when somebody runs it."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

import click


class OnDemand(click.Group):
    """A group whose commands stand in modules beside it, as `module.name`; each is imported when it is asked for."""

    def __init__(self, *args: Any, where: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._where = where

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Take a command in: it, and what stands below it, is read in a context like this group's."""
        super().add_command(cmd, name)
        _read_alike(cmd, self.context_class)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, in the order of the alphabet."""
        return sorted({*super().list_commands(ctx), *self._where})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, if there is one."""
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


def _read_alike(command: click.Command, context_class: type[click.Context]) -> None:
    command.context_class = context_class
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _read_alike(each, context_class)
