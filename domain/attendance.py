"""Did the candidate come before the jury, in the room or remotely, and what was noted of it?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Self, assert_never

from domain.fact import Fact, Personal, Retention
from domain.identity import IdentityDocument
from domain.ports import CandidacyId, SessionId
from domain.refusal import Refused


class RemoteHearingNotAccepted(Refused):
    """A candidate is heard remotely only when it was offered and they accepted; whoever does not is no absentee."""

    fr = (
        "Un candidat n'est entendu à distance que si cela lui a été proposé et qu'il l'a accepté ; "
        "qui ne l'accepte pas n'est pas absent."
    )


class Attendance(StrEnum):
    """Whether the candidate came (présence): not a result. Who is `EXCLUDED` was not to come."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"
    EXCLUDED = "excluded"


class SummonsGround(StrEnum):
    """Why a summons fell: an exclusion that covers the day of the jury."""

    EXCLUSION = "exclusion"


@dataclass(frozen=True, kw_only=True)
class RemoteHearingOffered(Fact):
    """The candidate was offered to be heard remotely (audition à distance)."""

    session: SessionId
    candidacy: CandidacyId


@dataclass(frozen=True, kw_only=True)
class RemoteHearingAnswered(Fact):
    """The candidate accepted to be heard remotely, or declined: then they are to be heard in the room."""

    session: SessionId
    candidacy: CandidacyId
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class CandidateSignedIn(Fact):
    """The candidate came before the jury and signed, identity checked by a document of this kind (émargement)."""

    session: SessionId
    candidacy: CandidacyId
    document: IdentityDocument
    remote: bool


@dataclass(frozen=True, kw_only=True)
class CandidateNotHeard(Fact):
    """The candidate did not come before the jury: excused or absent. Nothing was decided.

    `reason` is why they are excused, if they say.
    """

    session: SessionId
    candidacy: CandidacyId
    attendance: Attendance
    reason: Annotated[Personal[str], Retention.DECISION] | None = None


@dataclass(frozen=True, kw_only=True)
class AttendanceCorrected(Fact):
    """What was noted of the candidate's coming was wrong, and is taken back before the jury takes them up."""

    session: SessionId
    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class SummonsFell(Fact):
    """A summons made before counts no more, on this ground and from this day on: the candidate is not taken up."""

    session: SessionId
    candidacy: CandidacyId
    ground: SummonsGround
    fell_on: date


AttendanceFact = (
    RemoteHearingOffered
    | RemoteHearingAnswered
    | CandidateSignedIn
    | CandidateNotHeard
    | AttendanceCorrected
    | SummonsFell
)


@dataclass(frozen=True, kw_only=True)
class Coming:
    """What is known of one candidate's coming beside their attendance: signed in, asked to be heard remotely.

    `remote` is None until the candidate has answered an offer.
    """

    signed_in: bool = False
    offered: bool = False
    remote: bool | None = None

    @property
    def heard(self) -> bool:
        """Whether a jury that sits remotely may hear them: remotely as they accepted, or signed in in the room."""
        return self.signed_in or bool(self.remote)

    def after(self, fact: RemoteHearingOffered | RemoteHearingAnswered | CandidateSignedIn) -> Self:
        """What is known of it after one more fact."""
        match fact:
            case RemoteHearingOffered():
                return replace(self, offered=True)
            case RemoteHearingAnswered(accepted=accepted):
                return replace(self, remote=accepted)
            case CandidateSignedIn():
                return replace(self, signed_in=True)
            case _:
                assert_never(fact)


EXPECTED = Coming()
"""Nothing is known of it yet."""
