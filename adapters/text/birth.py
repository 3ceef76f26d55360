"""Date and place of birth as certificates state them, and the date read from such a text."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from adapters.text.wording import day

ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
FRENCH: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def birth(on: date | None, at: str | None) -> str | None:
    """Return the date and place of a birth as on certificates: « 1er mars 1980 à Lyon »."""
    said = [day(on, "fr")] if on else []
    return " ".join([*said, f"à {at}"] if at else said) or None


def born_on(said: str | None) -> date | None:
    """Return the date of birth found in a text about a birth, or None."""
    if said is None:
        return None
    for pattern, order in ((ISO, (0, 1, 2)), (FRENCH, (2, 1, 0))):
        if found := pattern.search(said):
            return _valid(*(int(found.groups()[place]) for place in order))
    months = {day(date(2000, month, 2), "fr").split()[1]: month for month in range(1, 13)}
    if found := re.search(r"(\d{1,2})(?:er)? (\w+) (\d{4})", said.casefold()):
        number, month, year = found.groups()
        return _valid(int(year), months.get(month, 0), int(number))
    return None


def only_a_day(said: str) -> date | None:
    """Return the date if the text is nothing but a date, or None."""
    return born_on(said) if ISO.fullmatch(said) or FRENCH.fullmatch(said) else None


def _valid(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
