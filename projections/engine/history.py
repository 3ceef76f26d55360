"""Versions of a table's rows over time: each with its first and last position and day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

Row = tuple[Any, ...]


class History:
    """The versions of the rows of one candidacy or stream, while facts are read.

    The key consists of the first `keys` columns, except the very first one: it is the id that all rows share. A
    version lasts from the position and day of the fact that made it to those of the fact that ended it. Days never go
    back, even if the clock did: no version begins on an earlier day than the one before it.
    """

    __slots__ = ("_day", "_keys", "_open", "_over")

    def __init__(self, keys: int) -> None:
        """Start with no row."""
        self._keys = keys
        self._day = date.min
        self._open: dict[Row, tuple[Row, int, date]] = {}
        self._over: list[Row] = []

    def note(self, rows: Iterable[Row], position: int, on: date) -> None:
        """Set all rows that are valid from this position and day on."""
        now = {row[1 : self._keys]: row for row in rows}
        changed = [key for key, (row, *_) in self._open.items() if now.get(key) != row]
        new = [row for key, row in now.items() if key not in self._open]
        if not changed and not new:
            return
        self._day = max(self._day, on)
        for key in changed:
            row, since, day = self._open.pop(key)
            if since < position:
                self._over.append((*row, since, position, day, self._day))
            if key in now:
                new.append(now[key])
        self._open |= {row[1 : self._keys]: (row, position, self._day) for row in new}

    def __iter__(self) -> Iterator[Row]:
        """Yield every version: the row, its first and end position, its first and end day; None while it lasts."""
        yield from self._over
        for row, since, day in self._open.values():
            yield (*row, since, None, day, None)
