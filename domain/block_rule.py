"""When is a block of competences acquired?"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, kw_only=True)
class BlockRule:
    """At least `required` competences of the block, the `mandatory` ones among them.

    The mandatory competences count towards the required number (RNCP 31936: "3 compétences sur 5 dont les
    compétences obligatoires: 21 et 25"). `text` is the sheet's own sentence, verbatim.
    """

    required: int
    mandatory: tuple[int, ...] = ()
    text: str = ""

    def met_by(self, acquired: AbstractSet[int], of: tuple[int, ...]) -> bool:
        """Whether `acquired` (competence numbers) satisfies the rule of a block made of the competences `of`."""
        return len(acquired & set(of)) >= self.required and acquired >= set(self.mandatory)

    def missing_mandatory(self, acquired: AbstractSet[int]) -> tuple[int, ...]:
        """The mandatory competences that are not among `acquired`, in order."""
        return tuple(number for number in self.mandatory if number not in acquired)

    def nearest(self, acquired: AbstractSet[int], of: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
        """The smallest way to meet the rule from here.

        Returns the missing mandatory competences, and how many others are to be chosen freely among the rest.
        """
        missing = self.missing_mandatory(acquired)
        have = len(acquired & set(of)) + len(missing)
        return missing, max(0, self.required - have)

    def satisfying_sets(self, of: tuple[int, ...]) -> int:
        """How many of the subsets of `of` meet the rule (enumerated, not computed by formula)."""
        return sum(
            self.met_by(frozenset(chosen), of) for size in range(len(of) + 1) for chosen in combinations(of, size)
        )
