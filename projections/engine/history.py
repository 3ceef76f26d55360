"""How did a table's rows read at each position and on each day? Each reading of a row, from when until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

Row = tuple[Any, ...]


class History:
    """The readings of the rows of one candidacy or stream, while facts are read.

    Their first `keys` columns tell them apart: all but the very first, which is the id that they have in common.
    A reading goes from the position and the day of the fact that made it up to those of the fact that ended it. Days
    never go back, whatever a clock did: a reading begins on no earlier day than any before it.
    """

    __slots__ = ("_day", "_keys", "_open", "_over")

    def __init__(self, keys: int) -> None:
        """Begin with no row."""
        self._keys = keys
        self._day = date.min
        self._open: dict[Row, tuple[Row, int, date]] = {}
        self._over: list[Row] = []

    def note(self, rows: Iterable[Row], position: int, on: date) -> None:
        """Say how all the rows read from this position and day on."""
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
        """Every reading: the row, from and until which position, from and until which day; None where it goes on."""
        yield from self._over
        for row, since, day in self._open.values():
            yield (*row, since, None, day, None)
