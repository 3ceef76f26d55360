"""What else may happen to a jury's session: put off, called off, with commissions, held on paper, not signed?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.fact import Fact, Personal, Retention
from domain.ports import EvidenceId, PersonId, SessionId


@dataclass(frozen=True, kw_only=True)
class SessionPostponed(Fact):
    """The session was put off to a later day, before it opened (report); its seats and its list stay.

    `reason` is what those called are told.
    """

    held_on: date
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class SessionCancelled(Fact):
    """The session was called off before it opened: whoever was on its list is to be called before another.

    `reason` is what those called are told.
    """

    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class MinutesSignatureRefused(Fact):
    """A member present did not sign the minutes, refusing to or prevented, with the reason.

    `waived`: under the rulebook the minutes hold without this signature.
    """

    juror: PersonId
    waived: bool
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class CommissionNamed(Fact):
    """An evaluation commission was called that reports to this jury (commission d'évaluation)."""

    commission: SessionId


@dataclass(frozen=True, kw_only=True)
class MinutesTranscribed(Fact):
    """The signed minutes of a sitting held on paper were put in as a scan, from which it is keyed (transcription).

    It is about everybody on the list: it is sealed for the session itself, and no one person's erasure takes it.
    """

    scan: EvidenceId
    transcribed_on: date
    media_type: str
    size: int
    name: Annotated[Personal[str], Retention.DECISION]
    digest: Annotated[Personal[str], Retention.DECISION]


CourseFact = SessionPostponed | SessionCancelled | MinutesSignatureRefused | CommissionNamed | MinutesTranscribed
