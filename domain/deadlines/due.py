"""Loading of what a candidacy's deadlines rely on, for the commands sent by the system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.deadlines.deadline import Deadline, Duty, SessionTimes, deadline, running
from domain.deadlines.notice import Notice
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Find, SessionId
from domain.register.certificates import Papers
from domain.register.declaration import Declaration
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook


def session_times(session: JurySession, candidacy: CandidacyId, said: Deliberation, notice: Notice) -> SessionTimes:
    """Return a jury before which a candidacy was called as SessionTimes; an annulled decision needs no notice."""
    return SessionTimes(
        session=session.id,
        opened_on=session.opened_on,
        heard_on=said.heard_on,
        over=session.over_for(candidacy),
        resumed_on=session.resumed.get(candidacy),
        decided=said.attendance is Attendance.PRESENT and not said.annulled,
        titled=said.title,
        owing=said.blamed,
        renewal=None if said.annulled else session.renewal_for(candidacy),
        notified=notice.tells(said),
        met=said.met,
        referred=said.referred,
        granted=said.granted,
        taken=notice.taken(said),
    )


def commission_of(session: JurySession, candidacy: CandidacyId) -> SessionTimes:
    """Return a commission as SessionTimes: it decides nothing, and nothing lapses while it is awaited."""
    return SessionTimes(
        session=session.id,
        opened_on=session.opened_on,
        over=session.over_for(candidacy),
        resumed_on=session.resumed.get(candidacy),
        renewal=session.renewal_for(candidacy),
    )


def deadlines(candidacy: Candidacy, find: Find) -> Iterator[Deadline]:
    """Yield the deadlines that run for a candidacy.

    Loads its sessions, their decisions and notices, its papers and declarations, its credits, the framework, its
    registration, the rulebook and the law.
    """
    terms = candidacy.terms
    framework = find(Framework, terms.framework).content
    ends = find(Registration, Registration.id_of(terms.framework)).last_day(framework)
    rules, law = find(Rulebook, terms.rulebook).content, find(Law, Law.the())
    credit = find(Credit, Credit.id_of(candidacy.id))
    declaration = find(Declaration, Declaration.id_of(candidacy.id))
    for clock in running(candidacy, times_of_sessions(candidacy, find), credit, declaration):
        if found := deadline(clock, terms, law, rules, ends):
            yield found


def the(found: Iterable[Deadline], duty: Duty, session: SessionId | None, ends_on: date | None) -> Deadline | None:
    """Return the deadline of this duty, this session and this day, if it runs."""
    return next(
        (
            each
            for each in found
            if (each.clock.duty, each.clock.session) == (duty, session) and ends_on in {None, each.ends_on}
        ),
        None,
    )


def times_of_sessions(candidacy: Candidacy, find: Find) -> Iterator[SessionTimes]:
    """Yield the juries and commissions before which a candidacy was called, as SessionTimes."""
    papers = find(Papers, Papers.id_of(candidacy.id))
    declaration = find(Declaration, Declaration.id_of(candidacy.id))
    for session in candidacy.sessions:
        jury = find(JurySession, session)
        if jury.plan is not None and jury.commission:
            yield commission_of(jury, candidacy.id)
            continue
        said = find(Deliberation, Deliberation.id_of(session, candidacy.id))
        yield replace(
            session_times(jury, candidacy.id, said, find(Notice, Notice.id_of(session, candidacy.id))),
            delivered_on=papers.delivered.get(jury.opened_on) if jury.opened_on else None,
            declared=session in declaration.declared,
        )
