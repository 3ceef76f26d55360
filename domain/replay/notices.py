"""Is it lawful that a candidate is said to have been told: of what is released, with the rulebook's remedies?"""

from __future__ import annotations

from domain.candidacy import Candidacy
from domain.commands.notify_result import NotifyResult
from domain.fact import Told
from domain.jury import JurySession
from domain.law import Law
from domain.notice import Decided, Notice, ResultNotified
from domain.replay.known import Known, Origins, by
from domain.rulebook import Rulebook


def notified(known: Known, fact: ResultNotified, told: Told) -> bool:
    """Notify again, never oneself."""
    candidacy = known.get(Candidacy, fact.candidacy)
    decided = Decided(
        session=known.get(JurySession, fact.session),
        candidacy=candidacy,
        deliberation=known.decision(fact.session, fact.candidacy),
        rules=known.get(Rulebook, candidacy.terms.rulebook).content,
        law=known.get(Law, Law.the()),
    )
    again = known.get(Notice, told.stamp.stream).notify(decided, fact.channel, fact.notified_on, told.stamp.on)
    here = Notice.id_of(fact.session, fact.candidacy) == told.stamp.stream
    called = fact.session in candidacy.sessions
    return again == fact and here and called and candidacy.terms.candidate not in known.oneself(told)


ORIGINS: Origins = {ResultNotified: by(notified, NotifyResult)}
