"""Phrases for the terminal: the pages' phrases, with the certifier's own wording."""

from __future__ import annotations

from adapters.settings import Settings
from adapters.verify.terminal import language
from webapi.words.catalogue import Words, words


def in_words() -> Words:
    """Return the phrases in the terminal's language."""
    return words(language(), Settings.from_environment().words, plain=True)
