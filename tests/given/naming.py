"""Context manager that names the case when one test covers many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def naming(*what: object) -> Iterator[None]:
    """Add the case to the message of any failure in the block."""
    try:
        yield
    except BaseException as failure:
        failure.add_note(f"of {', '.join(map(_name, what))}")
        raise


def _name(what: object) -> str:
    return str(getattr(what, "__name__", what))
