"""The phrases in the language of the current request's reader."""

from __future__ import annotations

from webapi.current import acquis
from webapi.problems import language
from webapi.words.catalogue import Words, words


def spoken(*, plain: bool = False) -> Words:
    """Return the phrases in the reader's language; `plain` for a program."""
    return words(language(), acquis().settings.words, plain=plain)
