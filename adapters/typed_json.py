"""How are JSON and what it holds read as a type? By readers that are made one at a time, then shared by all threads.

msgspec works out a class when it first meets it, and notes it on the class before it has done so: a thread that meets
it in between reads by half of it, and ends the process. So nothing is read by `msgspec.json.decode(…, type=…)`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")

_making: Final = Lock()


def read_as(kind: type[T]) -> Callable[[bytes | str], T]:
    """What reads JSON as this type; it raises msgspec's DecodeError, and ValidationError for another shape."""
    with _making:
        return msgspec.json.Decoder(kind).decode


def made_as(kind: type[T], of: Callable[[type, Any], Any] | None = None) -> Callable[[Any], T]:
    """What makes this type of what JSON holds, `of` what JSON does not know; it raises msgspec's ValidationError."""
    read_as(kind)  # which works it out
    return partial(msgspec.convert, type=kind, dec_hook=of)
