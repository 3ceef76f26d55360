"""Check that a name of a person, an organisation or a place is readable as it is written (ADR 50)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from domain.refusal import Refused

UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters without meaning of their own: control, format, surrogates, private, unassigned, breaks."""
STEERS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that no text may contain: controls, changes of direction (which reorder it), non-characters."""
JOINERS: Final = frozenset({"\u200c", "\u200d"})
"""Characters that decide how adjacent letters are drawn, in scripts that join letters; meaningless elsewhere."""
JOINING: Final = frozenset(
    {
        "ARABIC",
        "SYRIAC",
        "MONGOLIAN",
        "DEVANAGARI",
        "BENGALI",
        "GURMUKHI",
        "GUJARATI",
        "ORIYA",
        "TAMIL",
        "TELUGU",
        "KANNADA",
        "MALAYALAM",
        "SINHALA",
        "KHMER",
        "MYANMAR",
    }
)
"""Scripts that join letters, as the first word of their letters' Unicode names."""
FILLERS: Final = frozenset({"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800"})
"""Letters and a sign that are drawn blank."""


class NameUnfit(Refused):
    """A name is made of letters that are seen: type it anew, without invisible or control characters."""

    fr = "Un nom est fait de lettres qui se voient : retapez-le, sans caractère invisible ni de contrôle."
    kind = "invalid"


def fit_name(given: str) -> str:
    """Return the name as it is stored: NFC, with plain spaces, trimmed; raise NameUnfit.

    Letters of every script are accepted, right-to-left ones too; marks of direction, which only hide something in a
    name, are not. Joiners (U+200C, U+200D) are accepted between letters of a script that joins them.
    """
    composed = unicodedata.normalize("NFC", given)
    name = "".join(" " if unicodedata.category(each) == "Zs" else each for each in composed).strip(" ")
    if not any(_says_something(each) for each in name):
        raise NameUnfit
    for place, each in enumerate(name):
        if each in JOINERS:
            if not (_joins(name[place - 1 : place]) and _joins(name[place + 1 : place + 2])):
                raise NameUnfit
        elif each in FILLERS or unicodedata.category(each) in UNSEEN:
            raise NameUnfit
    return name


def _says_something(character: str) -> bool:
    return character not in FILLERS and unicodedata.category(character)[0] in "LNPS"


def _joins(character: str) -> bool:
    return bool(character) and unicodedata.name(character, "").partition(" ")[0] in JOINING
