"""How is an address written in a page? As Flask does, which is asked once for each."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Flask, request

from adapters.settings import Settings

MOST: Final = 5_000
"""How many addresses are remembered, of some 300 bytes; of too many, all are forgotten."""
PLAIN: Final = frozenset({UUID, int})
"""What an address may name to be remembered: ids and numbers, nothing that anybody typed."""


def remember_addresses(app: Flask, _settings: Settings) -> None:
    """Let templates write addresses of pages and of our own files without Flask's working them out again."""
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
