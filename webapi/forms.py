"""How is the body of a command read? A field for each of the command's, but for those that the address names.

A field's type says how it is read, its default whether it may be left out. What a type cannot say, how long a text or
how large a number may be, stands in `LIMITS` by the field's name, or where a way in is declared.
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
"""Makes a field, once it is known whether it may be left out."""


def text(longest: int, about: str = "", *, shortest: int = 1) -> Maker:
    """A text of so many characters."""
    return partial(Text, shortest, longest, metadata={"description": about} if about else {})


def named(longest: int) -> Maker:
    """The name of a person, an organisation or a place, of so many characters."""
    return partial(Name, 1, longest)


def number(least: int, most: int) -> Maker:
    """A whole number between these, both allowed."""
    return partial(fields.Integer, strict=True, validate=validate.Range(least, most))


class Many(NamedTuple):
    """A list of so many, each read as its type says, or else so."""

    fewest: int
    most: int
    each: Maker | None = None


Detail = Maker | Many | str
"""How a field is read where its type does not say; or, as a text, what it means."""
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
"""How long texts and how large numbers may be, where a way in says nothing else."""


class Declared(NamedTuple):
    """How a way in reads and guards a command: what its types do not say, and whether it signs what was shown."""

    details: dict[str, Detail]
    signs: bool


DECLARED: Final[dict[type[Any], Declared]] = {}
"""What the API declares of each command that one address sends: a page's form of it is read the same way."""


def form(kind: Any, *known: str, **details: Detail) -> type[Schema]:
    """The schema of a body that holds the fields of this dataclass but for those that are known without it.

    Those of a part, as of whom a certificate names, stand among the others; lists hold parts whole, and so does a
    field that may be null. Raises KeyError for a field of which nothing says how it is read, for a detail of none.
    """
    return _form(kind, frozenset(known), tuple(details.items()))


def filled(kind: Any, said: dict[str, Any]) -> Any:
    """This dataclass, of what a body of its form and an address say."""
    parts = {name: filled(part, said) for name, part in _parts(kind).items()}
    return kind(**{each.name: said[each.name] for each in members(kind) if each.name in said}, **parts)


@cache
def _form(kind: Any, known: frozenset[str], details: tuple[tuple[str, Detail], ...]) -> type[Schema]:
    """Made once: what several bodies hold is one schema of the document."""
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
    """How a field is read: by its type, or else as the way in says, or its name."""
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
