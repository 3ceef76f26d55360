"""The application and the caller of the current request."""

from __future__ import annotations

from typing import cast

from flask import current_app, g

from domain.ports import Actor
from webapi.wiring import App


def acquis() -> App:
    """Return this process's composition root."""
    return cast("App", current_app.extensions["acquis"])


def admitted() -> Actor:
    """Return the caller, authenticated for this request by `admit` (API) or `let_in` (pages)."""
    return cast("Actor", g.actor)
