"""The id of the request that a thread works for, included in each log line and each queued job."""

from __future__ import annotations

from contextlib import AbstractContextManager

from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars, get_contextvars


def begin(number: str) -> None:
    """Set this thread's request."""
    clear_contextvars()
    bind_contextvars(request=number)


def end() -> None:
    """Clear this thread's request."""
    clear_contextvars()


def current() -> str | None:
    """Return the request's id; None for work without a request, such as a command, a timer or some letters."""
    return get_contextvars().get("request")


def at_work_for(number: str | None) -> AbstractContextManager[None]:
    """Set the request of a queued job for this thread while the block lasts."""
    return bound_contextvars(**({"request": number} if number else {}))
