"""How is the help of a command said? In English by click, from what stands beside the code; in French from here.

The sentences stand in `help_in_french`, which is read when a help is shown and not before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import click

from adapters.verify.terminal import language

METAVARS: Final = {
    "ANSWER": "RÉPONSE",
    "ARGS": "ARGUMENTS",
    "ADDRESS": "ADRESSE",
    "ASSESSOR": "ÉVALUATEUR",
    "CANDIDACY": "CANDIDATURE",
    "COMMAND": "COMMANDE",
    "DAY, POSITION OR INSTANT": "JOUR, POSITION OU INSTANT",
    "FILE": "FICHIER",
    "FOLDER": "DOSSIER",
    "HOLD": "CONSERVATION",
    "INTEGER": "ENTIER",
    "INTEGER RANGE": "ENTIER",
    "LEGAL_NAME": "RAISON_SOCIALE",
    "NAME": "NOM",
    "NUMBER": "NUMÉRO",
    "NUMBERS": "NUMÉROS",
    "PATH": "CHEMIN",
    "PERSON": "PERSONNE",
    "PROVIDER": "FOURNISSEUR",
    "RULE_SET": "TEXTE_DE_LOI",
    "REASON": "MOTIF",
    "SCOPE": "PORTÉE",
    "SEX": "SEXE",
    "SUBJECTS": "SUJETS",
    "SUBSCRIPTION": "ABONNEMENT",
    "TEXT": "TEXTE",
    "WHO": "QUI",
    "[%Y-%m-%d]": "AAAA-MM-JJ",
}
"""What stands in capitals for a value, where French calls it otherwise."""
LET_GO: Final = str.maketrans("\u00a0\u2011", " -")
"""What held a line together while it was laid out, and what a terminal is given for it."""


class InItsReadersLanguage(click.Context):
    """What a command is read in: it says its help in French, or in English under an English locale."""

    def get_help(self) -> str:
        """The help of this command, as it is shown."""
        return super().get_help() if language() == "en" else _help_in_french(self)


def metavar_in_french(english: str) -> str:
    """What stands for a value, or for several."""
    return METAVARS.get(english) or re.sub(r"\w+", lambda each: METAVARS.get(each[0], each[0]), english)


def usage_in_french(ctx: click.Context) -> str:
    """How the command is called: one line, or as many as it takes."""
    formatter = ctx.make_formatter()
    pieces = map(metavar_in_french, ctx.command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, " ".join(pieces), "Usage : ")
    return formatter.getvalue()


def _path(ctx: click.Context) -> str:
    """The words that call the command, after the program's own name."""
    return f"{_path(ctx.parent)} {ctx.info_name}".strip() if ctx.parent else ""


def _help_in_french(ctx: click.Context) -> str:
    from webapi.cli.terminal.help_in_french import DOES  # noqa: PLC0415  (only who asks for help waits for it)

    path, formatter = _path(ctx), ctx.make_formatter()
    formatter.write(usage_in_french(ctx))
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(_held(DOES[path]))
    with formatter.section("Options "):
        formatter.write_dl([(of, _held(text)) for of, text in _options(ctx, path)])
    if isinstance(ctx.command, click.Group):
        names = ctx.command.list_commands(ctx)
        room = formatter.width - 6 - max(map(len, names))
        told = (click.Command(name, help=DOES[f"{path} {name}".strip()]) for name in names)
        with formatter.section("Commandes "):
            formatter.write_dl([(each.name or "", each.get_short_help_str(room)) for each in told])
    return formatter.getvalue().translate(LET_GO).rstrip("\n")


def _held(french: str) -> str:
    """What no line is to break: a word of several, and what goes before high punctuation."""
    from webapi.language import unbroken  # noqa: PLC0415  (only help needs the pages' words)

    return re.sub(r"(?<=\w)-(?=\w)", "\u2011", unbroken(french))


def _options(ctx: click.Context, path: str) -> Iterator[tuple[str, str]]:
    """Each option with its value, and what it is for."""
    from webapi.cli.terminal.help_in_french import purpose  # noqa: PLC0415  (the same)

    for option in ctx.command.get_params(ctx):
        if isinstance(option, click.Option) and (shown := option.get_help_record(ctx)):
            metavar = option.make_metavar(ctx)
            called = shown[0].removesuffix(metavar)
            value = metavar_in_french(metavar) if called != shown[0] else ""
            more = " ; ".join(_more(option, ctx))
            text = purpose(path, option.opts[0]) if option.help else ""
            yield called + value, f"{text}  [{more}]".strip() if more else text


def _more(option: click.Option, ctx: click.Context) -> Iterator[str]:
    """What is to be known of an option besides."""
    extra = option.get_help_extra(ctx)
    if "default" in extra:
        yield f"par défaut : {extra['default']}"
    if "range" in extra:
        yield extra["range"]
    if "required" in extra:
        yield "obligatoire"
