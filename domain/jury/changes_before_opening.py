"""Changes of members and candidates until a session opens: its chair, a member, a candidate taken back."""

from __future__ import annotations

from dataclasses import replace

from domain.candidacy.candidacy import Candidacy
from domain.fact import Personal
from domain.jury.facts import CandidateListed, CandidateTakenBack, ChairNamed, ChairRemoved, JurorRemoved
from domain.jury.session import JurySession, SessionNotPlanned, SessionStage
from domain.ports import CandidacyId, PersonId
from domain.refusal import Refused


class NotAMember(Refused):
    """Only whoever has a seat on the jury is removed from it."""

    fr = "Seul qui occupe un siège du jury en est retiré."


class ChairNotTitular(Refused):
    """A jury is chaired by one of its titular members, who is named once."""

    fr = "Un jury est présidé par un de ses membres titulaires, nommé une fois."


class NoChairToRemove(Refused):
    """The chair is taken from the member who was appointed to it."""

    fr = "La présidence est retirée au membre qui y a été nommé."


class ChangeUnexplained(Refused):
    """A member is removed, and a candidate taken back, for a reason that is said in words."""

    fr = "Un membre est retiré, et un candidat repris, pour un motif dit avec des mots."
    kind = "invalid"


class NotLetGo(Refused):
    """A session takes back a candidate whom it let go, as it had called them, until it opens."""

    fr = "Une session reprend un candidat dont elle s'est dessaisie, tel qu'elle l'avait convoqué, avant de s'ouvrir."


def remove_juror(session: JurySession, juror: PersonId, reason: str) -> JurorRemoved:
    """Remove a member's seat before the session opens, for a stated reason."""
    _check_planned(session)
    if juror not in session.seats:
        raise NotAMember(juror)
    return JurorRemoved(juror=juror, reason=Personal(_given(session, reason), juror))


def name_chair(session: JurySession, juror: PersonId) -> ChairNamed:
    """Appoint a titular member as chair, in place of the current one if there is one."""
    _check_planned(session)
    seat = session.seats.get(juror)
    if seat is None or seat.substitute or seat.chair:
        raise ChairNotTitular(juror)
    return ChairNamed(juror=juror)


def remove_chair(session: JurySession) -> ChairRemoved:
    """Leave the chair vacant; the member who held it keeps their seat."""
    _check_planned(session)
    if session.appointed_chair is None:
        raise NoChairToRemove(session.id)
    return ChairRemoved(juror=session.appointed_chair)


def without_freeing(session: JurySession, candidacy: CandidacyId) -> JurySession:
    """Return the session as if it had not freed this candidate and had yet to call them.

    Raises NotLetGo if the session did not free the candidate, or still lists them.
    """
    _check_planned(session)
    if candidacy not in session.let_go or candidacy in session.listed:
        raise NotLetGo(candidacy)
    return replace(session, freed={each: travels for each, travels in session.freed.items() if each != candidacy})


def take_back(session: JurySession, candidacy: Candidacy, would: CandidateListed, reason: str) -> CandidateTakenBack:
    """Undo the freeing of a candidate, for a stated reason; `would` is how they would be called now.

    Raises NotLetGo if `would` differs from the earlier call (another jury or another law): such a candidate is called
    before another session.
    """
    if replace(would, tied=()) != replace(session.let_go[candidacy.id], tied=()):
        raise NotLetGo(candidacy.id)
    return CandidateTakenBack(
        candidacy=candidacy.id, reason=Personal(_given(session, reason), candidacy.terms.candidate)
    )


def _check_planned(session: JurySession) -> None:
    if session.stage is not SessionStage.PLANNED:
        raise session.not_now(SessionNotPlanned)


def _given(session: JurySession, reason: str) -> str:
    if not reason.strip():
        raise ChangeUnexplained(session.id)
    return reason
