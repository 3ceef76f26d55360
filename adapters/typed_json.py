"""Thread-safe decoders of JSON into types, created one at a time and then shared by all threads.

msgspec analyses a class at first use, and stores an incomplete result on the class meanwhile: another thread that
uses it then crashes the process. Therefore no module calls `msgspec.json.decode(…, type=…)`.
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
    """Return a decoder of JSON into this type; it raises msgspec's DecodeError or ValidationError."""
    with _making:
        return msgspec.json.Decoder(kind).decode


def made_as(kind: type[T], of: Callable[[type, Any], Any] | None = None) -> Callable[[Any], T]:
    """Return a converter of decoded JSON into this type; `of` makes types that JSON lacks. Raises ValidationError."""
    read_as(kind)  # analyses the class under the lock
    return partial(msgspec.convert, type=kind, dec_hook=of)
