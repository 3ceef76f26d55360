"""In which words does this request's reader read? Their language's, with the certifier's own laid over."""

from __future__ import annotations

from webapi.current import acquis
from webapi.problems import language
from webapi.words.catalogue import Words, words


def spoken(*, plain: bool = False) -> Words:
    """What says phrases to who asks; `plain` to a program."""
    return words(language(), acquis().settings.words, plain=plain)
