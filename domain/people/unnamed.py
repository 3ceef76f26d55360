"""Check that a text in clear contains no national number (NIR)."""

from __future__ import annotations

import re
from typing import Final

from domain.refusal import Refused

BETWEEN: Final = r"[\s.\u2010-\u2015-]*"
NUMBER: Final = re.compile(
    rf"(?<!\d)\d(?:{BETWEEN}\d){{4}}{BETWEEN}(?:\d{BETWEEN}\d|2{BETWEEN}[AB])(?:{BETWEEN}\d){{6}}"
    rf"(?:(?:{BETWEEN}\d){{2}})?(?!\d)",
    re.IGNORECASE,
)
"""Thirteen digits, or fifteen with the key, separated by blanks, dots or hyphens; or Corsica's, with 2A or 2B."""


class NumberInClear(Refused):
    """A reference names nobody: thirteen or fifteen digits in a row, as in a national number (NIR), stand in none."""

    fr = "Une référence ne nomme personne : n'y figurent ni treize ni quinze chiffres à la suite, comme dans un NIR."
    kind = "invalid"


def unnamed(text: str) -> str:
    """Return the text, which contains no such number; raise NumberInClear, which never repeats what was keyed."""
    if NUMBER.search(text):
        raise NumberInClear
    return text
