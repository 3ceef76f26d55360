"""Is this panel the jury that is asked for, rule by rule, and who would make it so? It suggests: commands decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from domain.framework.jury_rule import (
    Check,
    JuryRule,
    Quality,
    Quota,
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
"""How many panels are tried before no lawful one is known: each takes some fifty microseconds."""
MOST_ADDED: Final = 6
"""How many members are looked for at once, where the sheet states no exact number."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One rule of composition: its words, what is measured of it, whether it is kept, and the text it stands in.

    `measured` is what there is and what is asked ("4 / 5"), or women and men; `missing`, why members do not count.
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
class Asked:
    """What is asked of a jury: its sheet's rule, and what each text of law that binds it adds, with its reference.

    `derogated` are the rules of balance that a derogation answers.
    """

    sheet: JuryRule
    laws: tuple[tuple[JuryLaw, str], ...] = ()
    derogated: frozenset[str] = frozenset()

    def judge(self, panel: tuple[Seat, ...]) -> tuple[Judged, ...]:
        """Each rule, as this panel keeps it or not."""
        checks = (*self.sheet.checks(panel), *self.sheet.balanced(panel))
        for law, text in self.laws:
            checks += (*counts(panel, law.minimum, law.quotas, "law", text), *balanced(panel, law.balances, text))
        return tuple(_judged(each) for each in despite(checks, self.derogated))

    def lawful(self, panel: tuple[Seat, ...]) -> bool:
        """Whether it keeps all of them: as `judge` says, in less time."""
        rules = self.sheet.violations(panel) + self.sheet.imbalances(panel)
        for law, text in self.laws:
            rules += lacking(panel, law.minimum, law.quotas, "law", text) + imbalances(panel, law.balances, text)
        return all(each.rule in self.derogated for each in rules)

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """All qualities that some text counts."""
        return (*_stated(self.sheet), *self.sheet.quotas, *(each for law, _ in self.laws for each in law.quotas))


NAMES: Final = (Quality.EXTERNAL, Quality.EMPLOYERS, Quality.EMPLOYEES)


def _stated(sheet: JuryRule) -> tuple[Quota, ...]:
    """What the sheet states of members from outside, and for each side, as quotas."""
    counts = (sheet.externals, sheet.employers, sheet.employees)
    return tuple(Quota(quality=quality, count=n) for quality, n in zip(NAMES, counts, strict=True) if n)


def _judged(check: Check) -> Judged:
    (en, fr), broken = check.asks, check.broken
    return Judged(
        rule=broken.rule,
        en=en,
        fr=fr,
        measured=check.measured,
        kept=check.kept,
        source=broken.source,
        missing=broken.missing,
    )


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who might be given a seat: as what they would count; `tied`, to how many of those called."""

    seat: Seat
    tied: int = 0


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What becomes of the rules with somebody in a seat: which are kept then and were not, which are `left` to keep.

    `leads`: some others of those who might sit make the jury lawful together with them.
    """

    candidate: Candidate
    keeps: tuple[Judged, ...]
    left: tuple[Judged, ...]
    leads: bool


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    """Each who might be given a seat, and a lawful jury made of some with those seated; empty: none known."""

    each: tuple[Suggestion, ...]
    together: tuple[PersonId, ...]


def suggest(asked: Asked, panel: tuple[Seat, ...], pool: Sequence[Candidate]) -> Suggestions:
    """Who of these, in the order in which they are preferred, would make this panel lawful."""
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
"""What the rules see of somebody: two of one profile are the same to them."""
Alike = dict[Profile, list[Candidate]]


def _alike(asked: Asked, pool: Sequence[Candidate]) -> Alike:
    found: Alike = {}
    quotas = asked.quotas
    for each in pool:
        seat = each.seat
        counts = tuple(seat.counts_for(quota) for quota in quotas)
        found.setdefault((each.tied > 0, seat.external, seat.side, seat.sex, counts), []).append(each)
    return found


def _completions(asked: Asked, panel: tuple[Seat, ...], alike: Alike) -> Iterator[tuple[Profile, ...]]:
    """The ways to complete a panel, the fewest members first, that are lawful."""
    size = asked.sheet.size
    sizes = range(1, MOST_ADDED + 1) if size is None else (size - len(panel),)
    order = sorted(alike, key=lambda profile: (profile[0], profile[1]))  # untied first; who is from outside is rarer
    combinations = chain.from_iterable(_choices(order, alike, count) for count in sizes if count > 0)
    for combination in islice(combinations, MOST_TRIED):
        if asked.lawful((*panel, *(each.seat for each in _members(alike, combination)))):
            yield combination


def _choices(order: Sequence[Profile], alike: Alike, count: int) -> Iterator[tuple[Profile, ...]]:
    """So many of these profiles, each as often as there are people of it at most."""
    if count == 0:
        yield ()
    elif order:
        first, *others = order
        for of_it in range(min(count, len(alike[first])), -1, -1):
            yield from ((first,) * of_it + rest for rest in _choices(others, alike, count - of_it))


def _members(alike: Alike, combination: tuple[Profile, ...]) -> list[Candidate]:
    return [each for profile, count in Counter(combination).items() for each in alike[profile][:count]]


def _cost(combination: tuple[Profile, ...]) -> tuple[int, int]:
    """Who is tied is asked last, and who comes from outside is spared for other juries."""
    return sum(bool(each[0]) for each in combination), sum(bool(each[1]) for each in combination)


def _first(alike: Alike, lawful: Sequence[tuple[Profile, ...]]) -> tuple[PersonId, ...]:
    best = min(lawful, key=_cost, default=())
    return tuple(PersonId(each.seat.juror) for each in _members(alike, best))
