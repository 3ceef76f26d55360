"""Which request is this thread at work for? Its number stands in each line of the log, and goes with what waits."""

from __future__ import annotations

from contextlib import AbstractContextManager

from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars, get_contextvars


def begin(number: str) -> None:
    """From now on this thread is at work for this request."""
    clear_contextvars()
    bind_contextvars(request=number)


def end() -> None:
    """It is at work for none."""
    clear_contextvars()


def current() -> str | None:
    """The number of the request; None where there is none: a command, a timer, a letter that nobody asked for."""
    return get_contextvars().get("request")


def at_work_for(number: str | None) -> AbstractContextManager[None]:
    """For as long as the block lasts, this thread is at work for what a request left to be done."""
    return bound_contextvars(**({"request": number} if number else {}))
