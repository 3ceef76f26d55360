"""`acquis status`, `history`, `why`, `whatif`: where does a candidacy stand, what happened, why, and what if?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any, Final
from uuid import UUID

import click

from domain.candidacy import CandidacyOpened
from domain.deliberation import UnknownBlock
from domain.framework import Definition, Framework
from domain.ports import OPERATOR
from domain.refusal import NotFound
from domain.rulebook import Rulebook, Rules
from domain.standing import BlockLine, BlockState, Standing
from domain.what_if import Supposed, what_if
from domain.why import why as explanation
from projections.decision_history import history as read_history
from projections.reading import DossierFact, Standings, When, dossier_facts
from webapi.cli.output import answers, at_home, language, said, show
from webapi.explaining import explained, what_would_be
from webapi.wiring import House
from webapi.words import competence_word, day, missing, tell


class Numbers(click.ParamType[frozenset[int]]):
    """Numbers of competences or blocks, separated by commas."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[int]:
        """Read them; anything else is misuse."""
        words = [word.strip() for word in str(value).split(",")]
        if not all(WHOLE.fullmatch(word) for word in words):
            self.fail(said("Des numéros séparés par des virgules.", "Numbers separated by commas."), param, ctx)
        return frozenset(map(int, words))


NUMBERS: Final = Numbers()
WHOLE: Final = re.compile("[0-9]{1,9}")


@click.command("status")
@click.argument("candidacy", type=click.UUID)
@click.option("--as-of", "as_of", help="A day (YYYY-MM-DD) or a position.")
@answers
def status(candidacy: UUID, as_of: str | None, as_json: bool) -> None:
    """Show where a CANDIDACY stands, now or as of a day or position; unreleased rulings included."""
    with at_home() as house:
        folded = Standings(house.database).fold(candidacy, When(**_when(as_of)))
    standing = folded.standing(provisional=True)
    show(asdict(standing), as_json=as_json, lines=lambda: _lines(standing, folded.framework))


@click.command("why")
@click.argument("candidacy", type=click.UUID)
@click.option("--block", type=int, help="One block only, by the certification's own number.")
@click.option("--as-of", "as_of", help="A day (YYYY-MM-DD) or a position.")
@answers
def why(candidacy: UUID, block: int | None, as_of: str | None, as_json: bool) -> None:
    """Explain why a CANDIDACY stands where it stands, and what is missing; unreleased rulings included."""
    with at_home() as house:
        framework, rules, facts = _dossier(house, candidacy, as_of)
    answer = explanation(framework, rules, facts)
    if block not in {None, *framework.by_number}:
        raise UnknownBlock(block)
    told = asdict(answer)
    told["blocks"] = [each for each in told["blocks"] if block in {None, each["number"]}]
    show(told, as_json=as_json, lines=lambda: explained(answer, language(), block))


@click.command("whatif")
@click.argument("candidacy", type=click.UUID)
@click.option("--acquired", type=NUMBERS, multiple=True, help="Competences that a jury would rule acquired: 7,9.")
@click.option("--not-acquired", type=NUMBERS, multiple=True, help="Competences that it would rule not acquired.")
@click.option("--granted", type=NUMBERS, multiple=True, help="Blocks that it would grant.")
@click.option("--as-of", "as_of", help="A day (YYYY-MM-DD) or a position.")
@answers
def whatif(candidacy: UUID, as_of: str | None, as_json: bool, **numbers: tuple[frozenset[int], ...]) -> None:
    """Show where a CANDIDACY would stand if a jury said so; nothing is recorded, unreleased rulings included."""
    supposed = Supposed(**{name: frozenset[int]().union(*several) for name, several in numbers.items()})
    with at_home() as house:
        framework, rules, facts = _dossier(house, candidacy, as_of)
    answer = what_if(framework, rules, facts, supposed)
    show(asdict(answer), as_json=as_json, lines=lambda: what_would_be(answer, language()))


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


def _dossier(house: House, candidacy: UUID, as_of: str | None) -> tuple[Definition, Rules, list[DossierFact]]:
    """What a candidacy is under, and its facts; raises NotFound when it was not opened then."""
    facts = dossier_facts(house.database, candidacy, **_when(as_of))
    opened = next((told.fact for told in facts if isinstance(told.fact, CandidacyOpened)), None)
    if opened is None:
        raise NotFound(candidacy)
    with house.store.attempt(house.request_of(OPERATOR), frozenset()) as log:
        return log.load(Framework, opened.framework).content, log.load(Rulebook, opened.rulebook).content, facts


def _when(as_of: str | None) -> dict[str, Any]:
    if as_of is None:
        return {}
    if as_of.isdigit():
        return {"as_position": int(as_of)}
    try:
        return {"as_of": date.fromisoformat(as_of)}
    except ValueError as error:
        raise click.BadParameter(as_of, param_hint="--as-of") from error


def _lines(standing: Standing, framework: Definition) -> Iterator[str]:
    """The standing in the words of the pages."""
    say = tell(language())
    title = f" ({day(standing.title_on, language())})" if standing.title_on else ""
    yield say(f"outcome.{standing.outcome.value}") + title
    for block in standing.blocks:
        name, state = say("block.name", number=block.number), say(f"block.{block.state.value}")
        yield f"  {name} · {state}{_missing(block, framework)}"
    for line in standing.competences:
        positions = ", ".join(map(str, line.positions))
        acquired = {True: "+", False: "-", None: " "}[line.acquired]
        yield f"    {line.number:>2} {acquired} {say(competence_word(line)):15} {positions}"


def _missing(block: BlockLine, framework: Definition) -> str:
    if block.state is BlockState.GRANTED:
        return f" ({day(block.decided_on, language())})" if block.decided_on else ""
    if block.missing_mandatory or block.others_needed:
        free = not framework.by_number[block.number].rule.tree
        return f" · {missing(block.missing_mandatory, block.others_needed, language(), free=free)}"
    return f" · {tell(language())('block.met')}"
