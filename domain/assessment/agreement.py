"""Agreement of the marks of a competence's assessors, and the marks that a jury reads (règle d'accord).

Only filed marks count, in any order: the same marks always agree on the same result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.assessment.assessment import Assessment
from domain.assessment.attempts import Attempts
from domain.candidacy.candidacy import Candidacy
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.framework.scale import AgreementRule, Mark, Marking
from domain.ports import PersonId
from domain.refusal import Refused
from domain.rulebook.retake_rules import RetakeScope
from domain.rulebook.rules import Rules


class ThirdReaderNotCalled(Refused):
    """A third reader is another assessor, called where the filed marks lie farther apart than the rulebook allows."""

    fr = "Un troisième lecteur est un autre évaluateur, appelé là où les notes déposées s'écartent plus que permis."
    source = "the certifier's rulebook (rule of agreement)"
    source_fr = "le règlement du certificateur (règle d'accord des évaluateurs)"


class MarksState(StrEnum):
    """The state of a competence's marks.

    `AWAITED`: fewer are filed than the rulebook requires. `DISPUTED`: they are too far apart, and a third reader has
    yet to file.
    """

    AGREED = "agreed"
    AWAITED = "awaited"
    DISPUTED = "disputed"


@dataclass(frozen=True, kw_only=True)
class FiledMark:
    """A mark that an assessor filed for a competence; `third` if the assessor is a third reader."""

    assessor: PersonId
    mark: Mark
    third: bool = False


@dataclass(frozen=True, kw_only=True)
class AgreedMark:
    """The result of a competence's marks: the mark that the jury reads, once they agree.

    `counted` are the assessors whose marks count. Other marks were not needed (a third reader's if the others agree)
    or are overridden (the others' if the third reader decides).
    """

    state: MarksState
    mark: Mark | None = None
    counted: tuple[PersonId, ...] = ()


def call_third_reader(assessor: PersonId, competences: Iterable[int], marks: Marks) -> None:
    """Refuse a third reader where none is needed, or one who has already marked there."""
    if not set(competences) <= marks.disputed or any(
        each.assessor == assessor and not each.third for number in competences for each in marks.of(number)
    ):
        raise ThirdReaderNotCalled(assessor)


def agree(given: Collection[FiledMark], marking: Marking, rules: Rules) -> AgreedMark:
    """Return the result of these marks of one competence, by the rulebook's rule."""
    first = [each for each in given if not each.third]
    if len(first) < marking.assessors:
        return AgreedMark(state=MarksState.AWAITED)
    if marking.agreement is AgreementRule.THIRD_READER and apart([each.mark for each in first], marking):
        third = [each for each in given if each.third]
        if not third:
            return AgreedMark(state=MarksState.DISPUTED)
        return AgreedMark(state=MarksState.AGREED, mark=_lowest(third, rules), counted=_who(third))
    return AgreedMark(state=MarksState.AGREED, mark=_one(first, marking.agreement, rules), counted=_who(first))


def apart(marks: Collection[Mark], marking: Marking) -> bool:
    """Return whether marks are so far apart that a third reader is needed."""
    values = [mark.value for mark in marks if mark.value is not None]
    if marking.most_apart is not None and len(values) == len(marks):
        return max(values) - min(values) > marking.most_apart
    return len({mark.acquired for mark in marks}) > 1


def _one(given: Collection[FiledMark], agreement: AgreementRule, rules: Rules) -> Mark:
    values = [each.mark.value for each in given if each.mark.value is not None]
    if agreement is AgreementRule.MAJORITY:
        acquired = 2 * sum(each.mark.acquired for each in given) > len(given)
        said = [each for each in given if each.mark.acquired is acquired]
        often = Counter(each.mark.code for each in said)
        return _lowest([each for each in said if often[each.mark.code] == max(often.values())], rules)
    if agreement is not AgreementRule.ALL and rules.points and len(values) == len(given):
        return rules.points.worth((2 * sum(values) + len(values)) // (2 * len(values)))
    return _lowest(given, rules)


def _lowest(given: Collection[FiledMark], rules: Rules) -> Mark:
    """Return the least favourable mark: not acquired first, then the lowest value, then the last of the scale."""
    place = {mark.code: n for n, mark in enumerate(rules.scale)}
    return min(
        (each.mark for each in given),
        key=lambda mark: (mark.acquired, mark.value or 0, -place.get(mark.code, 0), mark.code),
    )


def _who(given: Iterable[FiledMark]) -> tuple[PersonId, ...]:
    return tuple(sorted(each.assessor for each in given))


class UnreadReason(StrEnum):
    """The reason why a filed mark is not read.

    Its assessor is tied to the candidate, or is the candidate; or marked the competence under a file assigned
    earlier; or it lapsed with a block not granted.
    """

    TIED = "tied"
    TWICE = "twice"
    LAPSED = "lapsed"


@dataclass(frozen=True, kw_only=True)
class MarksReading:
    """The input from which the marks of a candidacy are read, on a day.

    `barred` are the assessors who are the candidate, or have a tie that the rulebook bars; `files` are all the files
    of each assessor; `attempts` are the juries' decisions.
    """

    candidacy: Candidacy
    assessments: tuple[tuple[PersonId, Assessment], ...]
    rules: Rules
    framework: Framework
    on: date
    barred: frozenset[PersonId] = frozenset()
    files: Mapping[PersonId, frozenset[PersonId]] = field(default_factory=dict)
    attempts: Attempts = field(default_factory=Attempts)

    def again(self, assessor: PersonId, competence: int) -> bool:
        """Return whether they filed a mark for it, or for a later attempt, under a file assigned earlier."""
        theirs = self.files.get(assessor, frozenset())
        named = [each for each in self.candidacy.assessors if each in theirs]
        before = named[: named.index(assessor)] if named else ()
        if not before:
            return False
        handed = {who: said.handed[competence][1] for who, said in self.assessments if competence in said.handed}
        return any(handed[each] >= handed[assessor] for each in before if each in handed)


@dataclass(frozen=True)
class Marks:
    """The marks of one candidate that a jury reads, by competence and assessor; and those it does not read."""

    given: dict[int, tuple[FiledMark, ...]]
    rules: Rules
    framework: Definition
    aside: dict[int, tuple[tuple[FiledMark, UnreadReason], ...]] = field(default_factory=dict)
    attempts: Attempts = field(default_factory=Attempts)

    @staticmethod
    def read(reading: MarksReading) -> Marks:
        """Read what the assessors have filed, except those who may not mark, mark twice, and what lapsed."""
        candidacy, rules, framework = reading.candidacy, reading.rules, reading.framework.content
        given: dict[int, tuple[FiledMark, ...]] = {}
        before: dict[int, tuple[FiledMark, ...]] = {}
        aside: dict[int, tuple[tuple[FiledMark, UnreadReason], ...]] = {}
        for assessor, assessment in reading.assessments:
            third = candidacy.third_readers.get(assessor, frozenset())
            named = candidacy.assessors.get(assessor, frozenset())
            for competence, (code, attempt) in sorted(assessment.handed.items()):
                if competence not in named:  # the assessor was released, and assigned again to others
                    continue
                one = FiledMark(assessor=assessor, mark=rules.read(code), third=competence in third)
                now = attempt >= reading.attempts.at(framework.block_of[competence].number)
                if assessor in reading.barred:
                    aside[competence] = (*aside.get(competence, ()), (one, UnreadReason.TIED))
                elif reading.again(assessor, competence):
                    aside[competence] = (*aside.get(competence, ()), (one, UnreadReason.TWICE))
                elif now:
                    given[competence] = (*given.get(competence, ()), one)
                else:
                    before[competence] = (*before.get(competence, ()), one)
        kept = _kept(Marks({n: each for n, each in before.items() if n not in given}, rules, framework), reading)
        for competence, marks in before.items():
            if competence in kept:
                given[competence] = marks
            else:
                lapsed = ((one, UnreadReason.LAPSED) for one in marks)
                aside[competence] = (*aside.get(competence, ()), *lapsed)
        return Marks(given, rules, framework, aside, reading.attempts)

    def of(self, competence: int) -> tuple[FiledMark, ...]:
        """Return the marks of one competence."""
        return self.given.get(competence, ())

    def agreed(self, competence: int) -> AgreedMark | None:
        """Return their agreed result; None if the rulebook has no rule of agreement for this competence."""
        marking = self.rules.marking(competence, self.framework)
        return agree(self.of(competence), marking, self.rules) if marking else None

    @property
    def disputed(self) -> frozenset[int]:
        """The competences that need a third reader, or have one."""
        return frozenset(
            number
            for number, given in self.given.items()
            if (marking := self.rules.marking(number, self.framework))
            and marking.agreement is AgreementRule.THIRD_READER
            and len(first := [each.mark for each in given if not each.third]) >= marking.assessors
            and apart(first, marking)
        )


def _kept(before: Marks, reading: MarksReading) -> frozenset[int]:
    """Return the competences whose marks from before a refusal are kept: acquired, in time, by the rule's scope.

    None are kept if the rulebook does not say so.
    """
    rule, terms, framework = reading.rules.carry_over, reading.candidacy.terms, before.framework
    if rule is None:
        return frozenset()
    passed = frozenset(
        number
        for number in before.given
        if _acquired(before, number)
        and rule.keeps(terms.route, reading.attempts.refused[framework.block_of[number].number][-1], reading.on)
    )
    if rule.scope is RetakeScope.COMPETENCE:
        return passed
    whole = (each.competences for each in reading.framework.modalities_for(terms.route))
    return frozenset(number for numbers in whole if passed >= set(numbers) for number in numbers)


def _acquired(marks: Marks, number: int) -> bool:
    agreed = marks.agreed(number)
    if agreed is None:
        return all(each.mark.acquired for each in marks.of(number))
    return agreed.mark is not None and agreed.mark.acquired
