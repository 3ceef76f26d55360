"""`acquis status`, `history`, `why`: standing, facts and explanation of a candidacy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import click

from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.candidacy.facts import CandidacyOpened
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.jury.granting import UnknownBlock
from domain.ports import OPERATOR
from domain.refusal import NotFound
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules
from domain.standing.effective_date import counted_on
from domain.standing.effective_date import true_on as so_on
from domain.standing.law_cited import LawOverTime
from domain.standing.standing import BlockLine, BlockState, Standing, standing
from domain.standing.why import why as explanation
from projections.reading import NOW, DossierFact, When, dossier_facts
from projections.standing.decision_history import history as read_history
from projections.told import sealed_facts
from webapi.cli.terminal.in_words import in_words
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.explain.explanation import BLOCKS, OUTCOMES, explained, how_far
from webapi.language import missing
from webapi.wiring import App
from webapi.words import phrase
from webapi.words.catalogue import Words

T = TypeVar("T")


def once(default: T) -> Callable[[click.Context, click.Parameter, tuple[T, ...]], T]:
    """Return a Click callback that refuses a repeated option, so that no value is silently ignored."""

    def callback(_context: click.Context, option: click.Parameter, given: tuple[T, ...]) -> T:
        if len(given) > 1:
            raise click.BadParameter(
                said("Cette option se donne une fois.", "This option is given once."), param=option
            )
        return given[0] if given else default

    return callback


POSITION: Final = re.compile("[0-9]{1,18}")
DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Then(click.ParamType[When]):
    """The time to read at: what was known by then."""

    name = "day, position or instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> When:
        """Return the time; anything else is a usage error."""
        found = value if isinstance(value, When) else _then(value)
        if found is None:
            self.fail(
                said(
                    "Un jour (AAAA-MM-JJ), une position ou un instant avec son fuseau.",
                    "A day (YYYY-MM-DD), a position, or an instant with its time zone.",
                ),
                param,
                ctx,
            )
        return found


def _then(value: str) -> When | None:
    """Return the time as written; None for anything that is not a day, position or instant."""
    try:
        if POSITION.fullmatch(value):
            return When(as_position=int(value))
        if DAY.fullmatch(value):
            return When(as_of=date.fromisoformat(value))
        instant = datetime.fromisoformat(value)
        return None if instant.tzinfo is None else When(as_recorded=instant.astimezone(UTC))
    except (ValueError, OverflowError):
        return None


as_of_when = click.option(
    "--as-of",
    "as_of",
    type=Then(),
    multiple=True,
    callback=once(NOW),
    help="The state known at a day (YYYY-MM-DD), a position, or an instant of recording with its time zone.",
)
on_which_day = click.option(
    "--true-on",
    "true_on",
    type=click.DateTime(["%Y-%m-%d"]),
    multiple=True,
    callback=once(None),
    help="The state on this day by the facts' own dates, whenever they were recorded.",
)


@click.command("status")
@click.argument("candidacy", type=click.UUID)
@as_of_when
@on_which_day
@answers
def status(candidacy: UUID, as_of: When, true_on: datetime | None, as_json: bool) -> None:
    """Show the standing of a CANDIDACY, now, as known at a time, or on a day; unreleased rulings included."""
    with opened_app() as acquis:
        framework, rules, facts = dossier(acquis, candidacy, as_of, true_on)
    found = standing(framework, rules, facts)
    show(asdict(found), as_json=as_json, lines=lambda: _lines(found, framework))


@click.command("why")
@click.argument("candidacy", type=click.UUID)
@click.option("--block", type=int, help="One block only, by the certification's own number.")
@as_of_when
@on_which_day
@answers
def why(candidacy: UUID, block: int | None, as_of: When, true_on: datetime | None, as_json: bool) -> None:
    """Explain the standing of a CANDIDACY, and what is missing; unreleased rulings included."""
    with opened_app() as acquis:
        framework, rules, facts = dossier(acquis, candidacy, as_of, true_on)
        law = published_law(acquis, as_of)
    answer = explanation(framework, rules, facts, law=law)
    if block not in {None, *framework.by_number}:
        raise UnknownBlock(block)
    told = asdict(answer)
    told["blocks"] = [each for each in told["blocks"] if block in {None, each["number"]}]
    show(told, as_json=as_json, lines=lambda: explained(answer, in_words(), block))


@click.command("history")
@click.argument("candidacy", type=click.UUID)
@as_of_when
@on_which_day
@answers
def history(candidacy: UUID, as_of: When, true_on: datetime | None, as_json: bool) -> None:
    """Show the facts of a CANDIDACY: who, when, in which role; personal fields stay sealed."""
    with opened_app() as acquis:
        entries = read_history(acquis.database, candidacy)
        if as_of != NOW or true_on:
            facts = dossier_facts(acquis.database, candidacy, when=as_of)
            known = so_on(true_on.date(), facts) if true_on else facts
            positions = {told.stamp.position for told in known}
            entries = [entry for entry in entries if entry.position in positions]
    answer = {"items": [asdict(entry) for entry in entries]}
    show(
        answer,
        as_json=as_json,
        lines=lambda: (f"{e.position:>8}  {e.on}  {e.role:10}  {e.type}  {e.grounds or ''}" for e in entries),
    )


MET: Final = phrase("La règle du bloc est satisfaite : il reste au jury à l'accorder.")


def published_law(acquis: App, as_of: When) -> LawOverTime:
    """Return the law as published at each position, from the facts known then."""
    return LawOverTime.of(each for each in sealed_facts(acquis.database, [Law.the()]) if as_of.knew(each.stamp))


def dossier(
    acquis: App, candidacy: UUID, as_of: When, true_on: datetime | None
) -> tuple[Definition, Rules, Sequence[DossierFact]]:
    """Return framework, rulebook and facts of a candidacy; raises NotFound when it was not opened then."""
    facts = dossier_facts(acquis.database, candidacy, when=as_of)
    if true_on:
        facts = counted_on(true_on.date(), facts)
    opened = next((told.fact for told in facts if isinstance(told.fact, CandidacyOpened)), None)
    if opened is None:
        raise NotFound(candidacy)
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as log:
        return log.load(Framework, opened.framework).content, log.load(Rulebook, opened.rulebook).content, facts


def _lines(found: Standing, framework: Definition) -> Iterator[str]:
    """Yield the standing in the pages' words."""
    say = in_words()
    title = f" ({day(found.title_on, language())})" if found.title_on else ""
    yield say(OUTCOMES[found.outcome]) + title
    if option := framework.option(found.title_option):
        yield f"  {say('Option du titre : {option}.', option=option.title)}"
    if option := framework.option(found.option):
        yield f"  {say('Option choisie : {option}.', option=option.title)}"
    for block in found.blocks:
        name, state = say("Bloc {number}", number=block.number), say(BLOCKS[block.state])
        yield f"  {name} · {state}{_missing(block, framework, say)}"
    unsought = {block.number for block in found.blocks if block.state is BlockState.NOT_SOUGHT}
    for line in found.competences:
        if line.block in unsought:
            continue
        positions = ", ".join(map(str, line.positions))
        acquired = {True: "+", False: "-", None: " "}[line.acquired]
        yield f"    {line.number:>2} {acquired} {how_far(line, say):15} {positions}"


def _missing(block: BlockLine, framework: Definition, say: Words) -> str:
    if block.state is BlockState.NOT_SOUGHT:
        return ""
    if block.state is BlockState.GRANTED:
        return f" ({day(block.decided_on, language())})" if block.decided_on else ""
    if block.missing_mandatory or block.others_needed:
        free = not framework.by_number[block.number].rule.tree
        return f" · {missing(block.missing_mandatory, block.others_needed, language(), free=free)}"
    return f" · {say(MET)}"
