"""Is this a password that nobody guesses soon? Its form, what everybody knows of its owner, and what is common."""

from __future__ import annotations

import re
from threading import Lock
from typing import Final

from domain.refusal import Refused

SHORTEST: Final = 12
WORDS: Final = re.compile(r"[^\W_]+")
LONG: Final = 3
"""Letters of a word that counts as one of the address or the name."""
FEWEST: Final = 5
"""Different characters at least, and characters beside the address and the name."""
STRONG: Final = 4
"""Of zxcvbn's five scores the best: more than 10^10 guesses."""
LOOKED_AT: Final = 24
"""Characters that zxcvbn is given: the worst of these take it a quarter of a second, the worst of 72 two seconds."""
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
"""What somebody who guesses tries first here: words of this trade, and rows of keys of French keyboards."""
ONE_AT_A_TIME: Final = Lock()
"""zxcvbn keeps the owner's words of who asks in one place: another's would be compared with them."""


class WeakPassword(Refused):
    """A password has at least twelve characters, not all alike, and is not made of the address or the name."""

    fr = "Un mot de passe compte au moins douze caractères, variés, et n'est fait ni de l'adresse ni du nom."
    kind = "invalid"


class CommonPassword(WeakPassword):
    """A password is not one that is soon guessed: choose a sentence of your own, or four words without a link."""

    fr = "Un mot de passe ne se devine pas vite : choisissez une phrase à vous, ou quatre mots sans rapport."


def check_strength(password: str, *known: str) -> None:
    """Refuse a password that is short, or is what everybody knows of its owner; raises WeakPassword."""
    bare = "".join(WORDS.findall(password.casefold()))
    left = bare
    for word in sorted(_words(*known), key=len, reverse=True):
        left = left.replace(word, "") if len(word) >= LONG else left
    if len(password) < SHORTEST or len(set(password.casefold())) < FEWEST or (left != bare and len(left) < FEWEST):
        raise WeakPassword


def check_guesses(password: str, *known: str) -> None:
    """Refuse a password that is common, or made of common words, names, dates, keys in a row; raises CommonPassword.

    Asked where hashes are made, among the few that may at once: it takes as long as one.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415  (16 MB of words: only who has a password chosen needs them)

    with ONE_AT_A_TIME:
        found = zxcvbn(password[:LOOKED_AT], user_inputs=[*HERE, *sorted(_words(*known))])
    if found["score"] < STRONG:
        raise CommonPassword


def _words(*known: str) -> set[str]:
    return {word for each in known for word in WORDS.findall(each.casefold())}
