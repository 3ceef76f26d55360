"""All settings and commands as a page to read: `deploy/docs/reference.md`, which `make reference` writes anew."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from adapters.settings import MIB, PREFIX, Settings
from webapi.cli.main import program

PAGE = Path(__file__).parents[2] / "deploy" / "docs" / "reference.md"
GUNICORN = {
    "ACQUIS_BIND": (
        "Where gunicorn listens: addresses separated by commas, `unix:/path` among them.",
        "`127.0.0.1:8000`",
    ),
    "ACQUIS_WORKERS": ("In how many processes.", "two a processor, eight at most"),
}
"""What `deploy/gunicorn.conf.py` reads, and its default."""
OF_EACH = {"as_json", "help"}
"""Options that every command has."""
HEAD = """\
# Reference: settings and commands

Written by `make reference` from `adapters/settings.py` and from the commands themselves, and held to them by
`tests/test_documentation.py`. `acquis --help` and `acquis COMMAND --help` print the same.

## Settings

Environment variables, read once by each process; an empty one is unset. Each may be given as a file,
`<NAME>_FILE`, which is how secrets reach a service. `acquis doctor` prints them masked and says what is wrong.

| variable | what for | value | default |
|---|---|---|---|"""
BETWEEN = """
`deploy/gunicorn.conf.py` alone reads two more:

| variable | what for | default |
|---|---|---|"""
COMMANDS = """
## Commands

Exit codes: 0 done, 1 refused or found wrong, 2 misuse. Each command takes `--json`, which answers with one JSON
object, and `--help`. The help is in English. Answers, questions, refusals and errors are in French, or in English
under an English locale. Answers go to standard output; questions, refusals and logs to standard error.
"""


def text() -> str:
    """The whole page."""
    told = (line for each in commands() for line in section(*each))
    return "\n".join([HEAD, *settings(), BETWEEN, *gunicorn(), COMMANDS, *told]).replace("\n\n\n", "\n\n") + "\n"


def settings() -> Iterator[str]:
    """A row for each setting."""
    for each in fields(Settings):
        kind = each.metadata["kind"].must
        yield f"| `{PREFIX}{each.name.upper()}` | {each.metadata['about']} | {kind} | {default(each.default)} |"


def default(value: Any) -> str:
    """What holds where a variable is unset, if anything does."""
    match value:
        case None | "" | ():
            return ""
        case bool():
            return str(value).lower()
        case int() if value >= MIB:
            return f"{value} ({value // MIB} MiB)"
        case _:
            return f"`{value}`" if isinstance(value, str | Path) else str(value)


def gunicorn() -> Iterator[str]:
    """A row for each variable of gunicorn's configuration."""
    for name, (what_for, otherwise) in GUNICORN.items():
        yield f"| `{name}` | {what_for} | {otherwise} |"


def commands(group: click.Group = program, *path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command there is, by the words that call it, in the order of the alphabet."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        words = (*path, name)
        yield " ".join(words), command
        if isinstance(command, click.Group):
            yield from commands(command, *words)


def section(words: str, command: click.Command) -> Iterator[str]:
    """One command: how it is called, what it does, its options."""
    context = click.Context(command, info_name=f"acquis {words}")
    yield f"\n{'####' if ' ' in words else '###'} acquis {words}\n"
    if not isinstance(command, click.Group):
        yield f"`acquis {words} {' '.join(command.collect_usage_pieces(context))}`\n"
    yield inspect.cleandoc(command.help or "")
    rows = [row(option, context) for option in command.params if option.name not in OF_EACH]
    if shown := [each for each in rows if each]:
        yield "\n| option | what for |\n|---|---|"
        yield from shown


def row(option: click.Parameter, context: click.Context) -> str:
    """The row of an option; an argument has none, as the command's sentence says what it is."""
    if not isinstance(option, click.Option) or not (record := option.get_help_record(context)):
        return ""
    called, what_for = (part.replace("|", r"\|") for part in record)
    return f"| `{called}` | {what_for} |"


if __name__ == "__main__":
    PAGE.write_text(text(), "utf-8")
