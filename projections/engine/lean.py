"""How is a fact read by those who never open its personal fields? Without them.

No rule may read a personal field and no projection opens one. A fact with such fields is read as a subclass of its
own class in which they are None, so that every `case` of a rule still meets it.
"""

from __future__ import annotations

from dataclasses import field, make_dataclass
from typing import Any

import msgspec

from adapters.log.codec import FACTS, PERSONAL, UnknownFactType
from domain.fact import Fact


def _lean(name: str, cls: type[Fact]) -> type[Fact]:
    """The class as it is where it has no personal field."""
    if not PERSONAL[name]:
        return cls
    none: list[Any] = [(personal, type(None), field(default=None)) for personal in PERSONAL[name]]
    return make_dataclass(
        name, none, bases=(cls,), frozen=True, kw_only=True, namespace={"__module__": cls.__module__}
    )


_decoders = {name: msgspec.json.Decoder(_lean(name, cls)).decode for name, cls in FACTS.items()}


def lean(type_name: str, body: str) -> Fact:
    """Read a fact without its personal fields. Raises UnknownFactType for a name this version does not know."""
    decoder = _decoders.get(type_name)
    if decoder is None:
        raise UnknownFactType(type_name)
    return decoder(body)
