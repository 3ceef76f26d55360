"""`acquis rebuild`, `check-log`: comparison of the read models with the log, and of the log with its signatures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

import click

from adapters.database import capacity, connect
from adapters.database.pool import Database
from adapters.log.check import Verdict, check
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from adapters.verify.terminal import language
from projections.engine.compare import TableComparison, ahead_in_words, compare
from projections.engine.rebuild import rebuild as make_anew
from projections.tables import UnknownProjection, digest
from webapi.cli.terminal.output import answers, misused, said, show


@click.command("rebuild")
@click.argument("name", required=False)
@click.option(
    "--check", "checks", is_flag=True, help="Only report rows that differ from the log; exit code 1 if there are any."
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    help="Number of processes, each with a processor and a connection; 1 by default and with --check.",
)
@answers
def rebuild(name: str | None, checks: bool, processes: int, as_json: bool) -> None:
    """Rebuild the read models (or the one called NAME) next to the live ones, and then replace these.

    Reports for each how many rows differed from the log.
    """
    names = [name] if name else None
    if checks and processes > 1:
        raise misused("--check compare en un seul processus.", "--check compares in one process.")
    with connect(Settings.from_environment()) as server:
        server.admit("acquis_projector")
        database = Database(server.dsn, role="acquis_projector", size=4)
        try:
            if checks:
                _show_compared(compare(database, names=names), as_json=as_json)
                return
            _admit(database, processes)
            made = make_anew(database, names=names, processes=processes)
            digests = digest(database, names)
        except UnknownProjection as error:
            raise click.BadParameter(
                said(f"{error} : cette vue de lecture n'existe pas.", f"{error}: there is no such read model."),
                param_hint="'NAME'",
            ) from error
        finally:
            database.close()
    answer = {"position": made.position, "digests": digests, "changed": made.changed}

    def lines() -> Iterator[str]:
        yield from (f"{of}  {sha}" for of, sha in digests.items())
        yield from (
            said(
                f"{of} : {rows} lignes disaient autre chose que le journal. Alarme : cherchez ce qui les a changées.",
                f"{of}: {rows} rows said something else than the log. Alarm: find out what changed them.",
            )
            for of, rows in made.changed.items()
        )

    show(answer, as_json=as_json, lines=lines)


def _admit(database: Database, processes: int) -> None:
    """Raise a usage error if the login may not open enough connections: one is open, two more are needed."""
    left = capacity.left(database) if processes > 1 else None
    if left is not None and processes + 2 > left:
        most = max(1, left - 2)
        raise misused(
            f"Le compte de base de données ne peut ouvrir que {left} connexions de plus : demandez au plus "
            f"--processes {most}, ou relevez la limite du compte (`alter role … connection limit`).",
            f"The database login may open only {left} connections more: ask for --processes {most} at most, or raise "
            "the login's limit (`alter role … connection limit`).",
        )


def _show_compared(found: TableComparison, *, as_json: bool) -> None:
    answer = asdict(found) | {"sound": found.sound}
    show(answer, as_json=as_json, lines=lambda: _compared(found))
    if not found.sound:
        raise SystemExit(1)


def _compared(found: TableComparison) -> Iterator[str]:
    if found.sound:
        yield said(
            f"Les vues de lecture disent ce que dit le journal (position {found.position}).",
            f"The read models say what the log says (position {found.position}).",
        )
    yield from (said(*ahead_in_words(name, position)) for name, position in found.ahead.items())
    yield from (
        said(f"{table} : {rows} lignes diffèrent du journal.", f"{table}: {rows} rows differ from the log.")
        for table, rows in found.differ.items()
    )
    for row in found.rows:
        nothing = said("rien", "nothing")
        shown, told = (
            json.dumps(each, ensure_ascii=False) if each else nothing for each in (row.shown, row.log_says)
        )
        key = json.dumps(row.key, ensure_ascii=False)
        yield said(
            f"{row.table} {key} : affiché {shown}, selon le journal {told}",
            f"{row.table} {key}: shown {shown}, by the log {told}",
        )


@click.command("check-log")
@answers
def check_log(as_json: bool) -> None:
    """Hash every fact again, compare leaves, nodes and checkpoints, and apply the rules again; report differences.

    Exit code 1 if anything differs.
    """
    settings = Settings.from_environment()
    with connect(settings) as server:
        server.admit("acquis_projector")
        database = Database(server.dsn, role="acquis_projector", size=2)
        try:
            LogRecorder(database).seal()
            found = check(database, CheckpointFolder(settings.checkpoint_folder))
        finally:
            database.close()
    answer = {
        "facts": found.facts,
        "verified": found.sound,
        "found": [{"what": each.slug, "place": each.place} for each in found.findings],
        "accepted": [{"what": each.slug, "place": each.place} for each in found.accepted],
        "unreadable": found.unreadable,
        "unjudged": found.unjudged,
        "earlier_rules": found.earlier_rules,
        "unlawful": [{"position": each.position, "rule": each.rule} for each in found.unlawful],
    }
    show(answer, as_json=as_json, lines=lambda: _checked(found))
    if not found.sound:
        raise SystemExit(1)


def _checked(found: Verdict) -> Iterator[str]:
    if found.earlier_rules:
        yield said(
            f"Jusqu'à la position {found.earlier_rules}, une version antérieure a consigné les faits : leurs "
            "empreintes sont recalculées, les règles d'alors ne sont pas rejouées.",
            f"Up to position {found.earlier_rules} an earlier version recorded the facts: they are hashed anew, and "
            "the rules of that version are not run again.",
        )
    yield from (
        said(f"Accepté : {each.sentence('fr')}", f"Accepted: {each.sentence('en')}") for each in found.accepted
    )
    if found.sound:
        yield said(
            f"{found.facts} faits vérifiés : feuilles, nœuds et points de contrôle en découlent, et chaque décision "
            "suit les règles.",
            f"{found.facts} facts verified: leaves, nodes and checkpoints follow from them, and each decision "
            "follows the rules.",
        )
        return
    yield said(f"Des {found.facts} faits, tout ne concorde pas :", f"Of {found.facts} facts not all agree:")
    yield from (each.sentence(language()) for each in found.findings)
    yield from (said(f"Fait illisible ({at})", f"A fact cannot be read ({at})") for at in found.unreadable)
    yield from (
        said(
            f"{at} : non jugé, faute de connaître le fuseau horaire dont dépend la règle ; installez tzdata.",
            f"{at}: not judged, as the time zone that the rule depends on is not known here; install tzdata.",
        )
        for at in found.unjudged
    )
    yield from (
        said(f"{each.position} : contraire à {each.rule}", f"{each.position}: against {each.rule}")
        for each in found.unlawful
    )
