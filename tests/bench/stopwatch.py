"""Where does the time go? Calls are timed by name, each without what is timed inside it."""

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
        """The same function, timed."""

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
    def on(self, *parts: tuple[str, Any, str]) -> Iterator[None]:
        """Time (name, where, attribute) while the block lasts."""
        before = [(where, attribute, getattr(where, attribute)) for _, where, attribute in parts]
        try:
            for (name, _, _), (where, attribute, function) in zip(parts, before, strict=True):
                setattr(where, attribute, self.around(name, function))
            yield
        finally:
            for where, attribute, function in before:
                setattr(where, attribute, function)
