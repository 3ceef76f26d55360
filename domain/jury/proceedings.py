"""Proceedings of a sitting: the facts that its minutes state, in order, with their hours (déroulement)."""

from __future__ import annotations

from typing import Any, Final

from domain.fact import Personal, fields_of
from domain.jury.facts import (
    AttendanceCorrected,
    BlockGranted,
    BlockNotGranted,
    CandidateArrived,
    CandidateNotHeard,
    CandidateReferred,
    DecisionConfirmed,
    DecisionDeferred,
    DecisionTakenBack,
    DecisionVoted,
    DeliberationOpened,
    DeliberationReopened,
    JurorRecused,
    MemberLeft,
    MemberLeftDeliberation,
    MemberNotedAbsent,
    MemberReturned,
    MemberSignedIn,
    RecusalDeclared,
    SessionClosed,
    SessionOpened,
    SessionReopened,
    SummonsFell,
    TitlePronounced,
)

SessionProceeding = (
    MemberSignedIn | MemberNotedAbsent | SessionOpened | MemberLeft | MemberReturned | SessionClosed | SessionReopened
)
"""What happens in the sitting as a whole: who came and left, its opening and its closing."""
CandidateProceeding = (
    CandidateArrived
    | CandidateNotHeard
    | AttendanceCorrected
    | SummonsFell
    | DeliberationOpened
    | MemberLeftDeliberation
    | RecusalDeclared
    | JurorRecused
    | DeliberationReopened
    | DecisionVoted
    | BlockGranted
    | BlockNotGranted
    | TitlePronounced
    | DecisionDeferred
    | CandidateReferred
    | DecisionConfirmed
    | DecisionTakenBack
)
"""What happens about one candidate until the results are released: presence, deliberation, decisions."""
SAID_ABOVE: Final = frozenset({"session", "candidacy"})
"""Fields of a candidate's facts that the minutes state once, for all of them."""


def stated(fact: SessionProceeding | CandidateProceeding) -> dict[str, Any]:
    """Return what the minutes state of a fact: its name and its fields, but for the sealed ones."""
    above = SAID_ABOVE if isinstance(fact, CandidateProceeding) else frozenset()
    said = {name: value for name, value in fields_of(fact).items() if name not in above}
    return {"fact": type(fact).__name__} | {
        name: value for name, value in said.items() if not isinstance(value, Personal)
    }
