"""URL rules that compile their builders on first use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from adapters.settings import Settings


class LateRule(Rule):
    """A URL rule that compiles the functions of `url_for` when `url_for` first needs them.

    Werkzeug compiles two functions for each rule when the application is made: two thirds of the time to make ours,
    which has 700 rules. `_compile_builder` is private to Werkzeug; a version that renames it compiles early again.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now, compiled = super()._compile_builder, None

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            nonlocal compiled
            if compiled is None:
                compiled = compile_now(append_unknown)
            return compiled(rule, **values)

        return build


def build_late(app: Flask, _settings: Settings) -> None:
    """Make Flask use late rules for all URLs added from now on."""
    app.url_rule_class = LateRule
