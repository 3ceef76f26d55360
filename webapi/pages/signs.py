"""What stands on every page by the hundred: a sign, and a sign with a word."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from flask import url_for
from markupsafe import Markup, escape

TONES: Final = {"good": "check", "wait": "alert", "bad": "x", "over": "alert", "open": "circle"}
"""The sign of each tone; the others have a clock."""


@dataclass(frozen=True)
class Signs:
    """The signs of the site, out of one file: `sprite` is its address."""

    sprite: str

    @cached_property
    def _drawn(self) -> dict[str, Markup]:
        return {}

    def icon(self, name: str) -> Markup:
        """A sign, which says nothing to who does not see it."""
        drawn = self._drawn.get(name)
        if drawn is None:
            drawn = self._drawn[name] = Markup('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>').format(
                self.sprite, name
            )
        return drawn

    def chip(self, text: str, tone: str = "", sign: str = "") -> Markup:
        """A sign and a word, never colour alone. `tone`: one of `TONES`, or none."""
        drawn = self.icon(sign or TONES.get(tone, "clock"))
        return Markup(f'<span class="chip {escape(tone)}">{drawn}<span>{escape(text)}</span></span>')  # noqa: S704


@cache
def _signs(sprite: str) -> Signs:
    return Signs(sprite)


def signs() -> Signs:
    """Those of this site, as it is reached."""
    return _signs(url_for("static", filename="icons.svg"))
