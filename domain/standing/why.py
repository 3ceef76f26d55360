"""Explanation of a candidacy's standing, and of its gaps, as data; each line cites its facts.

For each block and for the title: whether its rule is met, by which branch, what is missing (the smallest sets), and
from which facts, by their positions, each acquired competence and each grant comes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.candidacy.facts import BlockSatisfied, EvidenceSubmitted
from domain.evidence.facts import EvidenceRedirected
from domain.fact import RecordedFact
from domain.framework.block_rule import NO_MARKS, Gap, Rule
from domain.framework.definition import Block, Definition
from domain.framework.weighted_mean import Mean
from domain.ports import SessionId
from domain.rulebook.rules import Rules
from domain.standing.law_cited import Cited, LawOverTime, cited
from domain.standing.standing import BlockState, CompetenceState, Fold, Outcome, fold, worth

_ASKS_NOTHING: Final = frozenset({BlockState.GRANTED, BlockState.NOT_SOUGHT})
SUPPOSED: Final = "supposed"
"""The role of hypothetical facts (`domain.standing.what_if`)."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A fact cited by an explanation line: its position in the log, its name, the day it was recorded.

    A `supposed` (hypothetical) fact has a position beyond every log, and no day. `evidence` is the piece that it is
    about, if any.
    """

    position: int
    fact: str
    stream: UUID
    on: date | None
    supposed: bool
    evidence: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class RuleLeaf:
    """A number in a rule: a competence that the jury ruled acquired or not yet, a block that is granted or not."""

    number: int
    met: bool
    mandatory: bool


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A competence in a mean: its weight, and the value of its mark, in hundredths of a point."""

    number: int
    weight: int
    worth: int | None


@dataclass(frozen=True, kw_only=True)
class MeanWhy:
    """The state of a mean of marks, in hundredths of a point: its threshold, its maximum, and its value now.

    `now`, rounded down to the hundredth, is None until each competence has a mark.
    """

    least: int
    most: int
    now: int | None
    weights: tuple[Weighed, ...]


@dataclass(frozen=True, kw_only=True)
class Branch:
    """The state of a rule: how many of its ways are required, how many and which are met, and whether that is enough.

    A branch with a `mean` has no ways: it is met when the mean is reached.
    """

    required: int
    have: int
    met: bool
    numbers: tuple[RuleLeaf, ...]
    branches: tuple[Branch, ...]
    mean: MeanWhy | None = None


@dataclass(frozen=True, kw_only=True)
class CompetenceWhy:
    """One competence of a block: the ruling of the jury whose rulings count, and the facts behind it.

    `acquired` is None while that jury has not ruled on it, whatever an earlier one ruled.
    """

    number: int
    state: CompetenceState
    acquired: bool | None
    positions: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class BlockWhy:
    """One block: the decision, whether the rulings that count meet its rule, and what is missing if not."""

    number: int
    state: BlockState
    met: bool
    session: SessionId | None
    decided_on: date | None
    text: str
    rule: Branch
    competences: tuple[CompetenceWhy, ...]
    missing: tuple[Gap, ...]
    positions: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class TitleWhy:
    """The title: whether it was pronounced, whether the blocks granted make it, and which are missing if not.

    `within_reach` says whether they would make it once each block whose rule is met is granted. `missing` are the
    sets of blocks that leave the fewest competences to acquire, `competences_needed`. Where the blocks `sought`
    cannot make it, nothing is missing: the candidate seeks only them. `option_title` is the option of the title
    pronounced, else the one chosen, in the sheet's words.
    """

    pronounced: bool
    pronounced_on: date | None
    met: bool
    within_reach: bool
    text: str
    rule: Branch
    missing: tuple[Gap, ...]
    competences_needed: int
    positions: tuple[int, ...]
    sought: bool = True
    option_title: str | None = None


@dataclass(frozen=True, kw_only=True)
class StandingExplanation:
    """The explanation of a candidacy's standing: the versions, the title, each block, the facts behind."""

    framework: str
    framework_version: int
    rulebook: str
    rulebook_version: int
    outcome: Outcome
    title: TitleWhy
    blocks: tuple[BlockWhy, ...]
    sources: tuple[Source, ...]
    law: tuple[Cited, ...] = ()


def why(
    framework: Definition,
    rulebook: Rules,
    facts: Sequence[RecordedFact],
    *,
    provisional: bool = True,
    law: LawOverTime | None = None,
) -> StandingExplanation:
    """Explain the standing after these facts; `provisional` counts what is not released yet, `law` is cited."""
    folded = fold(framework, rulebook, facts)
    blocks = tuple(_block(folded, block, provisional=provisional) for block in framework.blocks)
    title = _title(folded, blocks, provisional=provisional)
    return StandingExplanation(
        framework=framework.code,
        framework_version=framework.version,
        rulebook=rulebook.certifier,
        rulebook_version=rulebook.version,
        outcome=folded.outcome(provisional=provisional),
        title=title,
        blocks=blocks,
        sources=_sources(facts, {*title.positions, *(at for block in blocks for at in _behind(block))}),
        law=cited(law, (told for told in facts if told.stamp.role != SUPPOSED)) if law else (),
    )


def _block(folded: Fold, block: Block, *, provisional: bool) -> BlockWhy:
    line, decision = folded.block(block, provisional=provisional), folded.decided(block, provisional=provisional)
    rulings = folded.counted(block, provisional=provisional)
    acquired = frozenset(number for number, ruling in rulings.items() if ruling.said)
    rule, marks = block.rule.rule(block.competences), worth(rulings)
    step = folded.rulebook.points.step if folded.rulebook.points else 1
    met = rule.met_by(acquired, marks)
    competences = []
    for number in block.competences:
        state, _, positions = folded.said(number, provisional=provisional)
        ruling = rulings.get(number)
        competences.append(
            CompetenceWhy(
                number=number,
                state=state,
                acquired=ruling.said if ruling else None,
                positions=tuple(sorted({*positions, *((ruling.position,) if ruling else ())})),
            )
        )
    gaps = () if met else rule.gaps(acquired, marks=marks, step=step)
    return BlockWhy(
        number=block.number,
        state=line.state,
        met=met,
        session=line.session,
        decided_on=line.decided_on,
        text=block.rule.text,
        rule=branch(rule, acquired, marks),
        competences=tuple(competences),
        missing=() if met or line.state in _ASKS_NOTHING else _told(rule, gaps, acquired),
        positions=(decision.position,) if decision else (),
    )


def _title(folded: Fold, blocks: Collection[BlockWhy], *, provisional: bool) -> TitleWhy:
    title = folded.pronounced(provisional=provisional)
    granted = frozenset(block.number for block in blocks if block.state is BlockState.GRANTED)
    met_too = granted | {block.number for block in blocks if block.met}
    needed = {
        block.number: 0 if block.number in met_too or not block.missing else block.missing[0].size for block in blocks
    }
    option = title.option if title else folded.option
    sought = folded.title_sought(granted, option)
    whole = sought or folded.framework.whole
    told = sought is None or title or whole.met_by(granted)
    gaps = () if told else _told(whole, whole.gaps(granted, needed.__getitem__), granted)
    named = folded.framework.option(option)
    grants = (at for block in blocks if block.number in granted for at in block.positions)
    return TitleWhy(
        pronounced=title is not None,
        pronounced_on=folded.day_of(title),
        met=whole.met_by(granted),
        within_reach=whole.met_by(met_too),
        text=folded.framework.composition,
        rule=branch(whole, granted),
        missing=gaps,
        competences_needed=sum(needed[number] for number in gaps[0].first) if gaps else 0,
        positions=tuple(sorted({*grants, *((title.position,) if title else ())})),
        sought=sought is not None,
        option_title=named.title if named else None,
    )


def _told(rule: Rule, gaps: tuple[Gap, ...], acquired: AbstractSet[int]) -> tuple[Gap, ...]:
    """Return the smallest gaps, or else all numbers not acquired: a rule that is not met always lacks some."""
    return gaps or (Gap(numbers=tuple(number for number in rule.numbers if number not in acquired)),)


def branch(rule: Rule, acquired: AbstractSet[int], marks: Mapping[int, int] = NO_MARKS) -> Branch:
    """Return the state of a rule, with its ways that are met."""
    numbers = tuple(
        RuleLeaf(number=way, met=way in acquired, mandatory=way in rule.mandatory)
        for way in rule.of
        if isinstance(way, int)
    )
    branches = tuple(branch(each, acquired, marks) for each in rule.rules)
    return Branch(
        required=rule.required,
        have=sum(leaf.met for leaf in numbers) + sum(each.met for each in branches),
        met=rule.met_by(acquired, marks),
        numbers=numbers,
        branches=branches,
        mean=_mean(rule.mean, marks) if rule.mean else None,
    )


def _mean(mean: Mean, marks: Mapping[int, int]) -> MeanWhy:
    return MeanWhy(
        least=mean.least,
        most=mean.most,
        now=mean.so_far(marks),
        weights=tuple(
            Weighed(number=each.number, weight=each.weight, worth=marks.get(each.number)) for each in mean.weights
        ),
    )


def _behind(block: BlockWhy) -> Iterable[int]:
    """Yield the positions of all facts behind a block's lines."""
    yield from block.positions
    for competence in block.competences:
        yield from competence.positions


def _sources(facts: Iterable[RecordedFact], behind: AbstractSet[int]) -> tuple[Source, ...]:
    return tuple(
        Source(
            position=told.stamp.position,
            fact=type(told.fact).__name__,
            stream=told.stamp.stream,
            on=None if told.stamp.role == SUPPOSED else told.stamp.on,
            supposed=told.stamp.role == SUPPOSED,
            evidence=_piece(told),
        )
        for told in facts
        if told.stamp.position in behind
    )


def _piece(told: RecordedFact) -> UUID | None:
    """Return the piece of evidence that a fact is about, if any."""
    if isinstance(told.fact, EvidenceSubmitted | BlockSatisfied):
        return told.fact.evidence
    return told.stamp.stream if isinstance(told.fact, EvidenceRedirected) else None
