"""A parser with a bug in it, which the fuzzing must find: what it finds nothing in would else prove nothing."""

from __future__ import annotations

from tests.fuzz.target import Target, each_of


class NotOurs(ValueError):  # noqa: N818  (it names what was met)
    """What this parser declares."""


def read(data: bytes) -> int:
    """A length and so many bytes; one length was forgotten."""
    if data[:3] != b"LEN":
        raise NotOurs
    if len(data) < 5:
        raise NotOurs
    if data[3] == 0x2A and data[4] == 0x07:
        return data[data[3] * 1000]
    return len(data)


TARGETS = {"planted": Target(reads=read, declared=(NotOurs,), seeds=each_of(b"LENa", b"another"))}
