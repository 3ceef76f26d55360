"""Is it lawful that a candidate is said to have been told: of what is released, with the rulebook's remedies?"""

from __future__ import annotations

from domain.candidacy.candidacy import Candidacy
from domain.commands.deadlines.notify_annulment import NotifyAnnulment
from domain.commands.deadlines.notify_result import NotifyResult
from domain.deadlines.facts import AnnulmentNotified, NoticeFact, ResultNotified
from domain.deadlines.notice import Decided, Notice
from domain.fact import Fact, RecordedFact
from domain.jury.session import JurySession
from domain.replay.known import Known, Origins, by
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook


def notified(known: Known, fact: NoticeFact, told: RecordedFact) -> bool:
    """Notify again, never oneself."""
    candidacy = known.get(Candidacy, fact.candidacy)
    decided = Decided(
        session=known.get(JurySession, fact.session),
        candidacy=candidacy,
        deliberation=known.decision(fact.session, fact.candidacy),
        rules=known.get(Rulebook, candidacy.terms.rulebook).content,
        law=known.get(Law, Law.the()),
    )
    notice, said = known.get(Notice, told.stamp.stream), (decided, fact.channel, fact.notified_on, told.stamp.on)
    again: Fact = notice.notify(*said) if isinstance(fact, ResultNotified) else notice.notify_annulment(*said)
    here = Notice.id_of(fact.session, fact.candidacy) == told.stamp.stream
    called = fact.session in candidacy.sessions
    return again == fact and here and called and candidacy.terms.candidate not in known.oneself(told)


ORIGINS: Origins = {
    ResultNotified: by(notified, NotifyResult),
    AnnulmentNotified: by(notified, NotifyAnnulment),
}
