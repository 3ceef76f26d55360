"""Cache of the addresses that templates build with `url_for`."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Flask, request

from adapters.settings import Settings

MOST: Final = 5_000
"""The most addresses kept (about 300 bytes each); one more empties the cache."""
PLAIN: Final = frozenset({UUID, int})
"""The types of values in an address that is kept: ids and numbers, never text that a user typed."""


def remember_addresses(app: Flask, _settings: Settings) -> None:
    """Keep the addresses that templates build, so that Flask builds each of them only once."""
    known: dict[tuple[Any, ...], str] = {}

    def shared() -> dict[str, Any]:
        root = request.script_root

        def url_for(endpoint: str, **values: Any) -> str:
            if endpoint != "static" and not PLAIN.issuperset(map(type, values.values())):
                return app.url_for(endpoint, **values)
            asked = (endpoint, root, *values.items())
            found = known.get(asked)
            if found is None:
                if len(known) >= MOST:
                    known.clear()
                found = known[asked] = app.url_for(endpoint, **values)
            return found

        return {"url_for": url_for}

    app.context_processor(shared)
