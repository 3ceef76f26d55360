"""What else may happen to a jury's session: put off, called off, minutes that a member does not sign?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.fact import Fact, Personal, Retention
from domain.ports import PersonId


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


CourseFact = SessionPostponed | SessionCancelled | MinutesSignatureRefused
