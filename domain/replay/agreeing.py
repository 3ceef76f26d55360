"""Is what a candidate agreed to lawful: the rulebook, a summons at short notice?"""

from __future__ import annotations

from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.enrolment import Agreement
from domain.candidacy.facts import RulebookAccepted, SummonsDelayWaived
from domain.candidacy.rules_before import rules_before
from domain.commands.candidacy.accept_rulebook import AcceptRulebook
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.waive_summons_delay import WaiveSummonsDelay
from domain.exam.sitting import Sitting
from domain.fact import RecordedFact
from domain.jury.session import JurySession
from domain.ports import Role
from domain.replay.known import Known, Origins, by
from domain.rulebook.rulebook import Rulebook


def accepted(known: Known, fact: RulebookAccepted, told: RecordedFact) -> bool:
    """Accept the rulebook again: the candidate here, or the registrar from a paper of somebody else."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    agreed = _agreed(known, candidacy, fact.accepted_on if fact.on_paper else None, told.stamp.on)
    again = candidacy.enrolment.accept(candidacy.terms.rulebook, agreed)
    return again == fact and _theirs(known, candidacy, agreed.signed_on, told)


def waived(known: Known, fact: SummonsDelayWaived, told: RecordedFact) -> bool:
    """Waive the delay again: the candidate here, or the registrar from a paper of somebody else."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    agreed = _agreed(known, candidacy, fact.waived_on if fact.on_paper else None, told.stamp.on)
    return _waived(known, fact, candidacy, agreed) == fact and _theirs(known, candidacy, agreed.signed_on, told)


def _agreed(known: Known, candidacy: Candidacy, signed_on: date | None, today: date) -> Agreement:
    first = known.definition(candidacy.terms).registration.begins_on
    return Agreement(today=today, first=first, signed_on=signed_on)


def _waived(
    known: Known, fact: SummonsDelayWaived, candidacy: Candidacy, agreed: Agreement
) -> SummonsDelayWaived | None:
    if fact.sitting is not None:
        held_on = known.get(Sitting, fact.sitting).planned.held_on
        rules = known.get(Rulebook, candidacy.terms.rulebook).content.enrolment
        return candidacy.enrolment.waive_sitting(fact.sitting, held_on, rules, agreed)
    if fact.session is None:
        return None
    held_on = known.get(JurySession, fact.session).planned.held_on
    rules = rules_before(known.get, candidacy.terms, held_on).content.enrolment
    return candidacy.enrolment.waive(fact.session, held_on, rules, agreed)


def _theirs(known: Known, candidacy: Candidacy, signed: date | None, told: RecordedFact) -> bool:
    by_candidate = told.stamp.role == Role.CANDIDATE.value
    candidate = candidacy.terms.candidate
    may = told.stamp.by == candidate if by_candidate else candidate not in known.oneself(told)
    return may and by_candidate == (signed is None)


ORIGINS: Origins = {
    RulebookAccepted: by(accepted, AcceptRulebook, OpenCandidacy),
    SummonsDelayWaived: by(waived, WaiveSummonsDelay),
}
