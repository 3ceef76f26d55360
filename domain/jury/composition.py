"""Check of a panel against the rules of its composition, and suggestions of members (commands decide)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from domain.framework.jury_rule import (
    JuryRule,
    Quality,
    Quota,
    RuleCheck,
    Seat,
    balanced,
    counts,
    despite,
    imbalances,
    lacking,
)
from domain.ports import PersonId
from domain.refusal import Missing
from domain.rulebook.rule_set import JuryLaw

MOST_TRIED: Final = 800
"""Number of panels to try before giving up on finding a lawful one; each takes about fifty microseconds."""
MOST_ADDED: Final = 6
"""Maximum number of members to add at once, where the sheet states no exact number."""


@dataclass(frozen=True, kw_only=True)
class CompositionCheck:
    """One rule of composition: its words, what was measured, whether it is kept, and its source.

    `measured` is the number present and the number required ("4 / 5"), or women and men; `missing` says why members
    do not count.
    """

    rule: str
    en: str
    fr: str
    measured: tuple[str, str]
    kept: bool
    source: str
    source_fr: str = ""
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, kw_only=True)
class JuryRequirements:
    """The requirements on a jury: its sheet's rule, and what each text of law that applies adds, with its reference.

    `derogated` are the rules of balance from which a derogation exempts the jury.
    """

    sheet: JuryRule
    laws: tuple[tuple[JuryLaw, str], ...] = ()
    derogated: frozenset[str] = frozenset()

    def judge(self, panel: tuple[Seat, ...]) -> tuple[CompositionCheck, ...]:
        """Return each rule, kept or not by this panel."""
        checks = (*self.sheet.checks(panel), *self.sheet.balanced(panel))
        for law, text in self.laws:
            checks += (*counts(panel, law.minimum, law.quotas, "law", text), *balanced(panel, law.balances, text))
        return tuple(_judged(each) for each in despite(checks, self.derogated))

    def lawful(self, panel: tuple[Seat, ...]) -> bool:
        """Return whether the panel keeps all the rules; gives the same answer as `judge`, faster."""
        rules = self.sheet.violations(panel) + self.sheet.imbalances(panel)
        for law, text in self.laws:
            rules += lacking(panel, law.minimum, law.quotas, "law", text) + imbalances(panel, law.balances, text)
        return all(each.rule in self.derogated for each in rules)

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """The quotas of all qualities that the sheet or a text of law counts."""
        return (*_stated(self.sheet), *self.sheet.quotas, *(each for law, _ in self.laws for each in law.quotas))


NAMES: Final = (Quality.EXTERNAL, Quality.EMPLOYERS, Quality.EMPLOYEES)


def _stated(sheet: JuryRule) -> tuple[Quota, ...]:
    """Return the sheet's numbers of members from outside and for each side, as quotas."""
    counts = (sheet.externals, sheet.employers, sheet.employees)
    return tuple(Quota(quality=quality, count=n) for quality, n in zip(NAMES, counts, strict=True) if n)


def _judged(check: RuleCheck) -> CompositionCheck:
    (en, fr), broken = check.asks, check.broken
    return CompositionCheck(
        rule=broken.rule,
        en=en,
        fr=fr,
        measured=check.measured,
        kept=check.kept,
        source=broken.source,
        missing=broken.missing,
    )


@dataclass(frozen=True, kw_only=True)
class SeatCandidate:
    """A person who might be given a seat, and what they would count as; `tied` counts the candidates tied to them."""

    seat: Seat
    tied: int = 0


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """The effect of giving a person a seat: the rules newly kept, and those `left` to keep.

    `leads` says that others of the pool can complete a lawful jury with this person.
    """

    candidate: SeatCandidate
    keeps: tuple[CompositionCheck, ...]
    left: tuple[CompositionCheck, ...]
    leads: bool


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    """A suggestion for each person of the pool, and a lawful jury (`together`); empty if none is known."""

    each: tuple[Suggestion, ...]
    together: tuple[PersonId, ...]


def suggest(asked: JuryRequirements, panel: tuple[Seat, ...], pool: Sequence[SeatCandidate]) -> Suggestions:
    """Suggest which people of the pool, given in order of preference, would make this panel lawful."""
    now = {each.rule for each in asked.judge(panel) if each.kept}
    alike = _alike(asked, pool)
    lawful = list(_completions(asked, panel, alike))
    leading = {profile for combination in lawful for profile in combination}
    profiles = {id(each): profile for profile, members in alike.items() for each in members}
    found = []
    for each in pool:
        then = asked.judge((*panel, each.seat))
        found.append(
            Suggestion(
                candidate=each,
                keeps=tuple(rule for rule in then if rule.kept and rule.rule not in now),
                left=tuple(rule for rule in then if not rule.kept),
                leads=profiles[id(each)] in leading,
            )
        )
    return Suggestions(each=tuple(found), together=_first(alike, lawful))


Profile = tuple[object, ...]
"""The attributes of a person that the rules read; people with the same profile are interchangeable."""
Alike = dict[Profile, list[SeatCandidate]]


def _alike(asked: JuryRequirements, pool: Sequence[SeatCandidate]) -> Alike:
    found: Alike = {}
    quotas = asked.quotas
    for each in pool:
        seat = each.seat
        counts = tuple(seat.counts_for(quota) for quota in quotas)
        found.setdefault((each.tied > 0, seat.external, seat.side, seat.sex, counts), []).append(each)
    return found


def _completions(asked: JuryRequirements, panel: tuple[Seat, ...], alike: Alike) -> Iterator[tuple[Profile, ...]]:
    """Yield the lawful ways to complete a panel, smallest first."""
    size = asked.sheet.size
    sizes = range(1, MOST_ADDED + 1) if size is None else (size - len(panel),)
    order = sorted(alike, key=lambda profile: (profile[0], profile[1]))  # untied first; external (rarer) last
    combinations = chain.from_iterable(_choices(order, alike, count) for count in sizes if count > 0)
    for combination in islice(combinations, MOST_TRIED):
        if asked.lawful((*panel, *(each.seat for each in _members(alike, combination)))):
            yield combination


def _choices(order: Sequence[Profile], alike: Alike, count: int) -> Iterator[tuple[Profile, ...]]:
    """Yield the combinations of `count` profiles, each used at most as often as there are people with it."""
    if count == 0:
        yield ()
    elif order:
        first, *others = order
        for of_it in range(min(count, len(alike[first])), -1, -1):
            yield from ((first,) * of_it + rest for rest in _choices(others, alike, count - of_it))


def _members(alike: Alike, combination: tuple[Profile, ...]) -> list[SeatCandidate]:
    return [each for profile, count in Counter(combination).items() for each in alike[profile][:count]]


def _cost(combination: tuple[Profile, ...]) -> tuple[int, int]:
    """Return a sort key that avoids tied people, then spares people from outside for other juries."""
    return sum(bool(each[0]) for each in combination), sum(bool(each[1]) for each in combination)


def _first(alike: Alike, lawful: Sequence[tuple[Profile, ...]]) -> tuple[PersonId, ...]:
    best = min(lawful, key=_cost, default=())
    return tuple(PersonId(each.seat.juror) for each in _members(alike, best))
