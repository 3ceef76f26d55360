"""Cached fragments of pages: those that depend on facts only, kept with the object that they describe.

In a template: `{% call once(piece, 'line') %}…{% endcall %}`. The block contains no text that a user typed, no name
and not today's date; the template writes these outside the block.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol

from flask import request
from markupsafe import Markup

from webapi.privacy.disclosure import Written


class DossierPart(Protocol):
    """A part of a dossier that holds its fragments; both are cached together."""

    @property
    def written(self) -> Written: ...


def once(language: str) -> Callable[..., Markup]:
    """Return the function that renders fragments in this language, under the root of the site for this request."""
    root = request.script_root

    def write(part: DossierPart, *asked: Hashable, caller: Callable[[], Markup]) -> Markup:
        """Return the fragment, rendered once; `asked` names its variant, and there are few variants."""
        which = language, root, *asked
        found = part.written.get(which)
        if found is None:
            found = part.written[which] = caller()
        return found

    return write
