"""Did the candidate come before the jury, in the room or remotely, and what was noted of it?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Self, assert_never

from domain.fact import JURY, Fact, Personal, Retention, Term
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, SessionId
from domain.refusal import Refused


class RemoteHearingNotAccepted(Refused):
    """A candidate is heard remotely only when it was offered and they accepted; whoever does not is no absentee."""

    fr = (
        "Un candidat n'est entendu à distance que si cela lui a été proposé et qu'il l'a accepté ; "
        "qui ne l'accepte pas n'est pas absent."
    )


class Attendance(Term):
    """Whether the candidate came (présence): not a result. Who is `EXCLUDED` was not to come."""

    PRESENT = "present", "présent·e", "present"
    EXCUSED = "excused", "excusé·e", "excused"
    ABSENT = "absent", "absent·e", "absent"
    EXCLUDED = "excluded", "exclu·e", "excluded"


class SummonsGround(StrEnum):
    """Why a summons fell: an exclusion that covers the day of the jury."""

    EXCLUSION = "exclusion"


@dataclass(frozen=True, kw_only=True)
class RemoteHearingOffered(Fact):
    """The candidate was offered to be heard remotely (audition à distance)."""

    fr = "Il a été proposé au candidat d'être entendu à distance."
    said_fr = "Une audition à distance a été proposée."
    said_en = "A remote hearing was offered."
    session: SessionId
    candidacy: CandidacyId


@dataclass(frozen=True, kw_only=True)
class RemoteHearingAnswered(Fact):
    """The candidate accepted to be heard remotely, or declined: then they are to be heard in the room."""

    fr = "Le candidat a accepté d'être entendu à distance, ou l'a refusé."
    said_fr = "L'audition à distance a été {accepted:acceptée|refusée} par le ou la candidat·e."
    said_en = "The candidate {accepted:accepted|declined} to be heard remotely."
    session: SessionId
    candidacy: CandidacyId
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class CandidateSignedIn(Fact):
    """The candidate came before the jury and signed, identity checked by a document of this kind (émargement)."""

    fr = "Le candidat s'est présenté et a émargé, identité vérifiée sur une pièce de ce genre."
    said_fr = "Le ou la candidat·e s'est présenté·e{remote: à distance|} ; identité vérifiée ({document})."
    said_en = "The candidate came{remote: remotely|}; identity checked ({document})."
    effective = JURY
    session: SessionId
    candidacy: CandidacyId
    document: IdentityDocument
    remote: bool


@dataclass(frozen=True, kw_only=True)
class CandidateNotHeard(Fact):
    """The candidate did not come before the jury: excused or absent. Nothing was decided.

    `reason` is why they are excused, if they say.
    """

    fr = "Le candidat ne s'est pas présenté : excusé ou absent. Rien n'a été décidé."
    said_fr = "Le ou la candidat·e n'a pas été entendu·e : {attendance}. Rien n'a été décidé."
    said_en = "The candidate was not heard: {attendance}. Nothing was decided."
    effective = JURY
    after_the_end = "a session before which the candidate was called could not close otherwise"
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    attendance: Attendance
    reason: Annotated[Personal[str], Retention.DECISION] | None = None


@dataclass(frozen=True, kw_only=True)
class AttendanceCorrected(Fact):
    """What was noted of the candidate's coming was wrong, and is taken back before the jury takes them up."""

    fr = "Ce qui avait été noté de la présence du candidat a été repris avant la délibération."
    said_fr = "Ce qui avait été noté de la présence du ou de la candidat·e a été repris."
    said_en = "What had been noted of the candidate's coming was taken back."
    effective = JURY
    after_the_end = "a note of who came is put right all the same"
    session: SessionId
    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class SummonsFell(Fact):
    """A summons made before counts no more, on this ground and from this day on: the candidate is not taken up."""

    fr = "Une convocation est tombée : une exclusion prononcée depuis atteint le jour du jury."
    said_fr = "La convocation est tombée le {fell_on} : une exclusion atteint le jour du jury."
    said_en = "The summons fell on {fell_on}: an exclusion reaches the day of the jury."
    effective = "fell_on"
    after_the_end = "a fraud is dealt with all the same"
    milestone = True
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
