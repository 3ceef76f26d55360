"""`acquis export audit`: bags for an auditor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from adapters.bag.folder import FolderInTheWay
from adapters.bag.scope import Covered
from adapters.log.checkpoint import origin_of
from adapters.log.note import Checkpoint, MalformedNote
from adapters.log.tree import Tree
from adapters.verify.terminal import language
from domain.organisation.facts import ExportScope
from domain.ports import OPERATOR
from webapi.cli.terminal.output import answers, misused, opened_app, said, show
from webapi.explain.audit_export import hand_over
from webapi.intent import Intent

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("export")
def export() -> None:
    """Hand out part of the log, with its proofs."""


@export.command("audit")
@click.option("--candidacy", type=click.UUID, help="The dossier of one candidacy.")
@click.option("--session", type=click.UUID, help="One jury session and its candidates' dossiers.")
@click.option("--from", "first", type=DAY, help="First day of a period (YYYY-MM-DD).")
@click.option("--to", "last", type=DAY, help="Last day of a period (YYYY-MM-DD).")
@click.option(
    "--checkpoint",
    "checkpoints",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A checkpoint that the auditor has; the bag proves it. May be repeated.",
)
@click.option(
    "--unreleased",
    is_flag=True,
    help="Include results that no jury has released: for the log's keeper, not to be passed on.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new or empty folder.")
@answers
def audit(  # noqa: PLR0917  (click gives each option)
    candidacy: UUID | None,
    session: UUID | None,
    first: datetime | None,
    last: datetime | None,
    checkpoints: tuple[Path, ...],
    unreleased: bool,
    out: Path,
    as_json: bool,
) -> None:
    """Write a bag for an auditor (BagIt): the whole log, or a candidacy, session or period.

    The export is recorded first.
    """
    covered = _covered(candidacy, session, first and first.date(), last and last.date())
    covered = replace(covered, unreleased=unreleased)
    try:
        with opened_app() as acquis:
            older = [_size(each, origin_of(Tree(acquis.database))) for each in checkpoints]
            recorded, fact = hand_over(acquis, covered, Intent(actor=OPERATOR), out, older)
    except FolderInTheWay as error:
        raise click.BadParameter(
            said(f"{out} : il y a déjà quelque chose.", f"{out}: something is there already."), param_hint="'--out'"
        ) from error
    answer = {
        "out": str(out),
        "scope": fact.scope.value,
        "facts": fact.facts,
        "size": fact.size,
        "root": fact.root,
        "position": recorded.position,
    }
    show(answer, as_json=as_json, lines=lambda: _lines(answer))


def _size(path: Path, origin: str) -> int:
    """Return the size of the auditor's checkpoint; the verifier checks its signature."""
    try:
        checkpoint = Checkpoint.parse(path.read_bytes())
    except (OSError, MalformedNote) as error:
        raise click.BadParameter(
            said(f"{path} : ce n'est pas un point de contrôle qu'on puisse lire.", f"{path}: {error}"),
            param_hint="'--checkpoint'",
        ) from error
    if checkpoint.origin != origin:
        raise click.BadParameter(
            said(
                f"{path} : point de contrôle d'un autre journal, {checkpoint.origin} et non {origin}.",
                f"{path}: a checkpoint of another log, {checkpoint.origin} and not {origin}.",
            ),
            param_hint="'--checkpoint'",
        )
    return checkpoint.size


def _covered(candidacy: UUID | None, session: UUID | None, first: date | None, last: date | None) -> Covered:
    if sum((candidacy is not None, session is not None, bool(first or last))) > 1:
        raise misused(
            "--candidacy, --session, --from/--to : un seul d'entre eux.",
            "--candidacy, --session, --from/--to: at most one of them.",
        )
    if candidacy is not None:
        return Covered(scope=ExportScope.CANDIDACY, subject=candidacy)
    if session is not None:
        return Covered(scope=ExportScope.SESSION, subject=session)
    if not first and not last:
        return Covered(scope=ExportScope.ALL)
    if not first or not last or first > last:
        raise misused(
            "--from et --to : le premier et le dernier jour d'une période.",
            "--from and --to: the first and the last day of a period.",
        )
    return Covered(scope=ExportScope.PERIOD, first_day=first, last_day=last)


def _lines(answer: dict[str, Any]) -> Iterator[str]:
    facts, size = answer["facts"], answer["size"]
    if language() == "fr":
        yield f"{answer['out']} : {facts} faits, arbre de {size} feuilles, racine {answer['root']}"
        yield f"Vérifiez-le hors ligne : acquis verify {answer['out']}"
    else:
        yield f"{answer['out']}: {facts} facts, tree of {size} leaves, root {answer['root']}"
        yield f"Verify it offline: acquis verify {answer['out']}"
