"""Icons, and icons with a word, which pages show by the hundred."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from flask import url_for
from markupsafe import Markup, escape

TONES: Final = {"good": "check", "wait": "alert", "bad": "x", "over": "alert", "open": "circle"}
"""The icon of each tone; other tones have a clock."""


@dataclass(frozen=True)
class Signs:
    """The icons of the site, all in one file; `sprite` is its address."""

    sprite: str

    @cached_property
    def _drawn(self) -> dict[str, Markup]:
        return {}

    def icon(self, name: str) -> Markup:
        """Return an icon, hidden from screen readers."""
        drawn = self._drawn.get(name)
        if drawn is None:
            drawn = self._drawn[name] = Markup('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>').format(
                self.sprite, name
            )
        return drawn

    def chip(self, text: str, tone: str = "", sign: str = "") -> Markup:
        """Return an icon with a word, so that colour is never the only sign. `tone`: one of `TONES`, or empty."""
        drawn = self.icon(sign or TONES.get(tone, "clock"))
        return Markup(f'<span class="chip {escape(tone)}">{drawn}<span>{escape(text)}</span></span>')  # noqa: S704


@cache
def _signs(sprite: str) -> Signs:
    return Signs(sprite)


def signs() -> Signs:
    """Return the icons of this site, at the address that this request uses."""
    return _signs(url_for("static", filename="icons.svg"))
