"""Decoder of facts without their personal fields, for readers that never open them.

No rule may read a personal field and no projection opens one. A fact with such fields is decoded as a subclass of its
class in which they are None, so that every `case` of a rule still matches it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, make_dataclass
from typing import Any

from adapters.log.codec import FACTS, PERSONAL, UnknownFactType
from adapters.typed_json import read_as
from domain.fact import Fact


def _lean(name: str, cls: type[Fact]) -> type[Fact]:
    """Return the class, or a subclass with the personal fields set to None."""
    if not PERSONAL[name]:
        return cls
    none: list[Any] = [(personal, type(None), field(default=None)) for personal in PERSONAL[name]]
    return make_dataclass(
        name, none, bases=(cls,), frozen=True, kw_only=True, namespace={"__module__": cls.__module__}
    )


class _Decoders(dict[str, Callable[[str], Fact]]):
    """Decoders by fact type, each created at its first use."""

    def __missing__(self, name: str) -> Callable[[str], Fact]:
        if name not in FACTS:
            raise UnknownFactType(name)
        self[name] = read_as(_lean(name, FACTS[name]))
        return self[name]


_decoders = _Decoders()


def lean(type_name: str, body: str) -> Fact:
    """Decode a fact without its personal fields. Raises UnknownFactType for a type not known here."""
    return _decoders[type_name](body)
