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
"""Facts of the sitting as a whole: members' arrivals and departures, its opening and its closing."""
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
"""Facts about one candidate until the results are released: presence, deliberation, decisions."""
SAID_ABOVE: Final = frozenset({"session", "candidacy"})
"""Fields of a candidate's facts that the minutes state once, for all of them."""


def stated(fact: SessionProceeding | CandidateProceeding) -> dict[str, Any]:
    """Return the name and the fields of a fact that the minutes state, without the sealed ones."""
    above = SAID_ABOVE if isinstance(fact, CandidateProceeding) else frozenset()
    said = {name: value for name, value in fields_of(fact).items() if name not in above}
    return {"fact": type(fact).__name__} | {
        name: value for name, value in said.items() if not isinstance(value, Personal)
    }
