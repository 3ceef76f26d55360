"""In-memory cache of the owners of secrets: a token or a session belongs to one person as long as it exists."""

from __future__ import annotations

from typing import Final
from uuid import UUID

MOST: Final = 10_000
"""The greatest number of secrets in a process's cache."""


class OwnerCache:
    """A process's cache of the persons of hashed secrets, but not of the secrets' validity."""

    def __init__(self) -> None:
        """Start empty."""
        self._known: dict[bytes, UUID] = {}

    def of(self, hashed: bytes) -> UUID | None:
        """Return the person, if the secret is in the cache."""
        return self._known.get(hashed)

    def note(self, hashed: bytes, person: UUID) -> None:
        """Cache the person; when the cache is full, it is emptied first."""
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[hashed] = person
