"""When is a block of competences acquired, and which blocks make the title?

A rule is a tree of one kind of node, "at least so many of these": of competence numbers in a block's rule, of block
numbers in the title's. It is monotone: one more that is acquired never breaks it. One node of a block's rule may be
a weighted mean of the jury's marks; a higher mark never breaks that either.
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
"""How deep rules stand in one another: what is nested deeper, nobody reads."""
MOST_CASES = 4096
"""How many cases a rule may have (`Rule.cases`), so that what is missing is told at once, and exactly."""
NO_MARKS: Final[Mapping[int, int]] = {}
"""Where no rule asks for marks: a mean is never reached."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Any `count` of these numbers, no matter which."""

    count: int
    among: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One smallest way from here to a rule: all of `numbers`, so many of each choice, and the marks to be raised."""

    numbers: tuple[int, ...]
    choices: tuple[Choice, ...] = ()
    raises: tuple[Raise, ...] = ()

    @property
    def size(self) -> int:
        """How many numbers are missing, or have a mark to be raised."""
        raised = {each.number for each in self.raises} - set(self.numbers)
        return len(self.numbers) + sum(choice.count for choice in self.choices) + len(raised)

    @property
    def first(self) -> tuple[int, ...]:
        """The numbers of one such way: the lowest of each choice."""
        chosen = (number for choice in self.choices for number in choice.among[: choice.count])
        return tuple(sorted((*self.numbers, *chosen)))


@dataclass(frozen=True)
class Rule:
    """At least `required` of the ways `of`, each a number or a rule of its own, the `mandatory` numbers among them.

    The mandatory numbers count towards the required ones. A rule that is itself mandatory stands in an `all_of`.
    A node with a `mean` has no ways of its own: it is met when the marks reach that mean.
    """

    required: int
    of: tuple[Way, ...]
    mandatory: tuple[int, ...] = ()
    mean: Mean | None = None

    def met_by(self, acquired: AbstractSet[int], marks: Mapping[int, int] = NO_MARKS) -> bool:
        """Whether these numbers, and these marks in hundredths of a point by number, satisfy the rule."""
        if self.mean and not self.mean.reached(marks):
            return False
        have = 0
        for way in self.of:
            have += way in acquired if isinstance(way, int) else way.met_by(acquired, marks)
        return have >= self.required and acquired >= set(self.mandatory)

    @cached_property
    def averaged(self) -> Mean | None:
        """The mean that stands in it, if one does: a framework's file gives one at most."""
        return next((node.mean for node in self.nodes() if node.mean), None)

    def supposing(self, *, reached: bool) -> Rule:
        """The rule of numbers alone that is left when its mean is taken as reached, or as out of reach."""
        if self.mean:
            return Rule(self.required, self.of, self.mandatory) if reached else _NEVER
        ways = tuple(way if isinstance(way, int) else way.supposing(reached=reached) for way in self.of)
        return replace(self, of=ways)

    def only(self, numbers: AbstractSet[int]) -> Rule | None:
        """The rule with none but these numbers; None where they can never meet it."""
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
        """The numbers that the rule speaks of, each once, in order."""
        return tuple(sorted(set(self.named())))

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules among its ways."""
        return tuple(way for way in self.of if isinstance(way, Rule))

    @cached_property
    def indispensable(self) -> tuple[int, ...]:
        """The numbers that no way goes without."""
        whole = frozenset(self.numbers)
        rule = self.supposing(reached=True) if self.averaged else self
        return tuple(number for number in self.numbers if not rule.met_by(whole - {number}))

    @cached_property
    def fewest(self) -> int:
        """How many numbers meet the rule at least, with whatever marks."""
        rule = self.supposing(reached=True) if self.averaged else self
        return rule.nearest(frozenset()).size

    @cached_property
    def alike(self) -> tuple[tuple[int, ...], ...]:
        """The numbers in groups: those of one group stand in the same places, so that only how many counts."""
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
        """How many cases there are to look at: of each group none, one, two, … or all."""
        return prod(len(group) + 1 for group in self.alike)

    def gaps(
        self,
        acquired: AbstractSet[int],
        cost: Callable[[int], int] | None = None,
        marks: Mapping[int, int] = NO_MARKS,
        step: int = 1,
    ) -> tuple[Gap, ...]:
        """The smallest ways to meet the rule from here; a single empty one when it is met.

        With a `cost` of each number, those that cost least and, of these, the smallest. None for a rule that can
        never be met or has more than `MOST_CASES`: a framework's file gives no such rule. Where it has a mean,
        `marks` count for it, and are given by `step`.
        """
        if self.cases > MOST_CASES:
            return ()
        if self.averaged:
            return _with_mean(self, self.averaged, acquired, marks, step)
        if cost is None:
            return _smallest(self, frozenset(acquired & set(self.numbers)))
        return _cheapest(self, acquired, cost)

    def nearest(self, acquired: AbstractSet[int], marks: Mapping[int, int] = NO_MARKS) -> Gap:
        """The first of the smallest ways; all that is not acquired where none can be told."""
        rest = tuple(number for number in self.numbers if number not in acquired)
        return next(iter(self.gaps(acquired, marks=marks)), Gap(numbers=rest))

    def nodes(self) -> Iterator[Rule]:
        """Itself and the rules that stand in it."""
        yield self
        for rule in self.rules:
            yield from rule.nodes()

    def named(self) -> Iterator[int]:
        """Its numbers as they stand in it, and as often."""
        for way in self.of:
            if isinstance(way, int):
                yield way
            else:
                yield from way.named()


Way: TypeAlias = int | Rule
"""What a rule counts: a number, or a rule that is met."""


def at_least(required: int, *of: Way, mandatory: Collection[int] = ()) -> Rule:
    """At least so many of these, the mandatory ones among them."""
    return Rule(required, of, tuple(mandatory))


def all_of(*of: Way) -> Rule:
    """All of these."""
    return Rule(len(of), of)


def any_of(*of: Way) -> Rule:
    """One of these."""
    return Rule(1, of)


def mean_of(least: int, most: int, weights: Mapping[int, int], mandatory: Collection[int] = ()) -> Rule:
    """The weighted mean of these competences' marks at least so much, and the mandatory ones acquired."""
    counted = tuple(Weight(number=number, weight=weight) for number, weight in weights.items())
    node = Rule(0, (), mean=Mean(least=least, most=most, weights=counted))
    return all_of(*mandatory, node) if mandatory else node


_NEVER: Final = Rule(1, ())


def _with_mean(
    rule: Rule, mean: Mean, acquired: AbstractSet[int], marks: Mapping[int, int], step: int
) -> tuple[Gap, ...]:
    """The smallest ways with the mean, by the smallest raises, and without it where the rule has another way.

    What is to be acquired and which marks are to be raised are each told as the smallest there is: together they meet
    the rule.
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
    """The cheapest ways of all, one case after another: within a group, the cheapest of it are taken."""
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
    """What to take of each group: what costs less than the last one taken, and a choice among those that cost it."""
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
    """At least `required` competences of the block, the `mandatory` ones among them, or what a `tree` says.

    The mandatory competences count towards the required number ("3 compétences sur 5 dont les
    compétences obligatoires"). Where there is a tree it alone is the rule; `required` and `mandatory` then
    say what follows from it: the fewest competences, and those that no way goes without. `text` is the sheet's own
    sentence, verbatim.
    """

    required: int
    mandatory: tuple[int, ...] = ()
    text: str = ""
    tree: Rule | None = None

    @staticmethod
    def of_tree(tree: Rule, text: str = "") -> BlockRule:
        """The rule that a tree says."""
        return BlockRule(required=tree.fewest, mandatory=tree.indispensable, text=text, tree=tree)

    def rule(self, of: tuple[int, ...]) -> Rule:
        """The rule of a block made of the competences `of`, as the tree that everything is asked of."""
        return self.tree or _threshold(self.required, of, self.mandatory)

    def met_by(self, acquired: AbstractSet[int], of: tuple[int, ...], marks: Mapping[int, int] = NO_MARKS) -> bool:
        """Whether `acquired` (competence numbers) satisfies the rule of a block made of the competences `of`."""
        return self.rule(of).met_by(acquired, marks)

    @property
    def mean(self) -> Mean | None:
        """The mean of marks that it asks for, if it does."""
        return self.tree.averaged if self.tree else None

    def nearest(
        self, acquired: AbstractSet[int], of: tuple[int, ...], marks: Mapping[int, int] = NO_MARKS
    ) -> tuple[tuple[int, ...], int]:
        """The smallest way to meet the rule from here.

        Returns the mandatory competences that are missing, and how many others there are to be, or to be marked
        higher. Where they are not to be chosen freely among the rest, `Rule.gaps` says among which.
        """
        missing = tuple(number for number in self.mandatory if number not in acquired)
        if self.tree:
            return missing, self.tree.nearest(acquired, marks).size - len(missing)
        have = len(acquired & set(of)) + len(missing)
        return missing, max(0, self.required - have)


@lru_cache(1_000)
def _threshold(required: int, of: tuple[int, ...], mandatory: tuple[int, ...]) -> Rule:
    return Rule(required, of, mandatory)
