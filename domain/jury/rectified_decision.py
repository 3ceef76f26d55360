"""Rulings and blocks keyed otherwise than the jury's signed minutes state (erreur matérielle)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """A ruling as it was keyed (None if it was not) and as the signed minutes state it: acquired or not.

    `mark` is the mark in the minutes, if there is one, and `worth` its value in a mean.
    """

    competence: int
    keyed: bool | None
    minuted: bool
    mark: str | None = None
    worth: int | None = None

    @property
    def said(self) -> tuple[str, str]:
        """The ruling in the minutes, in French and in English."""
        french, english = ("acquise", "acquired") if self.minuted else ("non acquise", "not acquired")
        return f"compétence {self.competence} {french}", f"competence {self.competence} {english}"


@dataclass(frozen=True, kw_only=True)
class MinutedBlock:
    """A block as the signed minutes state it: granted or not."""

    block: int
    granted: bool
