"""French usage errors: Click's sentences, translated. The help of a command is in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

import click
from click.exceptions import NoArgsIsHelpError

from adapters.verify.terminal import language
from webapi.cli.terminal.lazy_group import OnDemand

FRENCH: Final = (
    (r"No such command (.+?)\.(.*)", r"La commande \1 n'existe pas.\2"),
    (r"No such option (.+?)\.(.*)", r"L'option \1 n'existe pas.\2"),
    (r"Missing command\.", r"Il manque une commande."),
    (r"Missing argument (.+?)\.(.*)", r"Il manque l'argument \1.\2"),
    (r"Missing option (.+?)\.(.*)", r"Il manque l'option \1.\2"),
    (r"Option (.+) requires an argument\.", r"L'option \1 demande une valeur."),
    (r"Option (.+) does not take a value\.", r"L'option \1 ne prend pas de valeur."),
    (r"Got unexpected extra arguments? \((.+)\)", r"En trop : \1"),
    (r"Invalid value for (.+?): (.+)", r"Valeur incorrecte pour \1 : \2"),
    (r"Invalid value: (.+)", r"Valeur incorrecte : \1"),
    (r" Did you mean (.+)\?", r" Vouliez-vous dire \1 ?"),
    (r" \(Did you mean one of: (.+)\?\)", r" Vouliez-vous dire l'une de celles-ci : \1 ?"),
    (r" Choose from:(.+)", r" Au choix :\1"),
    (r"(.+) is not a valid UUID\.", r"\1 n'est pas un identifiant (UUID)."),
    (r"(.+) is not a valid integer(?: range)?\.", r"\1 n'est pas un nombre entier."),
    (r"(.+) is not in the range (.+)\.", r"\1 n'est pas dans les bornes : \2."),
    (r"(.+) is not one of (.+)\.", r"\1 n'est pas l'un de : \2."),
    (r"(.+) does not match the format '%Y-%m-%d'\.", r"\1 n'est pas un jour (AAAA-MM-JJ)."),
    (r"File (.+) is a directory\.", r"\1 est un dossier."),
)
"""Click's sentences that our commands can raise, with their French; their parts are translated too."""


def in_french(english: str) -> str:
    """Return Click's sentence in French; any other sentence unchanged."""
    for theirs, ours in FRENCH:
        if found := re.fullmatch(theirs, english, re.DOTALL):
            return re.sub(r"\\(\d)", lambda number: in_french(found[int(number[1])]), ours)
    return english


class Misused(click.UsageError):
    """A usage error whose message is in French."""

    def __init__(self, misuse: click.UsageError) -> None:
        super().__init__(in_french(misuse.format_message()), misuse.ctx)

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the command's usage, where to read more, and the error."""
        if self.ctx is not None:
            click.echo(_usage(self.ctx), file, err=True)
            click.echo(f"Pour en savoir plus : {self.ctx.command_path} --help\n", file, err=True)
        click.echo(f"Erreur : {self.message}", file, err=True)


def _usage(ctx: click.Context) -> str:
    formatter = ctx.make_formatter()
    formatter.write_usage(ctx.command_path, " ".join(ctx.command.collect_usage_pieces(ctx)), "Usage : ")
    return formatter.getvalue().rstrip()


@contextmanager
def _in_one_language() -> Iterator[None]:
    try:
        yield
    except NoArgsIsHelpError:  # the help itself
        raise
    except click.UsageError as misuse:
        raise misuse if language() == "en" else Misused(misuse) from None


class InOneLanguage(OnDemand):
    """The top group, whose usage errors are in the reader's language."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse the options before the command's name."""
        with _in_one_language():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Find the command, parse its arguments and run it."""
        with _in_one_language():
            return super().invoke(ctx)
