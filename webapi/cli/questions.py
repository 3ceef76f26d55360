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
from webapi.words import competence_word, day, missing, tell


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
        entries = read_history(house.database, candidacy, limit=100_000)
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


def _lines(standing: Standing) -> Iterator[str]:
    """The standing in the words of the pages."""
    say = tell(language())
    title = f" ({day(standing.title_on, language())})" if standing.title_on else ""
    yield say(f"outcome.{standing.outcome.value}") + title
    for block in standing.blocks:
        name, state = say("block.name", number=block.number), say(f"block.{block.state.value}")
        yield f"  {name} · {state}{_missing(block)}"
    for line in standing.competences:
        positions = ", ".join(map(str, line.positions))
        acquired = {True: "+", False: "-", None: " "}[line.acquired]
        yield f"    {line.number:>2} {acquired} {say(competence_word(line)):15} {positions}"


def _missing(block: BlockLine) -> str:
    if block.state is BlockState.GRANTED:
        return f" ({day(block.decided_on, language())})" if block.decided_on else ""
    if block.missing_mandatory or block.others_needed:
        return f" · {missing(block.missing_mandatory, block.others_needed, language())}"
    return f" · {tell(language())('block.met')}"
