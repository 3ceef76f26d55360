"""Whose was a secret when it came last? A token or a session is one person's for as long as it is kept."""

from __future__ import annotations

from typing import Final
from uuid import UUID

MOST: Final = 10_000
"""Secrets of which a process remembers it."""


class Whose:
    """What a process remembers of secrets' hashes: whose they are, never whether they are valid still."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._known: dict[bytes, UUID] = {}

    def of(self, hashed: bytes) -> UUID | None:
        """The person, where the secret has come before."""
        return self._known.get(hashed)

    def note(self, hashed: bytes, person: UUID) -> None:
        """Remember it; of too many, all are forgotten."""
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[hashed] = person
