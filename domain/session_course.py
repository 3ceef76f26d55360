"""What else may happen to a jury's session: put off or called off, commissions, on paper, not signed, reopened?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.fact import Fact, Personal, Retention
from domain.ports import CandidacyId, EvidenceId, PersonId, SessionId


@dataclass(frozen=True, kw_only=True)
class SessionPostponed(Fact):
    """The session was put off to a later day, before it opened (report); its seats and its list stay.

    `reason` is what those called are told; `instead_of` the day for which it was called until then. `past_retakes`:
    by then the time to come back of somebody on its list is over, who comes all the same, having been called in time.
    """

    fr = "La session a été reportée avant de s'ouvrir ; ses sièges et sa liste restent."
    said_fr = (
        "La session de jury a été reportée au {held_on}"
        "{past_retakes: ; qui y est convoqué y vient, même si son délai pour se représenter est alors passé|}."
    )
    said_en = (
        "The jury session was put off to {held_on}"
        "{past_retakes:; who was called before it comes, even past their time to come back|}."
    )
    held_on: date
    reason: Annotated[Personal[str], Retention.DECISION]
    instead_of: date
    past_retakes: bool


@dataclass(frozen=True, kw_only=True)
class SessionCancelled(Fact):
    """The session was called off before it opened: whoever was on its list is to be called before another.

    `reason` is what those called are told.
    """

    fr = "La session a été annulée avant de s'ouvrir ; ses candidats sont à convoquer ailleurs."
    said_fr = "La session de jury a été annulée avant de s'ouvrir."
    said_en = "The jury session was called off before it opened."
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class MinutesSignatureRefused(Fact):
    """A member present did not sign the minutes, refusing to or prevented, with the reason.

    `waived`: under the rulebook the minutes hold without this signature.
    """

    fr = "Un membre présent n'a pas signé le procès-verbal, par refus ou empêchement."
    said_fr = (
        "{juror:Un·e membre du jury} n'a pas signé le procès-verbal, qui {waived:vaut sans|attend} sa signature."
    )
    said_en = (
        "{juror:A member of the jury} did not sign the minutes, which {waived:hold without|wait for} this signature."
    )
    juror: PersonId
    waived: bool
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class CommissionNamed(Fact):
    """An evaluation commission was called that reports to this jury (commission d'évaluation)."""

    fr = "Une commission d'évaluation rend compte à ce jury."
    said_fr = fr
    said_en = "An evaluation commission reports to this jury."
    commission: SessionId


@dataclass(frozen=True, kw_only=True)
class MinutesTranscribed(Fact):
    """The signed minutes of a sitting held on paper were put in as a scan, from which it is keyed (transcription).

    It is about everybody on the list: it is sealed for the session itself, and no one person's erasure takes it.
    `replaces` is the wrong scan in whose place it was put in, which is kept, with the `reason`.
    """

    fr = "Le procès-verbal signé d'une séance tenue sur papier a été déposé, d'où elle est saisie."
    said_fr = "Le procès-verbal signé d'une séance tenue sur papier a été déposé pour être transcrit."
    said_en = "The signed minutes of a sitting held on paper were put in to be transcribed."
    effective = "transcribed_on"
    scan: EvidenceId
    transcribed_on: date
    media_type: str
    size: int
    name: Annotated[Personal[str], Retention.DECISION]
    digest: Annotated[Personal[str], Retention.DECISION]
    replaces: EvidenceId | None = None
    reason: Annotated[Personal[str], Retention.DECISION] | None = None


@dataclass(frozen=True, kw_only=True)
class SessionReopened(Fact):
    """A session that was closed sits again on this candidate alone, whose deliberation was reopened.

    The signatures of its minutes are void: they are not the minutes that will be.
    """

    fr = "La session close siège de nouveau sur ce seul candidat ; les signatures tombent."
    said_fr = "La session close siège de nouveau pour cette candidature ; le procès-verbal sera signé de nouveau."
    said_en = "The session, closed before, sits again on this candidacy; the minutes are to be signed anew."
    candidacy: CandidacyId


@dataclass(frozen=True, kw_only=True)
class ChairReplaced(Fact):
    """A member present signs the minutes in the chair's stead, on this ground (suppléance du président)."""

    fr = "Un membre présent signe le procès-verbal à la place du président, pour ce motif."
    said_fr = "{juror:Un·e membre du jury} signe le procès-verbal à la place de la présidence."
    said_en = "{juror:A member of the jury} signs the minutes in the chair's stead."
    juror: PersonId
    ground: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class CandidateFreed(Fact):
    """A candidate was let go before another jury, a commission's before another than its own (dessaisissement).

    Before the session opens, or while it sits and their title stands again, they are on its list no more; once a
    commission has signed, its jury does without them.
    `work_travels`: under the rulebook, the jury before which they are called next rules on what it proposed.
    """

    fr = "La session s'est dessaisie d'un candidat, au profit d'un autre jury."
    said_fr = (
        "La session s'est dessaisie "
        "{work_travels:au profit d'un autre jury, qui se prononcera sur ses appréciations|"
        "de la candidature ; elle n'en décide rien}."
    )
    said_en = (
        "The session let the candidacy go"
        "{work_travels: before another jury, which rules on what it proposed|; it decides nothing of it}."
    )
    candidacy: CandidacyId
    work_travels: bool
    reason: Annotated[Personal[str], Retention.DECISION]
