"""Strength of passwords: form, personal words of the owner, and common passwords."""

from __future__ import annotations

import re
from threading import Lock
from typing import Final

from domain.refusal import Refused

SHORTEST: Final = 12
WORDS: Final = re.compile(r"[^\W_]+")
LONG: Final = 3
"""The least number of letters of a word of the address or the name that is taken into account."""
FEWEST: Final = 5
"""The least number of different characters, and of characters that remain without the address and the name."""
STRONG: Final = 4
"""The best of zxcvbn's five scores: more than 10^10 guesses."""
LOOKED_AT: Final = 24
"""Characters given to zxcvbn: in the worst case 24 take a quarter of a second, 72 take two seconds."""
HERE: Final = (
    "acquis",
    "vae",
    "rncp",
    "validation",
    "certification",
    "certificateur",
    "certificat",
    "candidat",
    "candidate",
    "jury",
    "diplome",
    "titre",
    "livret",
    "dossier",
    "formation",
    "motdepasse",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "azerty",
)
"""Words that an attacker tries first: the field's own words, and key rows of French keyboards."""
ONE_AT_A_TIME: Final = Lock()
"""Lock around zxcvbn, which stores the caller's words in a global: concurrent calls would mix them up."""


class WeakPassword(Refused):
    """A password has at least twelve characters, not all alike, and is not made of the address or the name."""

    fr = "Un mot de passe compte au moins douze caractères, variés, et n'est fait ni de l'adresse ni du nom."
    kind = "invalid"


class CommonPassword(WeakPassword):
    """A password is not one that is soon guessed: choose a sentence of your own, or four words without a link."""

    fr = "Un mot de passe ne se devine pas vite : choisissez une phrase à vous, ou quatre mots sans rapport."


def check_strength(password: str, *known: str) -> None:
    """Raise WeakPassword if a password is short or monotonous, or consists mostly of words known of its owner."""
    bare = "".join(WORDS.findall(password.casefold()))
    left = bare
    for word in sorted(_words(*known), key=len, reverse=True):
        left = left.replace(word, "") if len(word) >= LONG else left
    if len(password) < SHORTEST or len(set(password.casefold())) < FEWEST or (left != bare and len(left) < FEWEST):
        raise WeakPassword


def check_guesses(password: str, *known: str) -> None:
    """Raise CommonPassword if a password is common, or made of common words, names, dates or keys in a row.

    It takes as long as a hash, and is called within the few concurrent turns for hashing.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415  (16 MB of words: only needed when a password is chosen)

    with ONE_AT_A_TIME:
        found = zxcvbn(password[:LOOKED_AT], user_inputs=[*HERE, *sorted(_words(*known))])
    if found["score"] < STRONG:
        raise CommonPassword


def _words(*known: str) -> set[str]:
    return {word for each in known for word in WORDS.findall(each.casefold())}
