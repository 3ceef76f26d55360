"""Facts of a jury: its session called, held, decided, signed, released, and corrected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from domain.fact import JURY, Fact, Personal, Retention, Term
from domain.framework.jury_rule import Sex
from domain.jury.annulled_decision import Cause
from domain.jury.rectified_decision import Corrected
from domain.jury.vote import VoteOutcome
from domain.organisation.venue import Venue
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, EvidenceId, FrameworkId, OrganisationId, PersonId, RulebookId, SessionId


@dataclass(frozen=True, kw_only=True)
class SessionPlanned(Fact):
    """A jury session was called for a day, under a framework's jury rule (session de jury).

    `place` is one of the sheet's, or a site of the `centre`. `reports_to` is the awarding jury's session where this
    one is an evaluation commission (A09: the fact says which it is). `on_paper`: it was held already, on paper, and
    is transcribed from its signed minutes. `starts_at` is by the clock of the place; `joining_link` where whoever
    attends remotely joins it.
    """

    fr = "Une session de jury a été fixée à un jour, selon la composition du référentiel."
    said_fr = "Une session de jury a été fixée au {held_on}{starts_at: à {starts_at}|}, à : {place}."
    said_en = "A jury session was called for {held_on}{starts_at: at {starts_at}|}, at: {place}."
    framework: FrameworkId
    rulebook: RulebookId
    jury: str
    held_on: date
    place: str
    places: int
    centre: OrganisationId | None = None
    remote: bool = False
    reports_to: SessionId | None = None
    on_paper: bool = False
    starts_at: time | None = None
    joining_link: str | None = None

    @property
    def venue(self) -> Venue:
        """The place where the session is held, as a `Venue` to check."""
        return Venue(place=self.place, centre=self.centre, remote=self.remote)


@dataclass(frozen=True, kw_only=True)
class CommissionNamed(Fact):
    """An evaluation commission was called that reports to this jury (commission d'évaluation)."""

    fr = "Une commission d'évaluation rend compte à ce jury."
    said_fr = fr
    said_en = "An evaluation commission reports to this jury."
    commission: SessionId


@dataclass(frozen=True, kw_only=True)
class JurorAppointed(Fact):
    """A person was given a seat, titular or substitute.

    Whether the member comes from outside, and for which side, follows on the day of the session from what was stated
    of the person.
    """

    fr = "Un siège, titulaire ou suppléant, a été donné à une personne, avec ses qualités."
    said_fr = "{juror:Un membre} a été nommé au jury ({substitute:suppléant|titulaire}{chair:, préside le jury|})."
    said_en = (
        "{juror:A person} was appointed to the jury "
        "({substitute:substitute|titular member}{chair:, chairs the jury|})."
    )
    juror: PersonId
    sex: Sex
    substitute: bool
    chair: bool


@dataclass(frozen=True, kw_only=True)
class JurorRemoved(Fact):
    """A member, titular or substitute, lost their seat before the session opened, with the reason.

    A substitution in which they took part falls with it: the member whom they replaced has the seat again, and
    whoever had taken theirs is a substitute again.
    """

    fr = "Un siège a été retiré à un membre du jury avant l'ouverture, avec son motif."
    said_fr = "{juror:Un membre} a été retiré du jury avant l'ouverture de la session."
    said_en = "{juror:A member} was removed from the jury before the session opened."
    juror: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class ChairNamed(Fact):
    """A titular member of the jury was appointed to its chair before the session opened, in place of any other."""

    fr = "Un membre titulaire du jury a été nommé à sa présidence, à la place de tout autre."
    said_fr = "{juror:Un membre du jury} en a été nommé président."
    said_en = "{juror:A member of the jury} was named its chair."
    juror: PersonId


@dataclass(frozen=True, kw_only=True)
class ChairRemoved(Fact):
    """The member who was to chair the jury no longer is, and keeps their seat: the chair is vacant."""

    fr = "La présidence du jury a été retirée à un membre, qui garde son siège : elle est vacante."
    said_fr = "La présidence du jury a été retirée {juror:à un membre}, qui garde son siège."
    said_en = "The chair of the jury was taken from {juror:a member}, who keeps their seat."
    juror: PersonId


@dataclass(frozen=True, kw_only=True)
class CandidateListed(Fact):
    """A candidacy was put on the session's list, so that its candidate never runs the session.

    `renews` are the sessions whose decision on it was annulled, for no fault of the candidate's: this one is called
    in their place. `barred` are the members and substitutes of those of these juries that had heard the candidate:
    none of them sits here. `jury_law` is the text of law that then bound its jury, if there was one, `advisors` those
    who had accompanied the candidate.
    `inherits` are the commissions that let the candidate go and whose work travels: this jury rules on it. `tied` are
    those with a seat who were then tied to the candidate, as declared or as facts about both show.
    """

    fr = "Une candidature a été inscrite sur la liste de la session."
    said_fr = "La candidature a été inscrite à la session de jury."
    said_en = "The candidacy was put on the jury session's list."
    candidacy: CandidacyId
    candidate: PersonId
    barred: tuple[PersonId, ...] = ()
    jury_law: str | None = None
    advisors: tuple[PersonId, ...] = ()
    renews: tuple[SessionId, ...] = ()
    inherits: tuple[SessionId, ...] = ()
    tied: tuple[PersonId, ...] = ()


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


@dataclass(frozen=True, kw_only=True)
class CandidateTakenBack(Fact):
    """A session took back, before it opened, a candidate whom it had let go, with the reason.

    Their first summons stands: they are on its list again as `CandidateListed` said.
    """

    fr = "Avant de s'ouvrir, la session a repris un candidat dont elle s'était dessaisie, avec son motif."
    said_fr = "La session a repris la candidature dont elle s'était dessaisie."
    said_en = "The session took back the candidacy that it had let go."
    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.DECISION]


class SummonsGround(StrEnum):
    """The reason why a summons lapsed: an exclusion that covers the day of the jury."""

    EXCLUSION = "exclusion"


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


@dataclass(frozen=True, kw_only=True)
class SessionPostponed(Fact):
    """The session was put off to a later day, before it opened (report); its seats and its list stay.

    `reason` is what those called are told; `instead_of` the day for which it was called until then. `past_retakes`:
    by then the time to come back of somebody on its list is over, who comes all the same, having been called in time.
    `starts_at`: from when on that day, where it is not at the same hour.
    """

    fr = "La session a été reportée avant de s'ouvrir ; ses sièges et sa liste restent."
    said_fr = (
        "La session de jury a été reportée au {held_on}{starts_at: à {starts_at}|}"
        "{past_retakes: ; qui y est convoqué y vient, même si son délai pour se représenter est alors passé|}."
    )
    said_en = (
        "The jury session was put off to {held_on}{starts_at: at {starts_at}|}"
        "{past_retakes:; who was called before it comes, even past their time to come back|}."
    )
    held_on: date
    reason: Annotated[Personal[str], Retention.DECISION]
    instead_of: date
    past_retakes: bool
    starts_at: time | None = None

    def put_off(self, plan: SessionPlanned) -> SessionPlanned:
        """Return the plan with the new date and hour."""
        return replace(plan, held_on=self.held_on, starts_at=self.starts_at or plan.starts_at)


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
    said_fr = "L'audition à distance a été {accepted:acceptée|refusée} par le candidat."
    said_en = "The candidate {accepted:accepted|declined} to be heard remotely."
    session: SessionId
    candidacy: CandidacyId
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class PanelDerogationGranted(Fact):
    """A shortfall of balance was accepted, with its reason and the proof of the search for jurors."""

    fr = "Un défaut d'équilibre a été admis, avec son motif et la preuve des recherches."
    said_fr = "Une dérogation à la composition du jury a été accordée (règle : {rule})."
    said_en = "A derogation from the jury's composition was granted (rule: {rule})."
    rule: str
    reason: Annotated[Personal[str], Retention.DECISION]
    proof: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class PanelOfOneSexExplained(Fact):
    """Why all of the panel are women, or all men, was kept, for the minutes: no proportion is asked by the law.

    Said again, it replaces what was said before. A shortfall of the sheet's balance is another matter, which only a
    derogation answers.
    """

    fr = "Le motif pour lequel le jury n'est que de femmes, ou que d'hommes, a été consigné."
    said_fr = (
        "Le motif pour lequel le jury n'est que de femmes, ou que d'hommes, a été consigné pour le procès-verbal."
    )
    said_en = "Why all of the jury are women, or all men, was kept for the minutes."
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class SubstituteSeated(Fact):
    """A substitute took the seat of a member who could not come (suppléant).

    `seated_on` is the day of it, never before that of the session.
    """

    fr = "Un suppléant a pris le siège d'un membre empêché."
    said_fr = "{substitute:Un suppléant} siège au jury et y remplace {replaced:un titulaire empêché}."
    said_en = "{substitute:A substitute} sits in place of {replaced:a member who could not come}."
    substitute: PersonId
    replaced: PersonId
    seated_on: date


@dataclass(frozen=True, kw_only=True)
class JurorConnected(Fact):
    """A member joined the session remotely, before it opened, identity checked against a document of this kind.

    On the day `connected_on`: a session that is put off is joined anew. `at` is the hour; None: not known, of a
    session held on paper.
    """

    fr = "Un membre a rejoint la session à distance avant l'ouverture, identité vérifiée."
    said_fr = "{juror:Un membre du jury} siège à distance ; identité vérifiée ({document})."
    said_en = "{juror:A member of the jury} sits remotely; identity checked ({document})."
    session: SessionId
    juror: PersonId
    document: IdentityDocument
    connected_on: date
    at: time | None = None


@dataclass(frozen=True, kw_only=True)
class MemberSignedIn(Fact):
    """A member came and signed the attendance sheet (émargement), before the opening or after it.

    `on_paper`: somebody else noted that they signed on paper; otherwise they did so here, themselves. `at` is the
    hour; None: not known, of a session held on paper.
    """

    fr = "Un membre est venu et a émargé, avant l'ouverture ou après."
    said_fr = "{juror:Un membre du jury} a émargé{at: à {at}|}{on_paper: ; présence notée d'après sa signature|}."
    said_en = "{juror:A member of the jury} signed in{at: at {at}|}{on_paper:; noted from their signature on paper|}."
    effective = "signed_on"
    juror: PersonId
    signed_on: date
    on_paper: bool
    at: time | None = None


@dataclass(frozen=True, kw_only=True)
class MemberNotedAbsent(Fact):
    """A member who holds a seat was noted absent, excused or not; who comes later signs in all the same.

    `at` is the hour, `day` the day where it is not that of the opening.
    """

    fr = "Un membre qui a un siège a été noté absent, excusé ou non ; s'il vient plus tard, il émarge."
    said_fr = "{juror:Un membre du jury} a été noté absent{excused:, excusé|}{at: à {at}|}."
    said_en = "{juror:A member of the jury} was noted absent{excused:, excused|}{at: at {at}|}."
    juror: PersonId
    excused: bool
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Fact):
    """A member left the sitting: they deliberate on nobody until they are back, and what they decided stays.

    `left_on` is the day; None: the day on which the session opened.
    """

    fr = "Un membre a quitté la séance : il ne délibère plus jusqu'à son retour ; ce qu'il a décidé demeure."
    said_fr = "{juror:Un membre du jury} a quitté la séance{left_on: le {left_on}|}{at: à {at}|}."
    said_en = "{juror:A member of the jury} left the sitting{left_on: on {left_on}|}{at: at {at}|}."
    juror: PersonId
    at: time | None = None
    left_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class MemberReturned(Fact):
    """A member who had left came back: they deliberate on the candidates who are taken up from now on.

    `returned_on` is the day; None: the day on which the session opened.
    """

    fr = "Un membre qui avait quitté la séance est revenu : il délibère sur les candidats pris ensuite."
    said_fr = "{juror:Un membre du jury} est revenu en séance{returned_on: le {returned_on}|}{at: à {at}|}."
    said_en = "{juror:A member of the jury} came back to the sitting{returned_on: on {returned_on}|}{at: at {at}|}."
    juror: PersonId
    at: time | None = None
    returned_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class SessionOpened(Fact):
    """The session opened with the members who signed in; `opened_on` is the day of all that it decides.

    `presides` is the member whom the panel chose in the absence of its chair; None: the chair is there. `at` is the
    hour; None: not known, of a session held on paper.
    """

    fr = "La session s'est ouverte avec les membres qui ont signé ; ce jour est celui des décisions."
    said_fr = (
        "La session de jury s'est ouverte{at: à {at}|}. Ont signé : {present:membres}."
        "{presides: Préside : {presides:un autre membre}.|}"
    )
    said_en = (
        "The jury session opened{at: at {at}|}. Signed in: {present:members}."
        "{presides: Presiding: {presides:another member}.|}"
    )
    effective = "opened_on"
    present: tuple[PersonId, ...]
    opened_on: date
    presides: PersonId | None = None
    at: time | None = None


@dataclass(frozen=True, kw_only=True)
class ChairReplaced(Fact):
    """A member present signs the minutes in the chair's stead, on this ground (suppléance du président)."""

    fr = "Un membre présent signe le procès-verbal à la place du président, pour ce motif."
    said_fr = "{juror:Un membre du jury} signe le procès-verbal à la place de la présidence."
    said_en = "{juror:A member of the jury} signs the minutes in the chair's stead."
    juror: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class ConnectionLost(Fact):
    """A remote member's connection was lost: they take part in nothing meanwhile.

    `at` is the hour, `day` the day where it is not that of the opening.
    """

    fr = "La connexion d'un membre à distance a été perdue : il ne prend part à rien entre-temps."
    said_fr = "{juror:Un membre du jury} a perdu la connexion{at: à {at}|}."
    said_en = "The connection of {juror:a member of the jury} was lost{at: at {at}|}."
    session: SessionId
    juror: PersonId
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class ConnectionRestored(Fact):
    """A remote member was back, seen and heard.

    `at` is the hour, `day` the day where it is not that of the opening.
    """

    fr = "Un membre à distance est de nouveau vu et entendu."
    said_fr = "{juror:Un membre du jury} a retrouvé la connexion{at: à {at}|}."
    said_en = "The connection of {juror:a member of the jury} was restored{at: at {at}|}."
    session: SessionId
    juror: PersonId
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class CandidateArrived(Fact):
    """The candidate came before the jury, in the room or remotely (présence).

    On the day `arrived_on`, of a session that may last for several, `at` this hour; None: not known, of a session
    held on paper. `document`: their identity was checked by one of this kind; `signed`: they signed (émargement).
    `noted_by` is who noted it.
    """

    fr = "Le candidat s'est présenté devant le jury, dans la salle ou à distance."
    said_fr = (
        "Le candidat s'est présenté{remote: à distance|}{at: à {at}|}"
        "{document: ; identité vérifiée ({document})|}{signed: ; il a émargé|}."
    )
    said_en = (
        "The candidate came{remote: remotely|}{at: at {at}|}"
        "{document:; identity checked ({document})|}{signed:; they signed in|}."
    )
    effective = JURY
    session: SessionId
    candidacy: CandidacyId
    remote: bool
    arrived_on: date
    at: time | None = None
    document: IdentityDocument | None = None
    signed: bool = False
    noted_by: PersonId | None = None


class Attendance(Term):
    """Whether the candidate came (présence), which is not a result; an `EXCLUDED` candidate was not to come."""

    PRESENT = "present", "présent", "present"
    EXCUSED = "excused", "excusé", "excused"
    ABSENT = "absent", "absent", "absent"
    EXCLUDED = "excluded", "exclu", "excluded"


@dataclass(frozen=True, kw_only=True)
class CandidateNotHeard(Fact):
    """The candidate did not come before the jury: excused or absent. Nothing was decided.

    `reason` is why they are excused, if they say. `noted_by` is who noted it, `at` the hour (None: not known, of a
    session held on paper), `day` the day where it is not that of the opening.
    """

    fr = "Le candidat ne s'est pas présenté : excusé ou absent. Rien n'a été décidé."
    said_fr = "Le candidat n'a pas été entendu : {attendance}{at:, noté à {at}|}. Rien n'a été décidé."
    said_en = "The candidate was not heard: {attendance}{at:, noted at {at}|}. Nothing was decided."
    effective = JURY
    after_the_end = "a session before which the candidate was called could not close otherwise"
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    attendance: Attendance
    reason: Annotated[Personal[str], Retention.DECISION] | None = None
    at: time | None = None
    day: date | None = None
    noted_by: PersonId | None = None


@dataclass(frozen=True, kw_only=True)
class AttendanceCorrected(Fact):
    """What was noted of the candidate's coming was wrong, and is taken back before the jury takes them up.

    `at` is the hour (None: not known, of a session held on paper), `day` the day where it is not that of the opening.
    """

    fr = "Ce qui avait été noté de la présence du candidat a été repris avant la délibération."
    said_fr = "Ce qui avait été noté de la présence du candidat a été repris."
    said_en = "What had been noted of the candidate's coming was taken back."
    effective = JURY
    after_the_end = "a note of who came is put right all the same"
    session: SessionId
    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.DECISION]
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class DeliberationOpened(Fact):
    """The jury took up this candidate, with these members.

    `sought` are the blocks that are to be decided, `held` those granted before. `benefit` names the texts of law by
    which the candidate keeps the benefit of a registration that ended, or is suspended. `heard_on` is the day, of a
    session that may last for several, on which the candidate came before the jury or, where their presence is not
    asked, on which it took them up. `at` is the hour (None: not known, of a session held on paper), `day` the day
    where it is not that of the opening.
    """

    fr = "Le jury a commencé à délibérer sur ce candidat, avec ces membres."
    said_fr = (
        "Le jury a commencé à délibérer{at: à {at}|}, avec {panel:membres}"
        "{benefit:, le bénéfice de l'enregistrement étant conservé|}."
    )
    said_en = (
        "The jury began to deliberate{at: at {at}|}, with {panel:members}"
        "{benefit:, the benefit of the registration being kept|}."
    )
    effective = JURY
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    panel: tuple[PersonId, ...]
    sought: tuple[int, ...] = ()
    held: tuple[int, ...] = ()
    benefit: tuple[str, ...] = ()
    heard_on: date | None = None
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class MemberLeftDeliberation(Fact):
    """A member who left the sitting is off this deliberation, which was not over: the vote is void.

    Or was taken up again while they were away. `at` is the hour (None: not known, of a session held on paper), `day`
    the day where it is not that of the opening.
    """

    fr = "Un membre qui a quitté la séance n'est plus de cette délibération, inachevée : le vote est à refaire."
    said_fr = (
        "{juror:Un membre du jury} a quitté la séance et n'est plus de cette délibération{at: depuis {at}|} : "
        "le vote est à refaire."
    )
    said_en = (
        "{juror:A member of the jury} left the sitting and is off this deliberation{at: since {at}|}: "
        "the vote is void."
    )
    effective = JURY
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    juror: PersonId
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class JurorRecused(Fact):
    """A juror stepped out for this candidate only (déport); blocks not yet decided are to be ruled on again.

    Where something was decided with them, DeliberationReopened follows, and takes that too. `at` is the hour (None:
    not known, of a session held on paper), `day` the day where it is not that of the opening.
    """

    fr = "Un juré s'est déporté pour ce candidat ; les blocs non décidés sont à apprécier de nouveau."
    said_fr = "{juror:Un membre du jury} s'est retiré de cette délibération{at: à {at}|}."
    said_en = "{juror:A member of the jury} stepped out of this deliberation{at: at {at}|}."
    effective = JURY
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    juror: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class DeliberationReopened(Fact):
    """All that this jury had decided of this candidate was undone, to be deliberated anew (délibération rouverte).

    Rulings, blocks and title rested on members who may not decide on them: those, `without` whom it goes on. `at` is
    the hour (None: not known, of a session held on paper), `day` the day where it is not that of the opening.
    """

    fr = "Ce que le jury avait décidé du candidat est défait : un membre ne pouvait statuer."
    said_fr = (
        "Ce que le jury avait décidé est défait{at: à {at}|} : un membre ne pouvait statuer. Il délibère de nouveau."
    )
    said_en = "What the jury had decided is undone{at: at {at}|}: a member could not decide. It deliberates anew."
    effective = JURY
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    without: tuple[PersonId, ...]
    reason: Annotated[Personal[str], Retention.DECISION]
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class RecusalDeclared(Fact):
    """A juror declared, after a decision in which they took part, that they step out (retrait déclaré).

    Nothing falls yet: the chair or the registrar confirms it, and nothing is closed, signed or released before. `at`
    is the hour, `day` the day where it is not that of the opening.
    """

    fr = "Un juré a déclaré, après la décision, qu'il se retire : la présidence ou le gestionnaire le confirme."
    said_fr = "{juror:Un membre du jury} a déclaré se retirer de cette délibération, après la décision."
    said_en = "{juror:A member of the jury} declared, after the decision, that they step out of this deliberation."
    effective = JURY
    session: SessionId
    candidacy: CandidacyId
    juror: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class DecisionTakenBack(Fact):
    """The jury took back, before the release, what it had decided of the candidate, to decide it anew.

    These `blocks`, granted, not granted or put off, and the `title` where it was pronounced or put off and rested on
    them; no block named: the whole. The rulings stay; no vote does. `at` is the hour, `day` the day where it is not
    that of the opening.
    """

    fr = "Le jury est revenu, avant la communication des résultats, sur ce qu'il avait décidé du candidat."
    said_fr = (
        "Le jury est revenu sur sa décision : {blocks:{blocks}{title: et le titre|}|elle est reprise en entier}."
    )
    said_en = "The jury took back its decision: {blocks:{blocks}{title: and the title|}|all of it}."
    effective = JURY
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    blocks: tuple[int, ...]
    title: bool
    reason: Annotated[Personal[str], Retention.DECISION]
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class DecisionConfirmed(Fact):
    """A member who deliberates confirmed, on their own screen, what was recorded of the candidate.

    Where the rulebook asks it, a session closes once a majority of them did. `at` is the hour, `day` the day where it
    is not that of the opening.
    """

    fr = "Un membre qui délibère a confirmé, sur son écran, ce qui a été consigné du candidat."
    said_fr = "{juror:Un membre du jury} a confirmé la décision consignée."
    said_en = "{juror:A member of the jury} confirmed the decision recorded."
    effective = JURY
    session: SessionId
    candidacy: CandidacyId
    juror: PersonId
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class KeyedFromPaper(Fact):
    """Somebody keyed what a session held on paper decided of this candidate: they do not countersign its minutes."""

    fr = "Une personne a saisi ce que dit le procès-verbal papier : elle ne le contresigne pas."
    said_fr = "{keyed_by:Une personne} a saisi ce que dit le procès-verbal papier."
    said_en = "{keyed_by:Somebody} keyed what the paper minutes say."
    after_the_end = "it says who keyed, whatever is keyed"
    session: SessionId
    candidacy: CandidacyId
    keyed_by: PersonId


@dataclass(frozen=True, kw_only=True)
class CompetenceProposed(Fact):
    """An evaluation commission ruled a competence acquired or not, provisionally: the awarding jury rules on it.

    `departs_from` is the mark it overturns, if it does; `mark` the one it gave or ruled on; `attempt` which attempt
    at its block it rules on, as for a jury's ruling.
    """

    fr = "Une commission d'évaluation a jugé une compétence, à titre provisoire."
    said_fr = "La commission a jugé la compétence {competence} {acquired:acquise|non acquise}, à titre provisoire."
    said_en = "The commission ruled competence {competence} {acquired:acquired|not acquired}, provisionally."
    effective = JURY
    session: SessionId
    candidacy: CandidacyId
    competence: int
    acquired: bool
    departs_from: str | None = None
    mark: str | None = None
    reason: Annotated[Personal[str], Retention.DECISION] | None = None
    attempt: int = 1


@dataclass(frozen=True, kw_only=True)
class CompetenceRuled(Fact):
    """The jury ruled a competence acquired or not; `departs_from` is the mark it overturns, if it does.

    `mark` is the mark it gave or, where a mean counts the competence, the agreed one it ruled on; `worth` is what
    that counts for, in hundredths of a point. `harmonises` is the commission whose ruling it departs from.
    `attempt` is which attempt at its block it rules on: marks of earlier ones are read only as the rulebook keeps
    them, on the day of the session.
    """

    fr = "Le jury a jugé une compétence acquise ou non, et dit la note dont il s'écarte."
    said_fr = (
        "Le jury a déclaré la compétence {competence} {acquired:acquise|non acquise}"
        "{departs_from:, contrairement à la note « {departs_from:mark} »|}."
    )
    said_en = (
        "The jury ruled competence {competence} {acquired:acquired|not acquired}"
        "{departs_from:, contrary to the mark “{departs_from:mark}”|}."
    )
    effective = JURY
    decides = True
    session: SessionId
    candidacy: CandidacyId
    competence: int
    acquired: bool
    departs_from: str | None = None
    mark: str | None = None
    worth: int | None = None
    reason: Annotated[Personal[str], Retention.DECISION] | None = None
    harmonises: SessionId | None = None
    attempt: int = 1


@dataclass(frozen=True, kw_only=True)
class DecisionVoted(Fact):
    """The jury voted on this candidate: unanimously, by a majority, by the chair's vote on a tie, or without one.

    Who voted what is no fact. `abstentions` are those on the vote that the chair settled, the others being equal.
    `at` is the hour, where it is known, `day` the day where it is not that of the opening. Without a `majority`
    nothing is decided until the jury votes again.
    """

    fr = "Le jury a voté : unanimité, majorité ou non, voix du président ; qui a voté quoi n'est jamais dit."
    said_fr = (
        "Le jury a voté"
        "{majority: : {casting_vote:la voix de la présidence a départagé|"
        "{unanimous:à l'unanimité|une majorité a été acquise}}.|"
        " sans majorité : rien n'est décidé avant un autre vote.}"
    )
    said_en = (
        "The jury voted"
        "{majority:: {casting_vote:the chair's vote settled a tie|{unanimous:unanimously|a majority was reached}}.|"
        " without a majority: nothing is decided before another vote.}"
    )
    effective = JURY
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    casting_vote: bool
    abstentions: int | None = None
    majority: bool = True
    unanimous: bool = False
    at: time | None = None
    day: date | None = None

    @property
    def outcome(self) -> VoteOutcome:
        """The outcome of the vote."""
        if self.casting_vote:
            return VoteOutcome.CASTING_VOTE
        if not self.majority:
            return VoteOutcome.NONE
        return VoteOutcome.UNANIMOUS if self.unanimous else VoteOutcome.MAJORITY


@dataclass(frozen=True, kw_only=True)
class BlockGranted(Fact):
    """The jury granted a block: it stays granted."""

    fr = "Le jury a accordé un bloc : il reste acquis."
    said_fr = "Le jury a accordé le bloc {block}."
    said_en = "The jury granted block {block}."
    effective = JURY
    decides = True
    session: SessionId
    candidacy: CandidacyId
    block: int


@dataclass(frozen=True, kw_only=True)
class BlockNotGranted(Fact):
    """The jury did not grant a block, with its reason and its advice for what remains."""

    fr = "Le jury n'a pas accordé un bloc, avec son motif et son conseil."
    said_fr = "Le jury n'a pas accordé le bloc {block}."
    said_en = "The jury did not grant block {block}."
    effective = JURY
    decides = True
    session: SessionId
    candidacy: CandidacyId
    block: int
    reason: Annotated[Personal[str], Retention.DECISION] | None = None
    advice: Annotated[Personal[str], Retention.DECISION] | None = None


@dataclass(frozen=True, kw_only=True)
class TitlePronounced(Fact):
    """The jury pronounced the title: the whole certification is obtained, with its option where it has some.

    `fallen_titles`: the deliberations that had pronounced it in another candidacy of the person, and had lost it.
    `counted`: how much had been counted in this one from elsewhere, on which the title rests.
    """

    fr = "Le jury a prononcé le titre : la certification entière est obtenue."
    said_fr = "Le jury a prononcé le titre : la certification entière est obtenue{option: (option {option})|}."
    said_en = "The jury pronounced the title: the whole certification is obtained{option: (option {option})|}."
    effective = JURY
    decides = True
    session: SessionId
    candidacy: CandidacyId
    fallen_titles: tuple[UUID, ...] = ()
    counted: int = 0
    option: str | None = None


@dataclass(frozen=True, kw_only=True)
class DecisionDeferred(Fact):
    """The jury put off what it had not decided of the candidate, with its reason (sursis à statuer).

    These blocks, and the `title` where it was won and not pronounced: another jury may decide them. `at` is the hour
    (None: not known, of a session held on paper), `day` the day where it is not that of the opening.
    """

    fr = "Le jury a reporté ce qu'il n'avait pas décidé du candidat, avec son motif."
    said_fr = "Le jury a reporté sa décision : {blocks:{blocks}{title: et le titre|}|le titre}."
    said_en = "The jury put off its decision: {blocks:{blocks}{title: and the title|}|the title}."
    effective = JURY
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    blocks: tuple[int, ...]
    title: bool
    reason: Annotated[Personal[str], Retention.DECISION]
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class CandidateReferred(Fact):
    """The jury could not lawfully decide on the candidate, who goes before another (renvoi).

    `rule` is the name of the rule that stood in the way. `at` is the hour (None: not known, of a session held on
    paper), `day` the day where it is not that of the opening.
    """

    fr = "Le jury ne pouvait légalement statuer sur ce candidat, renvoyé devant un autre."
    said_fr = "Le jury ne pouvait légalement statuer : candidat renvoyé devant un autre jury."
    said_en = "The jury could not lawfully decide on this candidate, who goes before another jury."
    effective = JURY
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    rule: str
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class SessionClosed(Fact):
    """The session closed: nothing more is decided in it.

    `signatories` are those who are to sign its minutes, as the rulebook says; none named, the chair. `at` is the
    hour; None: not known, of a session held on paper. `closed_on` is the day; None: the day on which it opened.
    """

    fr = "La session est close : plus rien ne s'y décide."
    said_fr = "La session est close{closed_on: le {closed_on}|}{at: à {at}|} : plus rien ne s'y décide."
    said_en = "The jury session was closed{closed_on: on {closed_on}|}{at: at {at}|}."
    signatories: tuple[PersonId, ...] = ()
    at: time | None = None
    closed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class SessionReopened(Fact):
    """A session that was closed sits again on this candidate alone, whose deliberation was reopened.

    The signatures of its minutes are void: they are not the minutes that will be. `at` is the hour (None: not known,
    of a session held on paper), `day` the day where it is not that of the opening.
    """

    fr = "La session close siège de nouveau sur ce seul candidat ; les signatures tombent."
    said_fr = "La session close siège de nouveau pour cette candidature ; le procès-verbal sera signé de nouveau."
    said_en = "The session, closed before, sits again on this candidacy; the minutes are to be signed anew."
    candidacy: CandidacyId
    at: time | None = None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class MinutesTranscribed(Fact):
    """The signed minutes of a session held on paper were put in as a scan, from which it is keyed (transcription).

    It is about everybody on the list: it is sealed for the session itself, and no one person's erasure takes it.
    `replaces` is the wrong scan in whose place it was put in, which is kept, with the `reason`.
    """

    fr = "Le procès-verbal signé d'une session tenue sur papier a été déposé, d'où elle est saisie."
    said_fr = "Le procès-verbal signé d'une session tenue sur papier a été déposé pour être transcrit."
    said_en = "The signed minutes of a session held on paper were put in to be transcribed."
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
class MinutesSigned(Fact):
    """A member present signed the minutes (procès-verbal): the chair, or another who was to.

    `digest` is the SHA-256, in hexadecimal, of the minutes as signed.
    """

    fr = "Un membre présent, le président ou un autre signataire, a signé le procès-verbal."
    said_fr = "Le procès-verbal a été signé par {signed_by:la présidence du jury}."
    said_en = "The minutes were signed by {signed_by:the chair}."
    signed_by: PersonId
    digest: str


@dataclass(frozen=True, kw_only=True)
class MinutesSignatureRefused(Fact):
    """A member present did not sign the minutes, refusing to or prevented, with the reason.

    `waived`: under the rulebook the minutes hold without this signature.
    """

    fr = "Un membre présent n'a pas signé le procès-verbal, par refus ou empêchement."
    said_fr = "{juror:Un membre du jury} n'a pas signé le procès-verbal, qui {waived:vaut sans|attend} sa signature."
    said_en = (
        "{juror:A member of the jury} did not sign the minutes, which {waived:hold without|wait for} this signature."
    )
    juror: PersonId
    waived: bool
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class ReleaseWithheld(Fact):
    """What this session decides of a candidate is not made known while a procedure for fraud is under way."""

    fr = "Ce que la session décide de ce candidat attend la fin d'une procédure pour fraude."
    said_fr = "Le résultat de cette candidature n'est pas communiqué tant qu'une procédure est en cours."
    said_en = "This candidate's result is not made known while a procedure is under way."
    after_the_end = "a fraud is dealt with all the same"
    candidacy: CandidacyId


@dataclass(frozen=True, kw_only=True)
class ReleaseResumed(Fact):
    """The procedure is over: what this session decided of the candidate is made known with the others' results.

    `released_on` is the day of it where those were known already.
    """

    fr = "La procédure est finie : ce que la session a décidé de ce candidat est communiqué."
    said_fr = "La procédure est finie : le résultat de cette candidature est communiqué avec les autres."
    said_en = "The procedure is over: this candidate's result is made known with the others'."
    effective = "released_on"
    after_the_end = "a fraud is dealt with all the same"
    candidacy: CandidacyId
    released_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ResultsReleased(Fact):
    """The results of the session were made known: until then they were provisional and hidden.

    Time limits to question them run from `released_on`.
    """

    fr = "Les résultats ont été communiqués ; jusque-là ils étaient provisoires et cachés."
    said_fr = "Les résultats ont été communiqués."
    said_en = "The results were made known."
    effective = "released_on"
    milestone = True
    released_on: date


@dataclass(frozen=True, kw_only=True)
class DecisionRectified(Fact):
    """What was keyed of a jury's decision was put right, as its signed minutes say (rectification).

    `granted` and `not_granted` are the blocks that stand otherwise since; `title`: it was pronounced, or falls; None:
    it stays as it was. Two people said so: who proposed it, and who recorded this. `rectified_on` is the day, before
    which nobody was told of it. `made_known`: what it puts right had been released to the candidate, without which it
    took nothing from them. Of a title that was pronounced, `counted`: how much had been counted here from elsewhere;
    `option`: the one that it has.
    """

    fr = "Ce qui avait été saisi d'une décision a été remis en accord avec le procès-verbal signé."
    said_fr = "La décision saisie a été rectifiée selon le procès-verbal signé : "
    said_en = "What was keyed of the decision was put right, as the signed minutes say: "
    effective = JURY
    after_the_end = "what was keyed wrongly before is put right all the same"
    decides = True
    session: SessionId
    candidacy: CandidacyId
    rulings: tuple[Corrected, ...]
    granted: tuple[int, ...]
    not_granted: tuple[int, ...]
    title: bool | None
    proposed_by: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]
    rectified_on: date
    made_known: bool
    counted: int = 0
    option: str | None = None

    def says(self) -> tuple[str, str]:
        """Return what was rectified: competences, blocks, title, in French and in English."""
        came = [each.said for each in self.rulings]
        came += [(f"bloc {block} accordé", f"block {block} granted") for block in self.granted]
        came += [(f"bloc {block} non accordé", f"block {block} not granted") for block in self.not_granted]
        if self.title is not None:
            with_it = f" (option {self.option})" if self.option else ""
            pronounced = f"titre prononcé{with_it}", f"title pronounced{with_it}"
            came.append(pronounced if self.title else ("titre non prononcé", "no title"))
        french, english = (", ".join(each[language] for each in came) for language in (0, 1))
        return f"{self.said_fr}{french}.", f"{self.said_en}{english}."


@dataclass(frozen=True, kw_only=True)
class DecisionAnnulled(Fact):
    """All that this jury had decided of this candidate fell: rulings, blocks, title (annulation).

    `annulled_on` is the day of the answer, of the court's ruling or of the finding.
    """

    fr = "Tout ce que ce jury avait décidé de ce candidat est annulé : appréciations, blocs, titre."
    said_fr = "Tout ce que ce jury avait décidé est annulé {cause} : appréciations, blocs et titre."
    said_en = "All that this jury had decided was annulled {cause}: rulings, blocks and title."
    effective = JURY
    after_the_end = "what a jury decided before falls all the same"
    decides = True
    session: SessionId
    candidacy: CandidacyId
    cause: Cause
    annulled_on: date


@dataclass(frozen=True, kw_only=True)
class TitleFell(Fact):
    """The title that this jury had pronounced fell: a block that it rested on did, or a later jury's stands again.

    What this jury itself ruled and granted stays (annulation par voie de conséquence).
    """

    fr = "Le titre est tombé avec un bloc sur lequel il reposait, ou celui d'un jury ultérieur vaut de nouveau."
    said_fr = "Le titre prononcé par ce jury est tombé, avec un bloc ou devant celui d'un autre jury."
    said_en = "The title that this jury had pronounced fell, with a block or before another jury's."
    effective = JURY
    after_the_end = "what a jury decided before falls all the same"
    decides = True
    session: SessionId
    candidacy: CandidacyId


@dataclass(frozen=True, kw_only=True)
class DecisionRestored(Fact):
    """What this jury had decided of this candidate, and fell, stands again: what made it fall was lifted.

    Its title stands again by a TitleRestored of its own, where it rests on its blocks. `restored_on` is the day of
    the lifting, or of the higher court's ruling.
    """

    fr = "Ce que ce jury avait décidé de ce candidat, et qui était tombé, vaut de nouveau."
    said_fr = "Ce que ce jury avait décidé, et qui était tombé, vaut de nouveau."
    said_en = "What this jury had decided, and had fallen, stands again."
    effective = JURY
    after_the_end = "what fell before stands again all the same"
    decides = True
    session: SessionId
    candidacy: CandidacyId
    restored_on: date


@dataclass(frozen=True, kw_only=True)
class TitleRestored(Fact):
    """The title that this jury had pronounced, and that fell, stands again: it rests on its blocks again."""

    fr = "Le titre que ce jury avait prononcé, et qui était tombé, vaut de nouveau."
    said_fr = fr
    said_en = "The title that this jury had pronounced, and had fallen, stands again."
    effective = JURY
    after_the_end = "what fell before stands again all the same"
    decides = True
    session: SessionId
    candidacy: CandidacyId


ConnectionsFact = JurorConnected | ConnectionLost | ConnectionRestored
DeliberationFact = (
    JurorRecused
    | MemberLeftDeliberation
    | DeliberationReopened
    | DeliberationOpened
    | KeyedFromPaper
    | RemoteHearingOffered
    | RemoteHearingAnswered
    | CandidateArrived
    | CandidateNotHeard
    | AttendanceCorrected
    | SummonsFell
    | CandidateReferred
    | DecisionVoted
    | DecisionDeferred
    | RecusalDeclared
    | DecisionTakenBack
    | DecisionConfirmed
    | CompetenceProposed
    | CompetenceRuled
    | BlockGranted
    | BlockNotGranted
    | TitlePronounced
    | DecisionAnnulled
    | TitleFell
    | DecisionRestored
    | TitleRestored
    | DecisionRectified
)
JurySessionFact = (
    SessionPlanned
    | JurorAppointed
    | JurorRemoved
    | ChairNamed
    | ChairRemoved
    | SubstituteSeated
    | CandidateListed
    | PanelDerogationGranted
    | PanelOfOneSexExplained
    | MemberSignedIn
    | MemberNotedAbsent
    | MemberLeft
    | MemberReturned
    | SessionOpened
    | SessionClosed
    | MinutesSigned
    | MinutesSignatureRefused
    | ResultsReleased
    | SessionPostponed
    | SessionCancelled
    | ReleaseWithheld
    | ReleaseResumed
    | CommissionNamed
    | CandidateFreed
    | CandidateTakenBack
    | MinutesTranscribed
    | SessionReopened
    | ChairReplaced
)
ReserveFact = ReleaseWithheld | ReleaseResumed
