"""The progress of a candidacy's juries, and its lapse after the last step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.candidacy_life import JuryProgress
from domain.candidacy.credit import Credit
from domain.candidacy.facts import CandidacyLapsed
from domain.deadlines.notice import taken_from
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance
from domain.jury.replacement_jury import owed
from domain.jury.session import JurySession
from domain.jury.vote import sent_on
from domain.ports import CandidacyId, Find, Log
from domain.rulebook.journey_rules import JourneyRules


def course(log: Log, candidacy: Candidacy) -> JuryProgress:
    """Load the sessions before which a candidacy was called, and their deliberations; return its course."""
    return course_of(
        candidacy.id,
        (
            (log.load(JurySession, session), log.find(Deliberation, Deliberation.id_of(session, candidacy.id)))
            for session in candidacy.sessions
        ),
    )


def course_of(candidacy: CandidacyId, juries: Iterable[tuple[JurySession, Deliberation]]) -> JuryProgress:
    """Return the course from each session and its deliberation; a withheld result is not known yet."""
    called = tuple(juries)
    juries = [(session, said) for session, said in called if session.plan is None or not session.commission]
    waiting = [said for session, said in called if not session.over_for(candidacy)]
    return JuryProgress(
        waits=bool(waiting),
        taken_up=any(said.attendance is Attendance.PRESENT for said in waiting),
        titled=any(said.title for _, said in called),
        owed=owed(
            (session.id for session, said in called if said.blamed),
            (session.renewal_for(candidacy) for session, said in called if not said.annulled),
        ),
        met_on=max((day for session, said in juries if said.met and (day := session.opened_on)), default=None),
        referred=sent_on((said.met, said.referred) for _, said in juries),
        granted=frozenset(block for _, said in juries for block in said.granted),
        heard_on=max(
            (
                day
                for session, said in called
                if said.panel is not None and (day := said.heard_on or session.opened_on)
            ),
            default=None,
        ),
        last_day=max(
            (
                day
                for session, _ in called
                for day in (session.opened_on, session.resumed.get(candidacy))
                if day is not None
            ),
            default=None,
        ),
    )


def lapse(
    candidacy: Candidacy, juries: JuryProgress, find: Find, rules: JourneyRules, today: date
) -> CandidacyLapsed:
    """Let a candidacy lapse, by the course of its juries.

    Reads its credits, and the notices of decisions from which a rectification took something.
    """
    credit = find(Credit, Credit.id_of(candidacy.id))
    held = juries.granted | credit.blocks
    rests = candidacy.rests(met_on=juries.met_on, referred=juries.referred, held=held)
    taken = taken_from(find, candidacy)
    untold = any(each.told_on is None for each in taken)
    since = max((candidacy.last_step(juries, credit.fell_on), *(each.told_on for each in taken if each.told_on)))
    return candidacy.life.lapse(juries, since, rules, today, rests=rests or untold)
