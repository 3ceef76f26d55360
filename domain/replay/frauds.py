"""Is what was said and found of a candidate's cheating lawful, and what waited for it?"""

from __future__ import annotations

from domain.calendar import months_after
from domain.candidacy.candidacy import Candidacy
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.fraud.hear_on_fraud import HearOnFraud
from domain.commands.fraud.report_fraud import ReportFraud
from domain.commands.fraud.tell_of_fraud import TellOfFraud
from domain.commands.jury.pronounce_sanction import PronounceSanction
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.fact import Fact, RecordedFact
from domain.fraud.facts import (
    CandidateHeardOnFraud,
    FraudDismissed,
    FraudFound,
    FraudReported,
    FraudToldToCandidate,
    SanctionPronounced,
)
from domain.fraud.fraud import Asked, Fraud, Matter
from domain.fraud.suspicion import suspected
from domain.jury.facts import ReleaseResumed, ReleaseWithheld
from domain.jury.session import JurySession
from domain.ports import Actor, Role
from domain.replay.known import SAID, Known, Origins, by, same, who

_Said = (
    FraudReported | FraudToldToCandidate | CandidateHeardOnFraud | FraudFound | FraudDismissed | SanctionPronounced
)
MOST_MONTHS = 1200
"""An exclusion's months are looked for among so many: the fact says its last day."""


def said(known: Known, fact: _Said, told: RecordedFact) -> bool:
    """Say, hear, find, dismiss or sanction again, never the candidate themselves."""
    fraud, actor = known.get(Fraud, told.stamp.stream), Actor(person=who(told.stamp.by), role=Role(told.stamp.role))
    case = fraud.cases.get(fact.case)
    pieces = fact.evidence if isinstance(fact, FraudReported) else case.evidence if case else ()
    names = known.oneself(told)
    about = suspected(known.get, known.get(Candidacy, fact.candidacy), frozenset(pieces), names)
    today = told.stamp.on
    again: Fact
    match fact:
        case FraudReported():
            matter = Matter(
                session=fact.session, sitting=fact.sitting, evidence=fact.evidence, competences=fact.competences
            )
            if case is not None:
                return False
            again = fraud.report(about, fact.case, matter, SAID, actor)
        case FraudToldToCandidate(hearing_on=hearing_on):
            again = fraud.tell(about, fact.case, hearing_on, today)
        case CandidateHeardOnFraud():
            again = fraud.hear(about, fact.case, SAID if fact.came else None, fact.heard_on, today)
        case FraudFound(withdraws=withdraws):
            again = fraud.find(about, fact.case, SAID, withdraws, actor)
        case FraudDismissed():
            again = fraud.dismiss(about, fact.case, SAID, actor)
        case SanctionPronounced():
            again = fraud.sanction(about, fact.case, _asked(fact, told), reasons=SAID, by=actor, today=today)
    candidate = about.candidacy.terms.candidate
    here = Fraud.id_of(candidate) == told.stamp.stream
    return same(again, fact) and here and candidate not in names


def _asked(fact: SanctionPronounced, told: RecordedFact) -> Asked:
    """The sanction as it was keyed: how many months end on the day that it names."""
    ends = (months for months in range(1, MOST_MONTHS) if fact.until == months_after(told.stamp.on, months))
    return Asked(code=fact.sanction, competences=fact.competences, months=next(ends, None) if fact.until else None)


def waits(known: Known, fact: ReleaseWithheld | ReleaseResumed, told: RecordedFact) -> bool:
    """Let a result wait while a case is under way, and be known once none is."""
    session, candidacy = known.get(JurySession, told.stamp.stream), known.get(Candidacy, fact.candidacy)
    under_way = known.get(Fraud, Fraud.id_of(candidacy.terms.candidate)).under_way(fact.candidacy)
    ran = candidacy.terms.candidate not in known.oneself(told) and fact.candidacy in session.listed
    match fact:
        case ReleaseWithheld():
            return ran and bool(under_way) and session.withhold(fact.candidacy) == fact
        case ReleaseResumed():
            return ran and not under_way and session.resume(fact.candidacy, told.stamp.on) == fact


ORIGINS: Origins = {
    FraudReported: by(said, ReportFraud),
    FraudToldToCandidate: by(said, TellOfFraud),
    CandidateHeardOnFraud: by(said, HearOnFraud),
    FraudFound: by(said, DecideFraud),
    FraudDismissed: by(said, DecideFraud),
    SanctionPronounced: by(said, PronounceSanction),
    ReleaseWithheld: by(waits, ReportFraud, SummonCandidate),
    ReleaseResumed: by(waits, DecideFraud),
}
