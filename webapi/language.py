"""Dates, sizes and missing competences as French and English text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from adapters.clock import PARIS
from adapters.text.birth import only_a_day
from adapters.text.wording import competences, day, hour, listed, month_short, named_blocks, weekday

BEFORE: Final = re.compile(" (?=[:;?!»%])|(?<=«) ")
"""Spaces at which a line must not break."""


def unbroken(french: str) -> str:
    """Return French text with no-break spaces before high punctuation and inside guillemets."""
    return BEFORE.sub("\u00a0", french)


def moment(value: datetime, language: str) -> str:
    """Return an instant in Paris time, to the second."""
    there = value.astimezone(PARIS)
    return f"{day(there.date(), language)}{' à ' if language == 'fr' else ' at '}{there:%H:%M:%S}"


def missing(mandatory: Sequence[int], others: int, language: str, *, free: bool = True) -> str:
    """Return what a block still needs, in words: il manque la compétence obligatoire 7 et 2 autres.

    `free`: the candidate chooses the others; otherwise the block's rule says which ones count.
    """
    numbers = listed(mandatory, language)
    many = "s" if others > 1 else ""
    if language == "fr":
        if not mandatory:
            return f"Il manque {others} compétence{many} {'au choix' if free else 'selon la règle du bloc'}."
        if len(mandatory) == 1:
            rest = f" et {others} autre{many}" if others else ""
            return f"Il manque la compétence obligatoire {numbers}{rest}."
        rest = f", et {others} autre{many}" if others else ""
        return f"Il manque les compétences obligatoires {numbers}{rest}."
    if not mandatory:
        return f"Missing: {'any ' if free else ''}{others} competence{many}{'' if free else ' as the block asks'}."
    first = f"mandatory competence{'s' if len(mandatory) > 1 else ''} {numbers}"
    return f"Missing: {first}{f', and {others} more' if others else ''}."


UNITS: Final = (("octets", "Ko", "Mo", "Go"), ("bytes", "KB", "MB", "GB"))


def size(value: int, language: str) -> str:
    """Return a size in bytes as text: 200 Mo, 200 MB (multiples of 1024)."""
    units = UNITS[0 if language == "fr" else 1]
    amount, unit = float(value), 0
    while amount >= 1024 and unit < len(units) - 1:  # noqa: PLR2004
        amount, unit = amount / 1024, unit + 1
    shown = f"{amount:.1f}".removesuffix(".0")
    return f"{shown.replace('.', ',') if language == 'fr' else shown}\u00a0{units[unit]}"


def initials(name: str) -> str:
    """Return the first letters of a name's first and last word: GP for Garance Prétexte."""
    parts = [each for each in name.split() if each[0].isalpha()]
    return "".join(each[0].upper() for each in (parts[:1] + parts[1:][-1:]))


def birth(said: str, language: str) -> str:
    """Return a birth as it is recorded; a date alone is written in full."""
    on = only_a_day(said.strip())
    return day(on, language) if on else said


FORMATS: Final[dict[str, Callable[..., Any]]] = {
    "unbroken": unbroken,
    "day": day,
    "hour": hour,
    "moment": moment,
    "listed": listed,
    "competences": competences,
    "blocks_named": named_blocks,
    "missing": missing,
    "size": size,
    "weekday": weekday,
    "month_short": month_short,
    "initials": initials,
    "birth": birth,
}
