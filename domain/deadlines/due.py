"""What does a candidacy's time rely on? Loads it, for the commands that time itself sends."""

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
    """A jury before which a candidacy was called, as far as time goes; what was annulled needs no notice."""
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
    """A commission before which a candidacy was called: it decides nothing; while it is awaited nothing lapses."""
    return SessionTimes(
        session=session.id,
        opened_on=session.opened_on,
        over=session.over_for(candidacy),
        resumed_on=session.resumed.get(candidacy),
        renewal=session.renewal_for(candidacy),
    )


def deadlines(candidacy: Candidacy, find: Find) -> Iterator[Deadline]:
    """The deadlines that run about a candidacy.

    Loads its sessions, what they decided and told, its papers and declaration, what counts from elsewhere, the
    framework, its registration, the rulebook and the law.
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
    """The deadline of this duty, this session and this day, if it runs."""
    return next(
        (
            each
            for each in found
            if (each.clock.duty, each.clock.session) == (duty, session) and ends_on in {None, each.ends_on}
        ),
        None,
    )


def times_of_sessions(candidacy: Candidacy, find: Find) -> Iterator[SessionTimes]:
    """The juries and commissions before which a candidacy was called, as far as time goes."""
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
