"""What is said of a command that was given wrong? Click says it in English; here are the same sentences in French."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

import click
from click.exceptions import NoArgsIsHelpError

from adapters.verify.terminal import language
from webapi.cli.terminal.help import InItsReadersLanguage, metavar_in_french, usage_in_french
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
"""Each sentence of click's that our commands can come to, and how we say it; each part of it is looked up as well."""


def in_french(english: str) -> str:
    """What click says, in French; what is ours already stays as it is."""
    for theirs, ours in FRENCH:
        if found := re.fullmatch(theirs, english, re.DOTALL):
            return re.sub(r"\\(\d)", lambda number: in_french(found[int(number[1])]), ours)
    return english


class Misused(click.UsageError):
    """A misuse as it is said in French."""

    def __init__(self, misuse: click.UsageError) -> None:
        french = in_french(misuse.format_message())
        if isinstance(misuse, click.BadParameter) and misuse.param is not None:
            called = misuse.param.get_error_hint(misuse.ctx)
            french = french.replace(called, metavar_in_french(called), 1)
        super().__init__(french, misuse.ctx)

    def show(self, file: IO[Any] | None = None) -> None:
        """Say how the command is used, where one reads more, and what was wrong."""
        if self.ctx is not None:
            click.echo(usage_in_french(self.ctx).rstrip(), file, err=True)
            click.echo(f"Pour en savoir plus : {self.ctx.command_path} --help\n", file, err=True)
        click.echo(f"Erreur : {self.message}", file, err=True)


@contextmanager
def _in_one_language() -> Iterator[None]:
    try:
        yield
    except NoArgsIsHelpError:  # the help itself
        raise
    except click.UsageError as misuse:
        raise misuse if language() == "en" else Misused(misuse) from None


class InOneLanguage(OnDemand):
    """The group at the top: whatever is misused below it, and every help, is said in the reader's language."""

    context_class = InItsReadersLanguage

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read what stands before the command's name."""
        with _in_one_language():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Find the command, read what stands after its name, and run it."""
        with _in_one_language():
            return super().invoke(ctx)
