"""Days, durations, lists and numbers in words, in French and in English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Final

MONTHS: Final = (
    ("janvier", "January"),
    ("février", "February"),
    ("mars", "March"),
    ("avril", "April"),
    ("mai", "May"),
    ("juin", "June"),
    ("juillet", "July"),
    ("août", "August"),
    ("septembre", "September"),
    ("octobre", "October"),
    ("novembre", "November"),
    ("décembre", "December"),
)


SHORT: Final = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip
"""The abbreviated names of the months in French."""


def day(value: date, language: str) -> str:
    """Format a day in full: 1er mars 2021, 1 March 2021."""
    month = MONTHS[value.month - 1]
    if language == "fr":
        return f"{'1er' if value.day == 1 else value.day} {month[0]} {value.year}"
    return f"{value.day} {month[1]} {value.year}"


WEEKDAYS: Final = (
    ("lundi", "Monday"),
    ("mardi", "Tuesday"),
    ("mercredi", "Wednesday"),
    ("jeudi", "Thursday"),
    ("vendredi", "Friday"),
    ("samedi", "Saturday"),
    ("dimanche", "Sunday"),
)


def weekday(value: date, language: str) -> str:
    """Return the day of the week: lundi, Monday."""
    return WEEKDAYS[value.weekday()][language != "fr"]


def month_short(value: date, language: str) -> str:
    """Format a month in short form: nov. 2022, Nov 2022."""
    short = SHORT[value.month - 1] if language == "fr" else MONTHS[value.month - 1][1][:3]
    return f"{short} {value.year}"


def hour(value: time, language: str) -> str:
    """Format a time of day: « 9 h 05 », “09:05”."""
    return f"{value.hour} h {value.minute:02d}" if language == "fr" else f"{value:%H:%M}"


def lasting(minutes: int) -> str:
    """Format a duration, the same in both languages: 2 h 40."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def listed(items: Iterable[object], language: str) -> str:
    """Join items in a sentence: 1, 2 et 3."""
    texts = [str(item) for item in items]
    if len(texts) < 2:  # noqa: PLR2004  (one needs no "and")
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {'et' if language == 'fr' else 'and'} {texts[-1]}"


def named_blocks(numbers: Sequence[int], language: str) -> str:
    """Return the names of blocks: le bloc 2; les blocs 1 et 3."""
    one, several = ("le bloc", "les blocs") if language == "fr" else ("block", "blocks")
    return f"{several if numbers[1:] else one} {listed(numbers, language)}"


def ranges(numbers: Sequence[int], language: str) -> list[str]:
    """Return the numbers as texts, with runs of three or more as ranges: 1 à 9."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    to = "à" if language == "fr" else "to"
    told = [[f"{run[0]} {to} {run[-1]}"] if run[2:] else [str(number) for number in run] for run in runs]
    return [text for texts in told for text in texts]


def competences(numbers: Sequence[int], language: str) -> str:
    """Return the names of competences in a sentence: la compétence 7, les compétences 1 à 9 et 21."""
    several = listed(ranges(numbers, language), language)
    if language == "fr":
        return f"la compétence {several}" if len(numbers) == 1 else f"les compétences {several}"
    return f"competence {several}" if len(numbers) == 1 else f"competences {several}"
