"""Times of calls by name, each without the timed calls inside it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any


class Stopwatch:
    """Seconds by name."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._inside = [0.0]

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time measured."""

        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._inside.append(0.0)
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                took = time.perf_counter() - began
                self.spent[name] += took - self._inside.pop()
                self._inside[-1] += took

        return timed

    @contextmanager
    def on(self, *parts: tuple[str, Any, Callable[..., Any]]) -> Iterator[None]:
        """Time (name, object, attribute) while the block lasts."""
        try:
            for name, where, function in parts:
                setattr(where, function.__name__, self.around(name, function))
            yield
        finally:
            for _, where, function in parts:
                setattr(where, function.__name__, function)
