"""Is what a candidate agreed to lawful: the rulebook, a summons at short notice?"""

from __future__ import annotations

from datetime import date

from domain.candidacy import Candidacy
from domain.commands.accept_rulebook import AcceptRulebook
from domain.commands.open_candidacy import OpenCandidacy
from domain.commands.waive_summons_delay import WaiveSummonsDelay
from domain.enrolment import RulebookAccepted, SummonsDelayWaived
from domain.fact import Told
from domain.jury import JurySession
from domain.ports import Role
from domain.replay.known import Known, Origins, by
from domain.rulebook import Rulebook
from domain.rules_before import rules_before
from domain.sitting import Sitting


def accepted(known: Known, fact: RulebookAccepted, told: Told) -> bool:
    """Accept the rulebook again: the candidate here, or the registrar from a paper of somebody else."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    signed = fact.accepted_on if fact.on_paper else None
    again = candidacy.enrolment.accept(candidacy.terms.rulebook, signed, told.stamp.on)
    return again == fact and _theirs(known, candidacy, signed, told)


def waived(known: Known, fact: SummonsDelayWaived, told: Told) -> bool:
    """Waive the delay again: the candidate here, or the registrar from a paper of somebody else."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    signed = fact.waived_on if fact.on_paper else None
    return _waived(known, fact, candidacy, told.stamp.on) == fact and _theirs(known, candidacy, signed, told)


def _waived(known: Known, fact: SummonsDelayWaived, candidacy: Candidacy, today: date) -> SummonsDelayWaived | None:
    signed = fact.waived_on if fact.on_paper else None
    if fact.sitting is not None:
        held_on = known.get(Sitting, fact.sitting).planned.held_on
        rules = known.get(Rulebook, candidacy.terms.rulebook).content.enrolment
        return candidacy.enrolment.waive_sitting(fact.sitting, held_on, signed, rules, today)
    if fact.session is None:
        return None
    held_on = known.get(JurySession, fact.session).planned.held_on
    rules = rules_before(known.get, candidacy.terms, held_on).content.enrolment
    return candidacy.enrolment.waive(fact.session, held_on, signed, rules, today)


def _theirs(known: Known, candidacy: Candidacy, signed: date | None, told: Told) -> bool:
    by_candidate = told.stamp.role == Role.CANDIDATE.value
    candidate = candidacy.terms.candidate
    may = told.stamp.by == candidate if by_candidate else candidate not in known.oneself(told)
    return may and by_candidate == (signed is None)


ORIGINS: Origins = {
    RulebookAccepted: by(accepted, AcceptRulebook, OpenCandidacy),
    SummonsDelayWaived: by(waived, WaiveSummonsDelay),
}
