"""What did an evaluation commission rule, for the awarding jury to rule on? (appréciation provisoire)"""

from __future__ import annotations

from dataclasses import dataclass

from domain.ports import SessionId


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A commission's provisional ruling, as the awarding jury meets it."""

    commission: SessionId
    acquired: bool
    mark: str | None = None
