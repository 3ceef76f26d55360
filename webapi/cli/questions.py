"""`acquis status`, `history`: where does a candidacy stand, and what happened?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

import click

from domain.standing import BlockLine, BlockState, Standing
from projections.decision_history import history as read_history
from projections.reading import Standings
from webapi.cli.output import answers, at_home, language, show

FRENCH = {
    "full": "validation totale",
    "partial": "validation partielle",
    "none": "aucune validation",
    "in_progress": "en cours",
    "granted": "accordé",
    "not_granted": "non accordé",
    "not_decided": "non délibéré",
}


@click.command("status")
@click.argument("candidacy", type=click.UUID)
@click.option("--as-of", "as_of", help="A day (YYYY-MM-DD) or a position.")
@answers
def status(candidacy: UUID, as_of: str | None, as_json: bool) -> None:
    """Show where a CANDIDACY stands, now or as of a day or position; unreleased rulings included."""
    with at_home() as house:
        standing = Standings(house.database).of(candidacy, provisional=True, **_when(as_of))
    show(asdict(standing), as_json=as_json, lines=lambda: _lines(standing))


@click.command("history")
@click.argument("candidacy", type=click.UUID)
@answers
def history(candidacy: UUID, as_json: bool) -> None:
    """Show who did what in a CANDIDACY, when and in which role; personal fields stay sealed."""
    with at_home() as house:
        entries = read_history(house.database, candidacy, provisional=True, limit=100_000)
    answer = {"items": [asdict(entry) for entry in entries]}
    show(
        answer,
        as_json=as_json,
        lines=lambda: (f"{e.position:>8}  {e.on}  {e.role:10}  {e.type}  {e.grounds or ''}" for e in entries),
    )


def _when(as_of: str | None) -> dict[str, Any]:
    if as_of is None:
        return {}
    if as_of.isdigit():
        return {"as_position": int(as_of)}
    try:
        return {"as_of": date.fromisoformat(as_of)}
    except ValueError as error:
        raise click.BadParameter(as_of, param_hint="--as-of") from error


def _word(code: str) -> str:
    return FRENCH[code] if language() == "fr" else code.replace("_", " ")


def _lines(standing: Standing) -> Iterator[str]:
    yield _word(standing.outcome.value) + (f" ({standing.title_on})" if standing.title_on else "")
    for block in standing.blocks:
        yield f"  bloc {block.number}: {_word(block.state.value)}{_missing(block)}"
    for line in standing.competences:
        positions = ", ".join(map(str, line.positions))
        acquired = {True: "+", False: "-", None: " "}[line.acquired]
        yield f"    {line.number:>2} {acquired} {line.state.value:12} {positions}"


def _missing(block: BlockLine) -> str:
    if block.state is BlockState.GRANTED:
        return f" ({block.decided_on})"
    missing = ", ".join(map(str, block.missing_mandatory)) or "-"
    if language() == "fr":
        return f" ; manquent : obligatoires {missing}, et {block.others_needed} autres"
    return f"; missing: mandatory {missing}, and {block.others_needed} others"
