"""Comparison of a dossier's rulings under its framework version and another one, published or hypothetical.

The rulings that count now are judged, on the competences common to both versions: the same number, the same words.
A block without an equivalent there counts by a correspondence that leads there, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

from domain.candidacy.facts import BlockCarriedOver, BlockSatisfied, CreditFell, CreditRestored
from domain.fact import Fact
from domain.framework.block_rule import BlockRule
from domain.framework.definition import Block, Definition
from domain.framework.facts import CorrespondenceAdmitted
from domain.jury.facts import (
    BlockGranted,
    BlockNotGranted,
    DecisionRectified,
    TitleFell,
    TitlePronounced,
    TitleRestored,
)
from domain.ports import FrameworkId
from domain.refusal import Refused
from domain.standing.standing import ELSEWHERE, Fold, RecordedDecision, worth


class RuleNeverMet(Refused):
    """A rule that is supposed can be met: so many competences of the block, mandatory ones among them."""

    fr = "Une règle supposée peut être remplie : tant de compétences du bloc, obligatoires comprises."
    kind = "invalid"


def variant(
    definition: Definition, required: Mapping[int, int], mandatory: Mapping[int, Iterable[int]]
) -> Definition:
    """Return the same version with other thresholds, or other mandatory competences, for the blocks named."""
    named = required.keys() | mandatory.keys()
    if strangers := named - definition.by_number.keys():
        raise RuleNeverMet(*sorted(strangers))
    varied = {number: _varied(definition.by_number[number], required, mandatory) for number in named}
    return replace(definition, blocks=tuple(varied.get(block.number, block) for block in definition.blocks))


def _varied(block: Block, required: Mapping[int, int], mandatory: Mapping[int, Iterable[int]]) -> Block:
    """Return the block with another threshold; raise RuleNeverMet if its rule is a tree or can never be met."""
    needed = tuple(sorted(set(mandatory.get(block.number, block.rule.mandatory))))
    least = required.get(block.number, max(block.rule.required, len(needed)))
    rule = BlockRule(required=least, mandatory=needed, text=block.rule.text)
    can_be = max(1, len(needed)) <= least and rule.met_by(frozenset(block.competences), block.competences)
    if block.rule.tree or not can_be:
        raise RuleNeverMet(block.number)
    return replace(block, rule=rule)


def _met(block: Block, rulings: Mapping[int, RecordedDecision]) -> bool:
    """Return whether these rulings, by competence, meet the rule of a block."""
    acquired = frozenset(number for number, ruling in rulings.items() if ruling.said)
    return block.rule.met_by(acquired, block.competences, worth(rulings))


@dataclass(frozen=True, kw_only=True)
class Under:
    """Another version to judge under, and the correspondences that lead to it."""

    definition: Definition
    correspondences: tuple[CorrespondenceAdmitted, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Worth:
    """One candidacy's current and possible results: blocks by the numbers of each version, the title."""

    now: frozenset[int]
    then: frozenset[int]
    titled: bool
    would_be: bool


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One version next to another: what both have in common, and what leads from one to the other."""

    framework: FrameworkId
    now: Definition
    other: Under

    @property
    def then(self) -> Definition:
        """The other version."""
        return self.other.definition

    @cached_property
    def shared(self) -> frozenset[int]:
        """The competences common to both: the same number, the same words."""
        words = {competence.number: competence.text for competence in self.then.competences}
        return frozenset(each.number for each in self.now.competences if words.get(each.number) == each.text)

    @cached_property
    def alike(self) -> frozenset[int]:
        """The blocks made of the same competences under the same number, whatever their rule."""
        return frozenset(
            block.number
            for block in self.now.blocks
            if (like := self.then.by_number.get(block.number))
            and set(like.competences) == set(block.competences) <= self.shared
        )

    @cached_property
    def leads(self) -> tuple[CorrespondenceAdmitted, ...]:
        """The correspondences from the current version to the other."""
        return tuple(each for each in self.other.correspondences if each.earlier == self.framework)

    def worth(self, folded: Fold, *, provisional: bool) -> Worth:
        """Return a candidacy's results, with its rulings judged under both versions."""
        rulings = {block.number: folded.counted(block, provisional=provisional) for block in self.now.blocks}
        decided = {block.number: folded.decided(block, provisional=provisional) for block in self.now.blocks}
        granted = {number: said for number, said in decided.items() if said and said.said}
        unruled = {number for number, said in granted.items() if said.session == ELSEWHERE or not rulings[number]}
        met = {block.number for block in self.now.blocks if _met(block, rulings[block.number])}
        shared = {n: said for each in rulings.values() for n, said in each.items() if n in self.shared}
        then = {block.number for block in self.then.blocks if self._met_there(block, shared)} | (unruled & self.alike)
        then |= {to for each in self.leads if granted.keys() >= set(each.from_blocks) for to in each.to_blocks}
        return Worth(
            now=frozenset(met | granted.keys()),
            then=frozenset(then),
            titled=folded.pronounced(provisional=provisional) is not None,
            would_be=self.then.title_of(folded.title_option).met_by(then),
        )

    def _met_there(self, block: Block, rulings: Mapping[int, RecordedDecision]) -> bool:
        """Return whether one jury, the last that ruled on it, meets the rule of a block of the other version."""
        here = {number: rulings[number] for number in block.competences if number in rulings}
        last = max(here.values(), key=lambda ruling: ruling.since, default=None)
        of_it = {number: ruling for number, ruling in here.items() if last and ruling.session == last.session}
        return bool(of_it) and _met(block, of_it)

    @cached_property
    def pairs(self) -> frozenset[tuple[int, int]]:
        """The pairs of blocks that share a competence, or that a correspondence joins."""
        shared = {(self.now.block_of[n].number, self.then.block_of[n].number) for n in self.shared}
        joined = {(one, other) for each in self.leads for one in each.from_blocks for other in each.to_blocks}
        return frozenset(shared | joined)

    def changed(self, has: Worth) -> Changed:
        """Return the gains and losses: blocks without a counterpart on the other side, and the title."""
        kept = {one for one, other in self.pairs if other in has.then}
        had = {other for one, other in self.pairs if one in has.now}
        already = has.titled or self.now.whole.met_by(has.now)
        return Changed(
            gained=tuple(sorted(has.then - had)),
            lost=tuple(sorted(has.now - kept)),
            title_gained=has.would_be and not already,
            title_lost=has.titled and not has.would_be,
        )

    def translated(self, facts: Iterable[Fact]) -> Iterator[Fact | None]:
        """Yield each fact as the other version reads it; None for a fact without meaning there.

        No jury decided on its blocks or its title: decisions are left out, rulings are kept.
        """
        for fact in facts:
            yield self._translated(fact)

    def _translated(self, fact: Fact) -> Fact | None:
        match fact:
            case BlockGranted() | BlockNotGranted() | TitlePronounced() | TitleFell() | TitleRestored():
                return None
            case DecisionRectified(rulings=rulings):
                kept = tuple(each for each in rulings if each.competence in self.shared)
                return replace(fact, rulings=kept, granted=(), not_granted=(), title=None)
            case (
                BlockCarriedOver(block=block)
                | BlockSatisfied(block=block)
                | CreditFell(block=block)
                | CreditRestored(block=block)
            ):
                return fact if block in self.alike else None
            case _:
                return self._of_shared(fact)

    def _of_shared(self, fact: Any) -> Fact | None:
        """Return a fact about competences restricted to those in both versions; any other fact unchanged."""
        if hasattr(fact, "competence"):
            return cast("Fact", fact) if fact.competence in self.shared else None
        if hasattr(fact, "competences"):
            return cast("Fact", replace(fact, competences=tuple(n for n in fact.competences if n in self.shared)))
        return cast("Fact", fact)


@dataclass(frozen=True, kw_only=True)
class Changed:
    """The gains and losses of one candidacy: blocks gained by the other version's numbers, lost by its own."""

    gained: tuple[int, ...]
    lost: tuple[int, ...]
    title_gained: bool
    title_lost: bool

    @staticmethod
    def none() -> Changed:
        """Return a change without gain or loss."""
        return Changed(gained=(), lost=(), title_gained=False, title_lost=False)

    def __bool__(self) -> bool:
        """Return whether anything would differ."""
        return bool(self.gained or self.lost or self.title_gained or self.title_lost)
