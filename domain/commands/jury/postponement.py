from __future__ import annotations

from datetime import date, time

from domain.assessment.attempts import Attempts
from domain.candidacy.candidacy import Candidacy
from domain.commands.jury.marks_before_the_jury import attempts
from domain.fact import Personal
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CandidateFreed, SessionCancelled, SessionPostponed
from domain.jury.session import JurySession, SessionInThePast, SessionNotPlanned, SessionStage
from domain.ports import CandidacyId, Find, PersonId
from domain.refusal import Refused
from domain.rulebook.retake_rules import Retakes
from domain.rulebook.session_rules import SessionRules


class NotLater(Refused):
    """A session is put off to a day later than the one for which it was called."""

    fr = "Une session est reportée à un jour postérieur à celui pour lequel elle était convoquée."
    kind = "invalid"


class AlreadyHeld(Refused):
    """A session that was held already, on paper, is not put off: one called for a wrong day is called off."""

    fr = "Une session déjà tenue, sur papier, ne se reporte pas ; convoquée pour un autre jour, elle s'annule."
    kind = "invalid"


class NotToBeFreed(Refused):
    """A session lets a candidate go before it opens; later, who holds the title again and was not taken up.

    A commission also once signed, if its jury awaits them not.
    """

    fr = (
        "Une session se dessaisit d'un candidat avant de s'ouvrir ; ensuite, de qui a retrouvé son titre et n'a pas "
        "été examiné ; une commission, aussi une fois son procès-verbal signé si son jury ne l'attend pas."
    )


class PastRetakes(Refused):
    """A session is put off past the time within which somebody on its list may come back only if that is said."""

    fr = (
        "Une session n'est reportée au-delà du délai dans lequel un de ses candidats peut se représenter "
        "que si cela est dit."
    )
    source = "the certifier's rulebook (retakes)"
    source_fr = "le règlement du certificateur (nouvelles tentatives)"


def past_retakes(find: Find, session: JurySession, rules: Retakes | None, held_on: date) -> tuple[CandidacyId, ...]:
    """Return the candidacies on the list whose time to return is over on that day, though they were called in time.

    Reads each candidacy, the sessions it was called before and their deliberations.
    """
    if rules is None:
        return ()
    return tuple(each for each in sorted(session.listed) if _before(find, session, each).over(rules, held_on))


def _before(find: Find, session: JurySession, candidacy: CandidacyId) -> Attempts:
    others = [find(JurySession, other) for other in find(Candidacy, candidacy).sessions if other != session.id]
    said = ((other, find(Deliberation, Deliberation.id_of(other.id, candidacy))) for other in others)
    return attempts(find, candidacy, said)


def postpone(
    session: JurySession,
    held_on: date,
    reason: str,
    *,
    by: PersonId,
    today: date,
    past: tuple[CandidacyId, ...],
    said: bool,
    starts_at: time | None = None,
) -> SessionPostponed:
    """Postpone the session before it opens; the candidates on its list stay called before this jury.

    `past` are those whose time to return is over then; `said` is whether the registrar confirms them.
    """
    _not_begun(session)
    if session.planned.on_paper:
        raise AlreadyHeld(session.id)
    if held_on <= session.planned.held_on:
        raise NotLater(held_on.isoformat())
    if held_on < today:
        raise SessionInThePast(held_on.isoformat())
    if past and not said:
        raise PastRetakes(*past)
    return SessionPostponed(
        held_on=held_on,
        instead_of=session.planned.held_on,
        reason=Personal(reason, by),
        past_retakes=bool(past),
        starts_at=starts_at,
    )


def cancel(session: JurySession, reason: str, *, by: PersonId) -> SessionCancelled:
    """Cancel the session before it opens; its candidates may be called before another."""
    _not_begun(session)
    return SessionCancelled(reason=Personal(reason, by))


def titled_again(find: Find, session: JurySession, candidacy: Candidacy) -> bool:
    """Return whether a sitting session cannot start on the candidacy since another jury's title is in force again.

    Reads each session's deliberation on the candidacy, while this session sits on it.
    """
    if not session.sits_on(candidacy.id):
        return False
    said = {each: find(Deliberation, Deliberation.id_of(each, candidacy.id)) for each in candidacy.sessions}
    here = said.pop(session.id, None)
    waits = here is not None and here.attendance is None and not here.referred
    return waits and any(other.title for other in said.values())


def free(
    session: JurySession,
    jury: JurySession | None,
    candidacy: Candidacy,
    reason: str,
    rules: SessionRules,
    *,
    titled: bool,
) -> CandidateFreed:
    """Free a candidate so that another jury can call them, before the session opens; a commission, once signed.

    A candidate of a commission whom its own `jury` lists waits for that jury, unless it was cancelled. A sitting
    session frees a candidate who is `titled` again, since it could decide nothing on them.
    """
    waits = jury is None or (candidacy.id in jury.listed and jury.stage is not SessionStage.CANCELLED)
    signed = session.stage is SessionStage.SIGNED and not waits
    here = candidacy.id in session.listed and candidacy.id not in session.freed
    if not here or not (signed or titled or session.stage is SessionStage.PLANNED):
        raise NotToBeFreed(candidacy.id)
    return CandidateFreed(
        candidacy=candidacy.id,
        work_travels=signed and rules.commission_work_travels,
        reason=Personal(reason, candidacy.terms.candidate),
    )


def _not_begun(session: JurySession) -> None:
    if session.stage is not SessionStage.PLANNED:
        raise session.not_now(SessionNotPlanned)
