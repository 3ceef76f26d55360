"""What was keyed otherwise than a jury's signed minutes say, and what does it come to? (erreur matérielle)"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """A ruling as it was keyed (None: it was not) and as the signed minutes say it: acquired or not.

    `mark` is the mark that they give, where they give one, and `worth` what it counts for in a mean.
    """

    competence: int
    keyed: bool | None
    minuted: bool
    mark: str | None = None
    worth: int | None = None

    @property
    def said(self) -> tuple[str, str]:
        """What the minutes say, in French and in English."""
        french, english = ("acquise", "acquired") if self.minuted else ("non acquise", "not acquired")
        return f"compétence {self.competence} {french}", f"competence {self.competence} {english}"


@dataclass(frozen=True, kw_only=True)
class MinutedBlock:
    """What the signed minutes say of a block: granted or not."""

    block: int
    granted: bool
