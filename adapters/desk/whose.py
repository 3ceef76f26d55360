"""In-memory cache of the persons of secrets: a token or a session belongs to one person as long as it exists."""

from __future__ import annotations

from typing import Final
from uuid import UUID

MOST: Final = 10_000
"""The number of secrets that a process remembers."""


class Whose:
    """A process's memory of the persons of hashed secrets, never of whether the secrets are still valid."""

    def __init__(self) -> None:
        """Start empty."""
        self._known: dict[bytes, UUID] = {}

    def of(self, hashed: bytes) -> UUID | None:
        """Return the person, if the secret has been used before."""
        return self._known.get(hashed)

    def note(self, hashed: bytes, person: UUID) -> None:
        """Remember the person; when there are too many, all are dropped."""
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[hashed] = person
