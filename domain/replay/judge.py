"""Check that each decision was lawful on the facts known then, by running the commands again over the sealed log.

The facts of one append are read back as their command (`domain/streams/read_back.py`); they are lawful if the command
records the same facts.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfoNotFoundError

from domain import commands
from domain.execute import check_recorded, decide, who_may
from domain.fact import Fact, Personal, RecordedFact, Stamp, fields_of
from domain.ports import NOBODY
from domain.refusal import Forbidden, NotFound, Refused
from domain.streams.kinds import KINDS
from domain.streams.read_back import Again, Append, NotHere, ReplayLog, Unread

OTHERWISE: Final = "decided-otherwise"  # this, `role-may-not` and `role-not-held` are the verifier's own rules

IMPOSSIBLE: Final = (ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError)
"""Errors of a command that reads inconsistent facts, or computes a day out of range."""


def _every_command() -> Iterator[type[Any]]:
    for module in walk_packages(commands.__path__, f"{commands.__name__}."):
        for kind in vars(import_module(module.name)).values():
            if getattr(kind, "__module__", None) == module.name and hasattr(kind, "records"):
                yield kind


COMMANDS: Final = tuple(sorted(_every_command(), key=lambda each: each.__name__))
ORIGINS: Final[Mapping[type[Fact], tuple[type[Any], ...]]] = {
    fact: tuple(each for each in COMMANDS if fact in each.records) for fact in KINDS
}
"""The commands that record each kind of fact."""


@dataclass(frozen=True)
class Unlawful:
    """The first fact of a command that the rules would have refused on the facts known then, and the rule."""

    position: int
    rule: str


@dataclass(frozen=True)
class Unfinished(Unlawful):
    """An append of which the rules record more facts than are here: its end is missing, or the log ends there."""

    last: Stamp


@dataclass(frozen=True)
class Unchecked:
    """A fact whose rules need a stream that is not wholly here, or a time zone unknown to this machine."""

    position: int
    stream: UUID


def replay(facts: Iterable[RecordedFact], lasts: Mapping[UUID, int] | None = None) -> Iterator[Unlawful]:
    """Run the commands again over all facts, in order of position; yield the facts that they would refuse."""
    return (found for found in replay_in_part(facts, None, lasts) if isinstance(found, Unlawful))


def replay_in_part(
    facts: Iterable[RecordedFact],
    whole: Container[UUID] | None,
    lasts: Mapping[UUID, int] | None = None,
    *,
    earlier_rules: int = 0,
) -> Iterator[Unlawful | Unchecked]:
    """Do the same where only these streams are complete (None: all are); yield also what cannot be checked.

    `lasts` is the `n` of the last fact here of each append, unless it is 0; without it, all facts are kept and
    counted. Facts up to the position `earlier_rules` are known to later commands and not judged: a version whose
    rules are not here recorded them.
    """
    if lasts is None:
        facts = list(facts)
        lasts = {told.stamp.append_id: told.stamp.n for told in facts if told.stamp.n}
    replaying = Replay(whole, earlier_rules)
    yield from replaying.judge(facts, lasts)
    yield from replaying.end()


class Replay:
    """A replay of the commands, over the facts given so far."""

    def __init__(self, whole: Container[UUID] | None = None, earlier_rules: int = 0) -> None:
        """Start without facts; the arguments are those of `replay_in_part`."""
        self._log = ReplayLog(whole)
        self._earlier_rules = earlier_rules

    def judge(self, facts: Iterable[RecordedFact], lasts: Mapping[UUID, int]) -> Iterator[Unlawful | Unchecked]:
        """Judge each append once its last fact is read; `lasts` is the `n` of that fact, unless it is 0."""
        for told in facts:
            append = self._log.met(told)
            if told.stamp.n >= lasts.get(told.stamp.append_id, 0):
                yield from self._learned(append)

    def end(self) -> Iterator[Unlawful | Unchecked]:
        """Judge the appends whose last fact is missing."""
        for append in list(self._log.open.values()):
            yield from self._learned(append)

    def _learned(self, append: Append) -> Iterator[Unlawful | Unchecked]:
        if append.told[0].stamp.position > self._earlier_rules:
            yield from _judged(append)
        self._log.learn(append)


def _judged(append: Append) -> Iterator[Unlawful | Unchecked]:
    """Yield the findings about one append's facts, or the facts that cannot be checked since a part is missing."""
    apart = append.log.whole is not None and not append.unbroken
    try:
        found = _refusal(append)
    except NotHere as missing:
        yield from (Unchecked(told.stamp.position, missing.args[0]) for told in _not_given(append))
        return
    if found:
        yield from [Unchecked(each.stamp.position, each.stamp.stream) for each in append.told] if apart else [found]


def _refusal(append: Append) -> Unlawful | None:
    """Return the rule that these facts break, if any, by the first command that may have recorded them."""
    first = append.told[0].stamp
    who = first.by, first.role, first.on
    others = [told.stamp for told in append.told if (told.stamp.by, told.stamp.role, told.stamp.on) != who]
    origins = _origins(frozenset(type(told.fact) for told in append.told))
    if others or not origins:
        return Unlawful((others or [first])[0].position, OTHERWISE)
    origins = [each for each in origins if first.role in each.roles]
    if not origins or (first.by is None) != (first.role in NOBODY):
        return Unlawful(first.position, "role-may-not")
    found: Unlawful | None = None
    for origin in origins:
        with suppress(Unread):
            if (refused := _run_again(origin, append)) is None:
                return None
            found = found or refused
    return found or Unlawful(first.position, OTHERWISE)


@cache
def _origins(kinds: frozenset[type[Fact]]) -> list[type[Any]]:
    """Return the commands that may have recorded facts of these kinds together."""
    return [each for each in COMMANDS if kinds <= set(each.records)]


def _run_again(origin: type[Any], append: Append) -> Unlawful | None:
    """Return the finding about these facts if this command recorded them; None if they are lawful."""
    first = append.told[0].stamp.position
    append.recording.clear()
    try:
        again: Again = getattr(origin, "again", {})
        command = append.command(origin, **{name: read(append) for name, read in again.items()})
        try:
            who_may(command, append)
        except (Forbidden, NotFound):
            return Unlawful(first, "role-not-held")
        try:
            decide(command, append)
        except NotHere:
            check_recorded(append)
            raise
    except Refused as refusal:
        return Unlawful(first, refusal.slug())
    except ZoneInfoNotFoundError as zone:  # this machine does not know that time zone
        raise NotHere(append.told[0].stamp.stream) from zone
    except IMPOSSIBLE:
        return Unlawful(first, OTHERWISE)
    if others := _not_given(append):
        return Unlawful(others[0].stamp.position, OTHERWISE)
    given = sum(append.here(stream) for stream, _ in append.recording)
    if given == sum(append.here(told.stamp.stream) for told in append.told):
        return None
    return Unfinished(first, OTHERWISE, append.told[-1].stamp) if append.unbroken else Unlawful(first, OTHERWISE)


def _not_given(append: Append) -> list[RecordedFact]:
    """Return the facts that were not recorded again in order; in an extract, others may come in between."""
    given: defaultdict[UUID, deque[Fact]] = defaultdict(deque)
    for stream, fact in append.recording:
        given[stream].append(fact)
    lacking = []
    for told in append.told:
        rest = given[told.stamp.stream]
        while rest and not append.here(told.stamp.stream) and not _same(rest[0], told.fact):
            rest.popleft()
        if not rest or not _same(rest.popleft(), told.fact):
            lacking.append(told)
    return lacking


def _same(given: Fact, fact: Fact) -> bool:
    """Return whether two facts are the same, apart from sealed values, which must be about the same person."""
    theirs = fields_of(fact)
    return type(given) is type(fact) and all(_alike(ours, theirs[name]) for name, ours in fields_of(given).items())


def _alike(ours: Any, theirs: Any) -> bool:
    sealed = isinstance(ours, Personal) and isinstance(theirs, Personal)
    return bool(ours.person == theirs.person if sealed else ours == theirs)
