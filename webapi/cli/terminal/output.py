"""Output of the command line: sentences for people, one JSON object with --json; exit codes 0, 1, 2.

Only answers go to standard output: questions, refusals and logs go to standard error.
"""

from __future__ import annotations

import errno
import json
import locale
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn, ParamSpec

import click
import psycopg2
import structlog
from eventsourcing.persistence import OperationalError, PersistenceError
from psycopg2.errors import DiskFull, UndefinedTable

from adapters.database import WEB, capacity
from adapters.files.blobs import StorageUnavailable
from adapters.settings import Settings
from adapters.trouble import Trouble
from adapters.verify.terminal import language
from domain.ports import OPERATOR
from domain.refusal import Refused, Violation
from webapi.cli.terminal.who import Address
from webapi.recorded_by import RECORDED_BY
from webapi.upkeep.startup import acquis
from webapi.wiring import App

P = ParamSpec("P")
YES = frozenset({"o", "oui", "y", "yes"})
"""The answers that agree, in either language; any other answer does not."""
FULL = ("Plus de place sur le disque", "No room is left on the disk")
DENIED = ("Accès refusé", "Access is denied")
ABSENT = ("Ce chemin n'existe pas", "There is no such path")
SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: DENIED,
    errno.EPERM: DENIED,
    errno.EROFS: ("Ce disque est en lecture seule", "This disk is read-only"),
    errno.EIO: ("Le disque n'a pu être lu ou écrit", "The disk could not be read or written"),
    errno.ENOENT: ABSENT,
    errno.ENOTDIR: ABSENT,
}
"""Errors of the operating system that are no fault of the program, in French and English."""


def log_to_stderr() -> None:
    """Log warnings and alarms to standard error: programs read the answer from standard output."""
    structlog.reset_defaults()  # forget any earlier configuration in this process
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,  # standard error may be replaced later
    )


def said(french: str, english: str) -> str:
    """Return a sentence in the reader's language."""
    return french if language() == "fr" else english


def tell(french: str, english: str) -> None:
    """Print a sentence in the reader's language."""
    click.echo(said(french, english))


def misused(french: str, english: str) -> click.UsageError:
    """Return a usage error to raise (exit code 2)."""
    return click.UsageError(said(french, english))


def agreed(french: str, english: str) -> bool:
    """Ask a question; return True only for a clear yes: o, oui, y, yes."""
    choices = said("[o/N]", "[y/N]")
    answer = click.prompt(f"{said(french, english)} {choices}", default="", show_default=False, err=True)
    return str(answer).strip().lower() in YES


def show(answer: dict[str, Any], *, as_json: bool, lines: Callable[[], Iterator[str]]) -> None:
    """Print an answer: its lines for people, the object for programs."""
    if as_json:
        click.echo(json.dumps(answer, default=str))  # ASCII, so that quoted text cannot control the terminal
    else:
        for line in lines():
            click.echo(line)


def answers(command: Callable[P, None]) -> Callable[P, None]:
    """Give a command its `--json` option, and turn refusals and errors into a sentence and exit code 1."""

    @click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
    @wraps(command)
    def answering(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.get("as_json"))
        try:
            command(*args, **_by_id(kwargs))
        except Refused as refusal:
            _refused(refusal, as_json=as_json)
        except (click.Abort, KeyboardInterrupt):
            click.echo(said("\nAbandonné.", "\nAborted."), err=True)
            raise SystemExit(1) from None
        except Trouble as trouble:
            _wrong(type(trouble).__name__, trouble.sentence(language()), as_json=as_json)
        except UndefinedTable:
            sentence = said(
                "Les vues de lecture n'existent pas encore : lancez acquis project.",
                "No read model yet: run acquis project.",
            )
            _wrong("not-yet-visible", sentence, as_json=as_json)
        except (psycopg2.Error, PersistenceError) as error:
            _wrong("unavailable", _database_says(error), as_json=as_json)
        except StorageUnavailable:
            sentence = said("Le stockage des preuves ne répond pas.", "The evidence store does not answer.")
            _wrong("storage-unavailable", sentence, as_json=as_json)
        except OSError as error:
            if error.errno not in SYSTEM:
                raise
            where = f" ({error.filename})" if error.filename else ""
            _wrong("unavailable", f"{said(*SYSTEM[error.errno])}{where}.", as_json=as_json)

    return answering


def _by_id(given: dict[str, Any]) -> Any:
    """Return the arguments, with the id of each person who was named by an address."""
    named = {name: value for name, value in given.items() if isinstance(value, Address)}
    if not named:
        return given
    from webapi.privacy.finding import find_by_address  # noqa: PLC0415  (only who names by an address waits for it)

    with opened_app() as acquis:
        return given | {name: find_by_address(acquis, address, OPERATOR) for name, address in named.items()}


def _database_says(error: psycopg2.Error | PersistenceError) -> str:
    """Return a sentence for the database's error; its first line helps the operator."""
    told = (str(error).strip().splitlines() or [""])[0]
    if isinstance(error, DiskFull) or isinstance(error.__cause__, DiskFull):
        return said("Le disque de la base de données est plein.", "The database's disk is full.")
    if isinstance(error, (psycopg2.OperationalError, OperationalError)):
        return said("La base de données ne répond pas.", "The database does not answer.")
    return said(f"La base de données a refusé : {told}", f"The database refused: {told}")


def _refused(refusal: Refused, *, as_json: bool) -> NoReturn:
    spoken = language()
    title = refusal.sentence(spoken)
    rules = [line for each in refusal.violations for line in _failed(each, spoken)]
    if as_json:
        click.echo(json.dumps({"type": refusal.slug(), "title": title, "violations": rules}, ensure_ascii=False))
    else:
        click.echo(title, err=True)
        for rule in rules:
            click.echo(f"  {rule}", err=True)
    raise SystemExit(1)


def _failed(rule: Violation, spoken: str) -> Iterator[str]:
    """Yield a broken rule, then its missing facts and the commands that record them."""
    yield rule.fr if spoken == "fr" else rule.en
    for each in rule.missing:
        yield " ".join((each.sentence(spoken), *(f"[{how}]" for how in RECORDED_BY.get(each.fact, ()))))


def _wrong(slug: str, sentence: str, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"type": slug, "title": sentence}, ensure_ascii=False))
    else:
        click.echo(sentence, err=True)
    raise SystemExit(1)


@contextmanager
def opened_app(role: str = WEB) -> Iterator[App]:
    """Yield the application that the environment describes, under a role of the database."""
    locale.setlocale(locale.LC_ALL, "C.UTF-8")
    with acquis(Settings.from_environment(), size=capacity.BESIDE, role=role) as opened:
        yield opened
