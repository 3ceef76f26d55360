"""Which words does a terminal's reader read? Those of the pages, with the certifier's own laid over."""

from __future__ import annotations

from adapters.settings import Settings
from adapters.verify.terminal import language
from webapi.words.catalogue import Words, words


def in_words() -> Words:
    """What says phrases in the terminal's language."""
    return words(language(), Settings.from_environment().words, plain=True)
