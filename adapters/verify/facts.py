"""Decoder of facts' bodies into the domain's dataclasses, by their type hints, with the standard library only.

It returns the same as `adapters/log/codec.py`, which uses a package in C; personal fields stay sealed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, time
from enum import Enum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from adapters.verify.proof import UUID_FORM, LogLine, instant
from domain.fact import Fact, Personal, RecordedFact, Retention, Stamp
from domain.former_facts import current_form, current_name
from domain.streams.kinds import KINDS

FACTS: Mapping[str, type[Fact]] = {cls.__name__: cls for cls in KINDS}
"""Every fact that a rule knows, by its name."""
ID = re.compile(UUID_FORM)
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}")
Reader = Callable[[Any], Any]


class Unreadable(ValueError):  # noqa: N818  (named after what happened)
    """A fact whose type or members this version does not know."""


@dataclass(frozen=True)
class SealedText:
    """A personal field as stored in the log: the person, the retention class, the ciphertext in base64."""

    of: UUID
    kept: Retention
    text: str


@dataclass(frozen=True)
class Decoded:
    """A fact with its stamp, and its personal fields, still sealed."""

    told: RecordedFact
    sealed: Mapping[str, SealedText]


def decode(line: LogLine) -> Decoded:
    """Decode a line's fact, with its author and time; raises Unreadable."""
    if current_name(line.type) not in FACTS:
        raise Unreadable(f"unknown type {line.type}")
    try:
        name, body = current_form(line.type, json.loads(line.body))
        sealed = {name: _sealed(held) for name, held in body.get("sealed", {}).items()}
        personal = PERSONAL[name]
        fact = READERS[name]({**body, **dict.fromkeys(personal), **sealed})
        if not sealed.keys() <= personal:
            raise Unreadable("a field is sealed that is not personal")
        by, role, on = body["by"], _plain(str)(body["as"]), _day(body["on"])
        stamp = Stamp(
            stream=UUID(line.stream),
            version=line.version,
            position=line.position,
            by=None if by is None else _id(by),
            role=role,
            on=on,
            at=instant(line.recorded_at),
            append_id=UUID(line.append_id),
            n=line.n,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    return Decoded(RecordedFact(fact=fact, stamp=stamp), sealed)


def _sealed(held: Any) -> SealedText:
    return SealedText(_id(held["of"]), Retention(held["class"]), _plain(str)(held["text"]))


# Readers, one for each type hint


_made: dict[type[Any], Reader] = {}


def _of_dataclass(cls: type[Any]) -> Reader:
    """Return the reader of a class, cached before the readers of its members: a rule's class contains itself."""
    if cls in _made:
        return _made[cls]
    members: list[tuple[str, Reader, bool]] = []

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise TypeError(f"{cls.__name__} is not an object")
        return cls(**{name: of(value[name]) for name, of, required in members if required or name in value})

    _made[cls] = read
    hints = get_type_hints(cls, include_extras=True)
    members += [(each.name, _reader(hints[each.name]), _required(each)) for each in fields(cls)]
    return read


def _required(each: Any) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


@cache
def _reader(hint: Any) -> Reader:
    """Return the reader of values of a type; raises for a type that no fact uses."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _as_personal
    if origin in {Union, UnionType}:
        return _either([each for each in inside if each is not NoneType], nothing=NoneType in inside)
    if origin is tuple:
        return _many(_reader(inside[0]))
    hint = getattr(hint, "__supertype__", hint)
    if hint is UUID:
        return _id
    if hint is date:
        return _day
    if hint is time:
        return _clock
    if hint in {bool, int, str}:
        return _plain(hint)
    if is_dataclass(hint):
        return _of_dataclass(hint)  # type: ignore[arg-type]  # a class, by its hint
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    raise TypeError(f"no fact has values of type {hint}")


def _as_personal(value: Any) -> Personal[SealedText]:
    if not isinstance(value, SealedText):
        raise TypeError("a personal field is not sealed")
    return Personal(value, value.of)


def _either(hints: list[Any], *, nothing: bool) -> Reader:
    """Return a reader for a union (`nothing`: with None); of two types, the last is an object in JSON."""
    plain, of_object = _reader(hints[0]), _reader(hints[-1])

    def either(value: Any) -> Any:
        if value is None and nothing:
            return None
        return of_object(value) if isinstance(value, dict) else plain(value)

    return either


def _many(read: Reader) -> Reader:
    def each(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise TypeError("not a list")
        return tuple(map(read, value))

    return each


@cache
def _plain(cls: type[Any]) -> Reader:
    def same(value: Any) -> Any:
        if type(value) is not cls:
            raise TypeError(f"not {cls.__name__}")
        return value

    return same


@lru_cache(10_000)
def _id(value: Any) -> UUID:
    if not ID.fullmatch(value):
        raise ValueError("not an id")
    return UUID(value)


@lru_cache(1_000)
def _day(value: Any) -> date:
    if not DAY.fullmatch(value):
        raise ValueError("not a day")
    return date.fromisoformat(value)


def _clock(value: Any) -> time:
    if not CLOCK.fullmatch(value):
        raise ValueError("not an hour")
    return time.fromisoformat(value)


def _personal(cls: type[Fact]) -> frozenset[str]:
    """Return the names of a fact's personal fields."""
    hints = get_type_hints(cls, include_extras=True)
    return frozenset(
        name for name, hint in hints.items() if any(get_origin(each) is Annotated for each in (hint, *get_args(hint)))
    )


PERSONAL = {name: _personal(cls) for name, cls in FACTS.items()}
READERS: Mapping[str, Reader] = {name: _reader(hint) for name, hint in dict[str, Any](FACTS).items()}
