"""Reconstruction of a command from the facts that it recorded, to run it again on the facts known before."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from datetime import date, time
from functools import cache, cached_property
from types import NoneType
from typing import Any, Final, NamedTuple, TypeVar, cast, get_args, get_type_hints
from uuid import UUID, uuid5

from domain.appeal.facts import AnnulmentProposed, RectificationProposed
from domain.appeal.rectification import Minuted
from domain.assessment.assessment import Opinion
from domain.assessment.facts import CompetenceAssessed
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import CandidacyOpened
from domain.candidacy.filings import Filings
from domain.candidacy.quota import Places
from domain.fact import Fact, Personal, RecordedFact, fields_of
from domain.fraud.facts import SanctionPronounced
from domain.fraud.fraud import KeyedSanction
from domain.jury.facts import CompetenceProposed, CompetenceRuled, JurorAppointed
from domain.jury.ruling import Ruling
from domain.ports import Actor, CandidacyId, PersonId, Role, S, SessionId, Stream
from domain.refusal import NotFound
from domain.streams.kinds import KINDS, STREAMS

T = TypeVar("T")
F = TypeVar("F", bound=Fact)
SAID: Final = "…"  # placeholder of a sealed text: its content is unknown, its presence is not
LAST_MINUTE: Final = time(23, 59)
NOT_BROUGHT: Final = frozenset({Candidacy, Places, Filings})
"""Aggregates of which an extract of a log may lack some: a replay judges as if those did not exist."""


class NotHere(Exception):  # noqa: N818  (it names what was met)
    """The command needs a stream that is not complete here."""


class Unread(Exception):  # noqa: N818  (it names what was met)
    """The command cannot be reconstructed from the facts."""


class ReplayLog:
    """Every aggregate as known so far; `whole` names the streams that are complete (None: all are)."""

    def __init__(self, whole: Container[UUID] | None = None) -> None:
        """Start without facts."""
        self.whole = whole
        self.streams: dict[UUID, Any] = {}
        self.applied: dict[PersonId, list[CandidacyId]] = {}
        self.seated: dict[PersonId, list[SessionId]] = {}
        self.open: dict[UUID, Append] = {}  # appends with facts still to come

    def met(self, told: RecordedFact) -> Append:
        """Add a fact to its append."""
        append = self.open.setdefault(told.stamp.append_id, Append(self))
        append.told.append(told)
        append.written.add(told.stamp.stream)
        return append

    def learn(self, append: Append) -> None:
        """Apply the facts of one command; note the changed streams in the appends that are still open."""
        del self.open[append.told[0].stamp.append_id]
        for other in self.open.values():
            other.moved |= append.written
        for told in append.told:
            stream = told.stamp.stream
            before = self.known(KINDS[type(told.fact)], stream)
            self.streams[stream] = replace(before.evolve(told.fact), version=told.stamp.version)
            if isinstance(told.fact, CandidacyOpened):
                self.applied.setdefault(told.fact.candidate, []).append(CandidacyId(stream))
            elif isinstance(told.fact, JurorAppointed):
                self.seated.setdefault(told.fact.juror, []).append(SessionId(stream))

    def known(self, kind: type[S], stream: UUID) -> S:
        """Return the aggregate as known so far; empty if this id belongs to another kind."""
        found = self.streams.get(stream)
        return found if isinstance(found, kind) else kind(id=stream)


@dataclass
class Append:
    """The facts that one command recorded, and the log before them, on which it is run again.

    Meanwhile nobody else writes what it reads, nor reads what it writes: the store locks both.
    """

    log: ReplayLog
    told: list[RecordedFact] = field(default_factory=list)
    written: set[UUID] = field(default_factory=set)
    moved: set[UUID] = field(default_factory=set)
    recording: list[tuple[UUID, Fact]] = field(default_factory=list)
    made: set[UUID] = field(default_factory=set)

    @cached_property
    def actor(self) -> Actor:
        """The actor; a fact that one person confirmed alone was recorded after they authenticated again."""
        stamp = self.told[0].stamp
        alone = any(getattr(told.fact, "alone", False) for told in self.told)
        return Actor(person=None if stamp.by is None else PersonId(stamp.by), role=Role(stamp.role), proved=alone)

    @property
    def today(self) -> date:
        """The day on which the command ran."""
        return self.told[0].stamp.on

    @property
    def hour(self) -> time:
        """The hour at which the command ran: the latest that these facts state, else the day's last minute.

        The log keeps no other hour: an hour stated before it had come cannot be detected from these facts.
        """
        stated = (each for told in self.told if isinstance(each := getattr(told.fact, "at", None), time))
        return max(stated, default=LAST_MINUTE)

    def load(self, kind: type[S], stream: UUID) -> S:
        """Return the aggregate as known then; raise NotFound when nothing had happened there, NotHere."""
        found = self.find(kind, stream)
        if not found.version:
            raise NotFound(stream) if self.here(stream) else NotHere(stream)
        return found

    def find(self, kind: type[S], stream: UUID) -> S:
        """Return the aggregate as known then, also when nothing had happened there yet; raise NotHere."""
        found = self._as_it_was(stream)
        if not self.here(stream) and stream not in self.made and (found is not None or kind not in NOT_BROUGHT):
            raise NotHere(stream)
        if found is None:
            return kind(id=stream)
        if not isinstance(found, kind):
            raise NotFound(stream)
        return found

    def find_all(self, kind: type[S], streams: Iterable[UUID]) -> list[S]:
        """Return several aggregates as `find` returns each."""
        return [self.find(kind, stream) for stream in streams]

    def record(self, aggregate: Stream, *facts: Fact) -> None:
        """Store the facts that the command records now."""
        self.recording.extend((aggregate.id, fact) for fact in facts)

    def new_id(self, name: str) -> UUID:
        """Return the id that a new stream got then; raise ValueError if it exists already."""
        made = uuid5(self.told[0].stamp.append_id, name)
        if self._as_it_was(made) is not None:
            raise ValueError("it is not new")
        self.made.add(made)
        return made

    @property
    def unbroken(self) -> bool:
        """True if the facts here are the first ones of the append, without a gap."""
        return all(told.stamp.n == n for n, told in enumerate(self.told))

    def here(self, stream: UUID) -> bool:
        """Return whether the whole stream is here."""
        return self.log.whole is None or stream in self.log.whole

    def _as_it_was(self, stream: UUID) -> Any:
        """Return the aggregate, or None when nothing had happened there; raise ValueError if others wrote there."""
        if self.moved or len(self.log.open) > 1:
            self._undisturbed(stream)
        return self.log.streams.get(stream)

    def _undisturbed(self, stream: UUID) -> None:
        """Refuse a stream on which another command wrote meanwhile."""
        beside = (other for other in self.log.open.values() if other is not self)
        if stream in self.moved or any(stream in other.written for other in beside):
            raise ValueError("somebody else was writing there")

    def of(self, kind: type[F]) -> list[F]:
        """Return the facts of a kind, in order."""
        return [told.fact for told in self.told if isinstance(told.fact, kind)]

    def one(self, kind: type[F]) -> F:
        """Return the first fact of a kind; raise Unread if the append has no such fact."""
        for fact in self.of(kind):
            return fact
        raise Unread(kind)

    def stream(self, kind: type[Any]) -> UUID:
        """Return the first stream of a kind that one of the facts is on; raise Unread without such a stream."""
        for told in self.told:
            if KINDS[type(told.fact)] is kind:
                return told.stamp.stream
        raise Unread(kind)

    @cached_property
    def said(self) -> dict[str, Any]:
        """The values of the facts, by field; the first fact with a field gives its value."""
        return {name: value for told in reversed(self.told) for name, value in fields_of(told.fact).items()}

    def command(self, cls: type[T], **keyed: Any) -> T:
        """Return the command, or a value within it, read from the facts where not given; raise Unread."""
        for each in _fields(cast("Any", cls)):
            value = keyed[each.name] if each.name in keyed else self._read(each)
            if value is None and not each.may_lack:
                raise Unread(each.name)
            if value is not None or each.bare:
                keyed[each.name] = value
        return cls(**keyed)

    def _read(self, of: _Field) -> Any:
        """Return a field's value by its type, by the facts' field of that name, or by its id's stream; else None."""
        with suppress(Unread):
            if of.value is not None:
                return of.value(self)
            if of.name in self.said:
                return SAID if isinstance(self.said[of.name], Personal) else self.said[of.name]
            if of.stream is not None:
                return self.stream(of.stream)
            return self.command(of.inner) if of.inner else None
        return None


class _Field(NamedTuple):
    """The way to read a field of a command; `bare` when it has no default."""

    name: str
    value: Callable[[Append], Any] | None
    stream: type[Any] | None
    inner: type[Any] | None
    bare: bool
    may_lack: bool


@cache
def _fields(cls: type[Any]) -> tuple[_Field, ...]:
    hints = get_type_hints(cls)
    return tuple(_field(each, hints[each.name], get_args(hints[each.name])) for each in fields(cls))


def _field(each: Any, hint: Any, inside: tuple[Any, ...]) -> _Field:
    bare, optional = each.default is MISSING and each.default_factory is MISSING, NoneType in inside
    kind = inside[0] if optional else hint
    inner = kind if isinstance(kind, type) and is_dataclass(kind) else None
    return _Field(each.name, VALUES.get(kind), STREAMS.get(kind), inner, bare, optional or not bare)


def _rulings(append: Append) -> tuple[Ruling, ...]:
    return tuple(
        Ruling(competence=each.competence, acquired=each.acquired, reason=if_said(each.reason), mark=each.mark)
        for told in append.told
        if isinstance(each := told.fact, CompetenceRuled | CompetenceProposed)
    )


def _opinions(append: Append) -> tuple[Opinion, ...]:
    return tuple(
        Opinion(competence=each.competence, mark=each.mark, comment=if_said(each.comment))
        for each in append.of(CompetenceAssessed)
    )


def _asked(append: Append) -> KeyedSanction:
    """Return the sanction as keyed: the number of months until the day that it names; or as proposed."""
    for proposed in append.of(AnnulmentProposed):
        if proposed.sanction is None or not proposed.competences:
            raise Unread(KeyedSanction)
        return KeyedSanction(code=proposed.sanction, competences=proposed.competences)
    fact, today = append.one(SanctionPronounced), append.today
    months = 12 * (fact.until.year - today.year) + fact.until.month - today.month if fact.until else None
    return KeyedSanction(code=fact.sanction, competences=fact.competences, months=months)


def _minuted(append: Append) -> Minuted:
    fact = append.one(RectificationProposed)
    return Minuted(
        rulings={each.competence: each.minuted for each in fact.rulings},
        blocks=fact.blocks,
        title=fact.title,
        marks={each.competence: each.mark for each in fact.rulings if each.mark is not None},
    )


def if_said(text: Personal[Any] | None) -> str | None:
    """Return the placeholder of a text, if there is one."""
    return None if text is None else SAID


Again = Mapping[str, Callable[[Append], Any]]
"""For each field of a command that no fact has under its name, the function that reads it back."""
VALUES: Final[Mapping[Any, Callable[[Append], Any]]] = {
    tuple[Ruling, ...]: _rulings,
    tuple[Opinion, ...]: _opinions,
    KeyedSanction: _asked,
    Minuted: _minuted,
}
"""Functions that read back values keyed within a command whose fields differ from the facts' fields."""
