"""What is fuzzed: something of ours that reads what a stranger wrote, and what it may say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Target:
    """A parser, the refusals that it declares, and small inputs to begin from.

    `limited` is a parser that runs in a child with limits: time and memory that run out are a refusal there.
    """

    reads: Callable[[bytes], object]
    declared: tuple[type[Exception], ...]
    seeds: Callable[[], Iterable[bytes]]
    limited: bool = False

    def __call__(self, data: bytes) -> None:
        """Read it; raises what the parser does not declare."""
        with suppress(*self.declared):
            self.reads(data)


def each_of(*seeds: bytes) -> Callable[[], Iterable[bytes]]:
    """Seeds that are at hand."""
    return lambda: seeds
