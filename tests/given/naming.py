"""What a failure is about, where one test asks the same of many things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def naming(*what: object) -> Iterator[None]:
    """Whatever fails in the block says of what it is true."""
    try:
        yield
    except BaseException as failure:
        failure.add_note(f"of {', '.join(map(_name, what))}")
        raise


def _name(what: object) -> str:
    return str(getattr(what, "__name__", what))
