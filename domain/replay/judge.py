"""Was each decision lawful on the facts then known? The commands, run again over the sealed log, in order.

What one append recorded is read back as its command (`domain/replay/read_back.py`), and lawful if that gives these
facts again.
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
from domain.replay.kinds import KINDS
from domain.replay.read_back import Again, Append, NotHere, ReplayLog, Unread

OTHERWISE: Final = "decided-otherwise"  # this, `role-may-not` and `role-not-held` are the verifier's own words

IMPOSSIBLE: Final = (ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError)
"""What a command meets in facts about something that never was, or on a day past the last one."""


def _every_command() -> Iterator[type[Any]]:
    for module in walk_packages(commands.__path__, f"{commands.__name__}."):
        for kind in vars(import_module(module.name)).values():
            if getattr(kind, "__module__", None) == module.name and hasattr(kind, "records"):
                yield kind


COMMANDS: Final = tuple(sorted(_every_command(), key=lambda each: each.__name__))
ORIGINS: Final[Mapping[type[Fact], tuple[type[Any], ...]]] = {
    fact: tuple(each for each in COMMANDS if fact in each.records) for fact in KINDS
}
"""Which commands record each fact."""


@dataclass(frozen=True)
class Unlawful:
    """Where the rules would have refused, on what was then known: the first such fact of a command; and the rule."""

    position: int
    rule: str


@dataclass(frozen=True)
class Unfinished(Unlawful):
    """Of what the rules give together only this is here: its end is missing, or the log ends there."""

    last: Stamp


@dataclass(frozen=True)
class Unchecked:
    """A fact whose rules ask for a stream not here whole, or for the midnight of a zone not known here."""

    position: int
    stream: UUID


def replay(facts: Iterable[RecordedFact], lasts: Mapping[UUID, int] | None = None) -> Iterator[Unlawful]:
    """Run the commands again over all facts, in order of position; yields what they would refuse."""
    return (found for found in replay_in_part(facts, None, lasts) if isinstance(found, Unlawful))


def replay_in_part(
    facts: Iterable[RecordedFact],
    whole: Container[UUID] | None,
    lasts: Mapping[UUID, int] | None = None,
    *,
    earlier_rules: int = 0,
) -> Iterator[Unlawful | Unchecked]:
    """Do the same where only these streams are here whole (None: all are); yields also what cannot be checked.

    `lasts` is the `n` of the last fact here of each append, unless it is 0; without it all are kept and counted.
    Facts up to the position `earlier_rules` are known to later commands and not judged: a version recorded them whose
    rules are not here.
    """
    if lasts is None:
        facts = list(facts)
        lasts = {told.stamp.append_id: told.stamp.n for told in facts if told.stamp.n}
    replaying = Replay(whole, earlier_rules)
    yield from replaying.judge(facts, lasts)
    yield from replaying.end()


class Replay:
    """The commands run again, as far as the facts have come that it was given."""

    def __init__(self, whole: Container[UUID] | None = None, earlier_rules: int = 0) -> None:
        """Know nothing yet; both as for `replay_in_part`."""
        self._log = ReplayLog(whole)
        self._earlier_rules = earlier_rules

    def judge(self, facts: Iterable[RecordedFact], lasts: Mapping[UUID, int]) -> Iterator[Unlawful | Unchecked]:
        """Judge each append once its last fact is met; `lasts` is the `n` of that fact, unless it is 0."""
        for told in facts:
            append = self._log.met(told)
            if told.stamp.n >= lasts.get(told.stamp.append_id, 0):
                yield from self._learned(append)

    def end(self) -> Iterator[Unlawful | Unchecked]:
        """Judge the appends of which the last fact never came."""
        for append in list(self._log.open.values()):
            yield from self._learned(append)

    def _learned(self, append: Append) -> Iterator[Unlawful | Unchecked]:
        if append.told[0].stamp.position > self._earlier_rules:
            yield from _judged(append)
        self._log.learn(append)


def _judged(append: Append) -> Iterator[Unlawful | Unchecked]:
    """What is wrong with the facts of one append; where some of it is elsewhere, nobody can say that anything is."""
    apart = append.log.whole is not None and not append.unbroken
    try:
        found = _refusal(append)
    except NotHere as missing:
        yield from (Unchecked(told.stamp.position, missing.args[0]) for told in _not_given(append))
        return
    if found:
        yield from [Unchecked(each.stamp.position, each.stamp.stream) for each in append.told] if apart else [found]


def _refusal(append: Append) -> Unlawful | None:
    """The rule that these facts break, if they do: as the first command says that may have recorded them."""
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
    """The commands that may have recorded facts of these kinds together."""
    return [each for each in COMMANDS if kinds <= set(each.records)]


def _run_again(origin: type[Any], append: Append) -> Unlawful | None:
    """What the rules say of these facts, had this command recorded them."""
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
    except ZoneInfoNotFoundError as zone:  # this machine does not know when midnight strikes there
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
    """Those of these facts that were not given now, each next on its stream; in part of one, others come between."""
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
    """Whether two facts say the same, what is sealed apart: both must be about the same person, or neither there."""
    theirs = fields_of(fact)
    return type(given) is type(fact) and all(_alike(ours, theirs[name]) for name, ours in fields_of(given).items())


def _alike(ours: Any, theirs: Any) -> bool:
    sealed = isinstance(ours, Personal) and isinstance(theirs, Personal)
    return bool(ours.person == theirs.person if sealed else ours == theirs)
