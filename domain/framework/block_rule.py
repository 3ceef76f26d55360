"""Rules of blocks and of the title, as trees of numbers, and the smallest ways to meet them.

A rule is a tree of one kind of node, "at least so many of these": of competence numbers in a block's rule, of block
numbers in the title's. It is monotone: one more acquired number never breaks it. One node of a block's rule may be a
weighted mean of the jury's marks; a higher mark never breaks that either.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import product
from math import prod
from typing import Final, TypeAlias

from domain.framework.weighted_mean import Mean, Raise, Weight

DEEPEST = 4
"""Maximum depth of nested rules; deeper ones are not readable."""
MOST_CASES = 4096
"""Maximum number of cases of a rule (`Rule.cases`), so that the gaps are computed fast and exactly."""
NO_MARKS: Final[Mapping[int, int]] = {}
"""Marks for a rule without a mean; a mean is never reached with them."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Any `count` of these numbers."""

    count: int
    among: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One smallest way to meet a rule: all of `numbers`, the count of each choice, and the marks to be raised."""

    numbers: tuple[int, ...]
    choices: tuple[Choice, ...] = ()
    raises: tuple[Raise, ...] = ()

    @property
    def size(self) -> int:
        """The number of numbers that are missing, or have a mark to be raised."""
        raised = {each.number for each in self.raises} - set(self.numbers)
        return len(self.numbers) + sum(choice.count for choice in self.choices) + len(raised)

    @property
    def first(self) -> tuple[int, ...]:
        """The numbers of one such way: the lowest of each choice."""
        chosen = (number for choice in self.choices for number in choice.among[: choice.count])
        return tuple(sorted((*self.numbers, *chosen)))


@dataclass(frozen=True)
class Rule:
    """At least `required` of the ways `of`, each a number or a rule, including the `mandatory` numbers.

    The mandatory numbers count towards the required ones. A mandatory rule is expressed by an `all_of`. A node with a
    `mean` has no ways of its own: it is met when the marks reach that mean.
    """

    required: int
    of: tuple[Way, ...]
    mandatory: tuple[int, ...] = ()
    mean: Mean | None = None

    def met_by(self, acquired: AbstractSet[int], marks: Mapping[int, int] = NO_MARKS) -> bool:
        """Return whether these numbers, and these marks in hundredths of a point by number, meet the rule."""
        if self.mean and not self.mean.reached(marks):
            return False
        have = 0
        for way in self.of:
            have += way in acquired if isinstance(way, int) else way.met_by(acquired, marks)
        return have >= self.required and acquired >= set(self.mandatory)

    @cached_property
    def averaged(self) -> Mean | None:
        """The mean in the rule, if there is one; a framework's file has one at most."""
        return next((node.mean for node in self.nodes() if node.mean), None)

    def supposing(self, *, reached: bool) -> Rule:
        """Return the rule of numbers only that remains when its mean is taken as reached, or as out of reach."""
        if self.mean:
            return Rule(self.required, self.of, self.mandatory) if reached else _NEVER
        ways = tuple(way if isinstance(way, int) else way.supposing(reached=reached) for way in self.of)
        return replace(self, of=ways)

    def only(self, numbers: AbstractSet[int]) -> Rule | None:
        """Return the rule restricted to these numbers; None if they can never meet it."""
        ways = tuple(
            kept for way in self.of if (kept := way if isinstance(way, int) else way.only(numbers)) is not None
        )
        ways = tuple(way for way in ways if not isinstance(way, int) or way in numbers)
        if len(ways) < self.required or not numbers >= set(self.mandatory):
            return None
        alone = ways[0] if len(ways) == 1 == self.required and not self.mean else None
        return alone if isinstance(alone, Rule) else replace(self, of=ways)

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The numbers in the rule, each once, in order."""
        return tuple(sorted(set(self.named())))

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules among its ways."""
        return tuple(way for way in self.of if isinstance(way, Rule))

    @cached_property
    def indispensable(self) -> tuple[int, ...]:
        """The numbers that every way needs."""
        whole = frozenset(self.numbers)
        rule = self.supposing(reached=True) if self.averaged else self
        return tuple(number for number in self.numbers if not rule.met_by(whole - {number}))

    @cached_property
    def fewest(self) -> int:
        """The smallest number of numbers that meet the rule, with any marks."""
        rule = self.supposing(reached=True) if self.averaged else self
        return rule.nearest(frozenset()).size

    @cached_property
    def alike(self) -> tuple[tuple[int, ...], ...]:
        """The numbers in groups: those of one group are in the same nodes, so that only their count matters."""
        places: dict[int, list[tuple[int, bool]]] = {number: [] for number in self.numbers}
        for place, rule in enumerate(self.nodes()):
            for way in rule.of:
                if isinstance(way, int):
                    places[way].append((place, way in rule.mandatory))
        groups: dict[tuple[tuple[int, bool], ...], list[int]] = {}
        for number, stands in places.items():
            groups.setdefault(tuple(stands), []).append(number)
        return tuple(tuple(group) for group in groups.values())

    @cached_property
    def cases(self) -> int:
        """The number of cases to examine: of each group none, one, two, … or all."""
        return prod(len(group) + 1 for group in self.alike)

    def gaps(
        self,
        acquired: AbstractSet[int],
        cost: Callable[[int], int] | None = None,
        marks: Mapping[int, int] = NO_MARKS,
        step: int = 1,
    ) -> tuple[Gap, ...]:
        """Return the smallest ways to meet the rule from here; a single empty one when it is met.

        With a `cost` of each number, returns the cheapest ways and, of these, the smallest. Returns none for a rule
        that can never be met or has more than `MOST_CASES`; a framework's file has no such rule. `marks` count for a
        mean, and are multiples of `step`.
        """
        if self.cases > MOST_CASES:
            return ()
        if self.averaged:
            return _with_mean(self, self.averaged, acquired, marks, step)
        if cost is None:
            return _smallest(self, frozenset(acquired & set(self.numbers)))
        return _cheapest(self, acquired, cost)

    def nearest(self, acquired: AbstractSet[int], marks: Mapping[int, int] = NO_MARKS) -> Gap:
        """Return the first of the smallest ways; all that is not acquired if there are none."""
        rest = tuple(number for number in self.numbers if number not in acquired)
        return next(iter(self.gaps(acquired, marks=marks)), Gap(numbers=rest))

    def nodes(self) -> Iterator[Rule]:
        """Yield the rule and the rules nested in it."""
        yield self
        for rule in self.rules:
            yield from rule.nodes()

    def named(self) -> Iterator[int]:
        """Yield its numbers in order of appearance, with repetitions."""
        for way in self.of:
            if isinstance(way, int):
                yield way
            else:
                yield from way.named()


Way: TypeAlias = int | Rule
"""A way of a rule: a number, or a nested rule."""


def at_least(required: int, *of: Way, mandatory: Collection[int] = ()) -> Rule:
    """Return the rule "at least so many of these, including the mandatory ones"."""
    return Rule(required, of, tuple(mandatory))


def all_of(*of: Way) -> Rule:
    """Return the rule "all of these"."""
    return Rule(len(of), of)


def any_of(*of: Way) -> Rule:
    """Return the rule "one of these"."""
    return Rule(1, of)


def mean_of(least: int, most: int, weights: Mapping[int, int], mandatory: Collection[int] = ()) -> Rule:
    """Return the rule "this weighted mean of the competences' marks, and the mandatory ones acquired"."""
    counted = tuple(Weight(number=number, weight=weight) for number, weight in weights.items())
    node = Rule(0, (), mean=Mean(least=least, most=most, weights=counted))
    return all_of(*mandatory, node) if mandatory else node


_NEVER: Final = Rule(1, ())


def _with_mean(
    rule: Rule, mean: Mean, acquired: AbstractSet[int], marks: Mapping[int, int], step: int
) -> tuple[Gap, ...]:
    """Return the smallest ways with the mean, by the smallest raises, and without it if the rule has another way.

    The numbers to acquire and the marks to raise are each the smallest: together they meet the rule.
    """
    raised = ((),) if mean.reached(marks) else mean.raises(marks, step)
    ways = [replace(gap, raises=each) for gap in rule.supposing(reached=True).gaps(acquired) for each in raised]
    ways += rule.supposing(reached=False).gaps(acquired)
    smallest = min((gap.size for gap in ways), default=0)
    return tuple(gap for gap in dict.fromkeys(ways) if gap.size == smallest)


@lru_cache(10_000)
def _smallest(rule: Rule, acquired: frozenset[int]) -> tuple[Gap, ...]:
    return _cheapest(rule, acquired, lambda _: 1)


def _cheapest(rule: Rule, acquired: AbstractSet[int], cost: Callable[[int], int]) -> tuple[Gap, ...]:
    """Return the cheapest ways, by trying all cases: within a group, the cheapest numbers are taken."""
    groups = [
        sorted(set(group).difference(acquired), key=lambda number: (cost(number), number)) for group in rule.alike
    ]
    best: tuple[int, int] | None = None
    found: list[Gap] = []
    for counts in product(*(range(len(group) + 1) for group in groups)):
        taken = [group[:count] for group, count in zip(groups, counts, strict=True)]
        costs = [cost(number) for numbers in taken for number in numbers]
        total = (sum(costs), len(costs))
        if (best is None or total <= best) and rule.met_by(acquired | {n for numbers in taken for n in numbers}):
            if total != best:
                best, found = total, []
            found.append(_gap([(group, count) for group, count in zip(groups, counts, strict=True) if count], cost))
    return tuple(sorted(found, key=lambda gap: (-len(gap.numbers), gap.first)))


def _gap(taken: list[tuple[list[int], int]], cost: Callable[[int], int]) -> Gap:
    """Return what to take of each group: the numbers cheaper than the last one, and a choice of equal cost."""
    numbers: list[int] = []
    choices: list[Choice] = []
    for group, count in taken:
        last = cost(group[count - 1])
        sure = [number for number in group if cost(number) < last]
        among = [number for number in group if cost(number) == last]
        if len(sure) + len(among) == count:
            sure, among = sure + among, []
        numbers += sure
        if among:
            choices.append(Choice(count=count - len(sure), among=tuple(among)))
    return Gap(numbers=tuple(sorted(numbers)), choices=tuple(choices))


@dataclass(frozen=True, kw_only=True)
class BlockRule:
    """At least `required` competences of the block, including the `mandatory` ones, or the rule of a `tree`.

    The mandatory competences count towards the required number ("3 compétences sur 5 dont les compétences
    obligatoires"). If there is a tree, it alone is the rule; `required` and `mandatory` are then derived from it: the
    fewest competences, and those that every way needs. `text` is the sheet's own sentence, verbatim.
    """

    required: int
    mandatory: tuple[int, ...] = ()
    text: str = ""
    tree: Rule | None = None

    @staticmethod
    def of_tree(tree: Rule, text: str = "") -> BlockRule:
        """Return the rule of a tree."""
        return BlockRule(required=tree.fewest, mandatory=tree.indispensable, text=text, tree=tree)

    def rule(self, of: tuple[int, ...]) -> Rule:
        """Return the rule, as a tree, of a block made of the competences `of`."""
        return self.tree or _threshold(self.required, of, self.mandatory)

    def met_by(self, acquired: AbstractSet[int], of: tuple[int, ...], marks: Mapping[int, int] = NO_MARKS) -> bool:
        """Return whether `acquired` (competence numbers) meets the rule of a block made of the competences `of`."""
        return self.rule(of).met_by(acquired, marks)

    @property
    def mean(self) -> Mean | None:
        """The mean of marks in the rule, if there is one."""
        return self.tree.averaged if self.tree else None

    def nearest(
        self, acquired: AbstractSet[int], of: tuple[int, ...], marks: Mapping[int, int] = NO_MARKS
    ) -> tuple[tuple[int, ...], int]:
        """Return the smallest way to meet the rule from here.

        Returns the missing mandatory competences, and the number of others to acquire, or to be marked higher. If
        these are not freely chosen, `Rule.gaps` gives the choices.
        """
        missing = tuple(number for number in self.mandatory if number not in acquired)
        if self.tree:
            return missing, self.tree.nearest(acquired, marks).size - len(missing)
        have = len(acquired & set(of)) + len(missing)
        return missing, max(0, self.required - have)


@lru_cache(1_000)
def _threshold(required: int, of: tuple[int, ...], mandatory: tuple[int, ...]) -> Rule:
    return Rule(required, of, mandatory)
