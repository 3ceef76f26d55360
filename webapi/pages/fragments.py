"""Which fragments of a page are written once? Those that follow from facts alone, kept with what they are about.

In a template: `{% call once(piece, 'line') %}…{% endcall %}`. What stands in the block names nothing that anybody
typed, nor the day: names and other words in clear stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol

from flask import request
from markupsafe import Markup

from webapi.privacy.disclosure import Written


class DossierPart(Protocol):
    """What is kept with its dossier, and fragments about it with it."""

    @property
    def written(self) -> Written: ...


def once(language: str) -> Callable[..., Markup]:
    """What writes fragments in this language, under the address where the site stands for this request."""
    root = request.script_root

    def write(about: DossierPart, *asked: Hashable, caller: Callable[[], Markup]) -> Markup:
        """The fragment, of the few that may be `asked` for, as it was written when it was first."""
        which = language, root, *asked
        found = about.written.get(which)
        if found is None:
            found = about.written[which] = caller()
        return found

    return write
