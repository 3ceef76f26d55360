"""Schemas of the bodies of commands: one field for each of the command's, except those that the address gives.

A field's type says how it is read; its default says whether it may be left out. Limits on texts and numbers are in
`LIMITS`, by the field's name, or where a route declares them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, is_dataclass
from dataclasses import fields as members
from datetime import date, time
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marshmallow import Schema, fields, validate

from webapi.requests import Body, Day, Flag, Hour, Id, Name, Text

Maker = Callable[..., fields.Field[Any]]
"""A function that makes a field, given whether the field may be left out."""


def text(longest: int, description: str = "", *, shortest: int = 1) -> Maker:
    """Return the maker of a text of `shortest` to `longest` characters."""
    return partial(Text, shortest, longest, metadata={"description": description} if description else {})


def named(longest: int) -> Maker:
    """Return the maker of a name (of a person, an organisation or a place) of at most `longest` characters."""
    return partial(Name, 1, longest)


def number(least: int, most: int) -> Maker:
    """Return the maker of a whole number from `least` to `most`, both allowed."""
    return partial(fields.Integer, strict=True, validate=validate.Range(least, most))


class Many(NamedTuple):
    """A list of `fewest` to `most` items; `each` makes the field of an item, by default according to its type."""

    fewest: int
    most: int
    each: Maker | None = None


Detail = Maker | Many | str
"""How a field is read when its type does not say; a text is a description of the field instead."""
PAST: Final = "A day that is past is meant: without it such a day is refused."
NUMBER: Final = number(1, 9999)
"""The number of a block or a competence."""
LIMITS: Final[dict[str, Maker | Many]] = {
    "reason": text(4000),
    "statement": text(8000),
    "ground": text(2000),
    "reference": text(200),
    "court": text(200),
    "mark": text(40),
    "sanction": text(100, "The code of one sanction; null for the finding with all its sanctions."),
    "comment": text(4000),
    "advice": text(4000),
    "certification": text(20, "Register code: RNCP31936.", shortest=2),
    "name": named(200),
    "born": named(200),
    "place": named(400),
    "places": number(1, 10_000),
    "numerator": number(1, 1000),
    "denominator": number(1, 1000),
    "block": NUMBER,
    "blocks": Many(1, 100, NUMBER),
    "from_blocks": Many(1, 100, NUMBER),
    "to_blocks": Many(1, 100, NUMBER),
    "competence": NUMBER,
    "competences": Many(1, 500, NUMBER),
}
"""Limits of texts, numbers and lists by the field's name, where a route declares no others."""


class Declared(NamedTuple):
    """How a route reads a command's fields, and whether the command signs the version that the user was shown."""

    details: dict[str, Detail]
    signs: bool


DECLARED: Final[dict[type[Any], Declared]] = {}
"""What the API declares for each command that has a route of its own; the command's page form reads the same."""


def form(kind: Any, *known: str, **details: Detail) -> type[Schema]:
    """Return the schema of a body with the fields of this dataclass, except those in `known`.

    The fields of a nested dataclass are added next to the others. Lists, and a field that may be null, hold nested
    objects whole. Raises KeyError for a field without a known type or limit, and for a detail without a field.
    """
    return _form(kind, frozenset(known), tuple(details.items()))


def filled(kind: Any, said: dict[str, Any]) -> Any:
    """Return an instance of the dataclass, filled from `said`: the body and the address."""
    parts = {name: filled(part, said) for name, part in _parts(kind).items()}
    return kind(**{each.name: said[each.name] for each in members(kind) if each.name in said}, **parts)


@cache
def _form(kind: Any, known: frozenset[str], details: tuple[tuple[str, Detail], ...]) -> type[Schema]:
    """Return the schema; the cache gives one schema to all bodies that share it in the OpenAPI document."""
    read = dict(_fields(kind, known, dict(details)))
    if unread := dict(details).keys() - read:
        raise KeyError(*unread)
    return Body.from_dict(read, name=f"{kind.__name__}Body")


@cache
def _parts(kind: Any) -> dict[str, Any]:
    return {name: hint for name, hint in get_type_hints(kind).items() if is_dataclass(hint)}


def _fields(kind: Any, known: frozenset[str], details: dict[str, Detail]) -> Iterator[tuple[str, fields.Field[Any]]]:
    hints = get_type_hints(kind)
    for each in members(kind):
        if is_dataclass(hints[each.name]):
            yield from _fields(hints[each.name], known, details)
        elif each.name not in known:
            yield each.name, _field(each, hints[each.name], details.get(each.name))


def _field(member: Field[Any], hint: Any, detail: Detail | None) -> fields.Field[Any]:
    kinds = get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
    made = partial(_made(member.name, kinds[0], detail), allow_none=NoneType in kinds)
    if member.default is MISSING:
        return made(required=True)
    return made(load_default=tuple if member.default == () else member.default)


def _made(name: str, kind: Any, detail: Detail | None = None) -> Maker:
    """Return the maker of a field: by its type, else by the route's detail, else by its name."""
    kind = getattr(kind, "__supertype__", kind)
    if isinstance(detail, str):
        return partial(_made(name, kind), metadata={"description": detail})
    if kind in BY_TYPE:
        return BY_TYPE[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return partial(fields.Enum, kind, by_value=True)
    if is_dataclass(kind):
        return partial(fields.Nested, form(kind), post_load=partial(filled, kind))
    limits = detail or LIMITS[name]
    if not isinstance(limits, Many):
        return limits
    each = limits.each or _made(name, get_args(kind)[0])
    length = validate.Length(limits.fewest or None, limits.most)
    return partial(fields.List, each(), validate=length, post_load=tuple)


BY_TYPE: Final[dict[Any, Maker]] = {UUID: Id, date: Day, time: Hour, bool: Flag}
