"""Is what becomes of a candidacy on its way lawful: its file, route and end, its certification's registration?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from domain.calendar import day_in
from domain.candidacy.candidacy import Candidacy, Opening
from domain.candidacy.candidacy_life import Course, seek
from domain.candidacy.facts import (
    AdmissibilityImplied,
    AdvisorNamed,
    AdvisorReleased,
    BlocksSought,
    CandidacyLapsed,
    CandidacyResumed,
    CandidacyWithdrawn,
    Channel,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
    LateDecisionAuthorised,
    PlaceTaken,
    ReceiptDayCorrected,
    RouteChanged,
)
from domain.candidacy.feasibility import Silence, hours_of
from domain.candidacy.quota import Places
from domain.candidacy.silence import silence_of
from domain.commands.candidacy.admission import check_only, others, place
from domain.commands.candidacy.authorise_late_decision import AuthoriseLateDecision
from domain.commands.candidacy.change_route import ChangeRoute
from domain.commands.candidacy.complete_feasibility_file import CompleteFeasibilityFile
from domain.commands.candidacy.correct_receipt_day import CorrectReceiptDay
from domain.commands.candidacy.find_file_incomplete import FindFileIncomplete
from domain.commands.candidacy.imply_admissibility import ImplyAdmissibility
from domain.commands.candidacy.lapse_candidacy import LapseCandidacy
from domain.commands.candidacy.name_advisor import NameAdvisor
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.release_advisor import ReleaseAdvisor
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.seek_blocks import SeekBlocks
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.framework.end_registration import EndRegistration
from domain.commands.framework.resume_registration import ResumeRegistration
from domain.commands.framework.suspend_registration import SuspendRegistration
from domain.deadlines.last_step import course_of, lapse
from domain.fact import Fact, Personal, RecordedFact
from domain.framework.facts import RegistrationEnded, RegistrationFact, RegistrationResumed, RegistrationSuspended
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.fraud.fraud import Fraud
from domain.jury.session import JurySession
from domain.people.one_person import one_person
from domain.people.person import Person
from domain.ports import CandidacyId, Role
from domain.replay.known import SAID, Known, Origins, by, same
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook


def admitted(known: Known, candidacy: CandidacyId, terms: Opening, told: RecordedFact) -> None:
    """Admit the candidacy again by the route of these terms; raises what refuses it.

    In a part of the log the person's other candidacies and the year's places are not whole: they are not asked.
    """
    check_admits(known, terms, told)
    if known.whole is not None:
        return
    names = known.files(terms.candidate)
    check_only(terms, [known.get(Candidacy, each) for each in others(candidacy, terms, names)])
    allowed = known.get(Rulebook, terms.rulebook).content.journeys.places(terms.route)
    places = known.get(Places, Places.id_of(terms.framework, terms.route, told.stamp.on.year))
    if allowed and candidacy not in places.taken:
        places.take(place(candidacy, terms, told.stamp.on.year), allowed)
        raise ValueError("its place was not taken")


def check_admits(known: Known, terms: Opening, told: RecordedFact) -> None:
    """Refuse again to admit by a closed route, outside the registration, or somebody excluded for fraud."""
    for name in known.files(terms.candidate):
        known.get(Fraud, Fraud.id_of(name)).check_admits(told.stamp.on)
    framework = known.get(Framework, terms.framework)
    framework.admit(terms.route, told.stamp.on)
    registration = known.get(Registration, Registration.id_of(terms.framework))
    registration.check_admits(told.stamp.on, framework.content)


def silent(known: Known, candidacy: Candidacy) -> Silence | None:
    """What the law said of the certifier's silence on a candidacy."""
    rules = known.get(Rulebook, candidacy.terms.rulebook).content
    return silence_of(candidacy.terms, known.get(Law, Law.the()), rules)


def place_taken(known: Known, fact: PlaceTaken, told: RecordedFact) -> bool:
    """Take the place again, within the rulebook's number for that year."""
    allowed = known.get(Rulebook, fact.rulebook).content.journeys.places(fact.route)
    places = known.get(Places, told.stamp.stream)
    here = told.stamp.stream == Places.id_of(fact.framework, fact.route, fact.year)
    due = here and fact.year == told.stamp.on.year
    return allowed is not None and due and places.take(fact, allowed) == fact


def withdrew(known: Known, fact: CandidacyWithdrawn, told: RecordedFact) -> bool:
    """Withdraw again: as the candidate, that day, or by the registrar who keyed their letter."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    reason = None if fact.reason is None else Personal(SAID, candidacy.terms.candidate)
    letter = fact.withdrawn_on if told.stamp.role == Role.REGISTRAR.value else None
    juries, since = course(known, candidacy), candidacy.terms.opened_on
    again = candidacy.life.withdraw(juries, reason, letter, told.stamp.on, since=since)
    keyed = letter is None or candidacy.terms.candidate not in known.oneself(told)
    return same(again, fact) and keyed and known.own(told, candidacy.terms.candidate)


def lapsed(known: Known, fact: CandidacyLapsed, told: RecordedFact) -> bool:
    """Let it lapse again, by the period of its rulebook."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    rules = known.get(Rulebook, candidacy.terms.rulebook).content.journeys
    again = lapse(candidacy, course(known, candidacy), known.get, rules, told.stamp.on)
    ran = candidacy.terms.candidate not in known.oneself(told)
    return again == fact and ran


def resumed(known: Known, fact: CandidacyResumed, told: RecordedFact) -> bool:
    """Take it up again, where its route admits."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    admitted(known, candidacy.id, candidacy.terms, told)
    return candidacy.life.resume(told.stamp.on) == fact and known.own(told, candidacy.terms.candidate)


def route_changed(known: Known, fact: RouteChanged, told: RecordedFact) -> bool:
    """Go on by the other route again, where it admits."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    admitted(known, candidacy.id, replace(candidacy.terms, route=fact.route), told)
    juries = course(known, candidacy)
    again = candidacy.life.change_route(candidacy.terms.route, fact.route, juries, told.stamp.on)
    return again == fact and known.own(told, candidacy.terms.candidate)


def blocks_sought(known: Known, fact: BlocksSought, told: RecordedFact) -> bool:
    """Seek the blocks again."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    check_admits(known, candidacy.terms, told)
    juries = course(known, candidacy)
    again = seek(candidacy.terms.blocks, fact.blocks, known.definition(candidacy.terms), juries, told.stamp.on)
    return again == fact and known.own(told, candidacy.terms.candidate)


def advised(known: Known, fact: AdvisorNamed, told: RecordedFact) -> bool:
    """Name the advisor again, one who holds the role, once whoever was before is released."""
    candidacy, advisor = known.get(Candidacy, told.stamp.stream), known.get(Person, fact.advisor)
    again = candidacy.name_advisor(one_person(known.get, fact.advisor), told.stamp.on)
    return again == (fact,) and Role.ADVISOR in advisor.roles and known.own(told, candidacy.terms.candidate)


def released(known: Known, fact: AdvisorReleased, told: RecordedFact) -> bool:
    """Release the advisor again."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    return candidacy.life.release_advisor(told.stamp.on) == fact and known.own(told, candidacy.terms.candidate)


def late_authorised(known: Known, fact: LateDecisionAuthorised, told: RecordedFact) -> bool:
    """Authorise again, by nobody on their own candidacy."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    ran = candidacy.terms.candidate not in known.oneself(told)
    return candidacy.life.authorise_late(fact.ground, fact.cause, told.stamp.on) == fact and ran


def file_received(
    known: Known, fact: FeasibilityFileSubmitted | FeasibilityFileCompleted, told: RecordedFact
) -> bool:
    """Receive the file or its pieces again: on the portal by the candidate, by post by another."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    candidacy.check_admissibility_open()
    posted = told.stamp.role == Role.REGISTRAR.value
    day = fact.received_on if fact.channel is Channel.POST else None
    file = candidacy.feasibility
    again: Fact
    if isinstance(fact, FeasibilityFileSubmitted):
        first = known.definition(candidacy.terms).registration.admits_from
        again = file.submit(day, told.stamp.on, posted=posted, admits_from=first)
    else:
        again = file.complete_with(day, told.stamp.on, posted=posted)
    own = told.stamp.by == candidacy.terms.candidate
    return again == fact and own is not posted


def day_corrected(known: Known, fact: ReceiptDayCorrected, told: RecordedFact) -> bool:
    """Put the day right again, by nobody on their own candidacy."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    first = known.definition(candidacy.terms).registration.admits_from
    law = silent(known, candidacy)
    again = candidacy.correct_receipt(fact.received_on, SAID, law, told.stamp.on, admits_from=first)
    return same(again, fact) and candidacy.terms.candidate not in known.oneself(told)


def found_incomplete(known: Known, fact: FeasibilityFileFoundIncomplete, told: RecordedFact) -> bool:
    """Ask for the pieces again, by nobody on their own candidacy."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    again = candidacy.find_incomplete(SAID, silent(known, candidacy), told.stamp.on)
    return same(again, fact) and candidacy.terms.candidate not in known.oneself(told)


def implied(known: Known, fact: AdmissibilityImplied, told: RecordedFact) -> bool:
    """Let silence admit again: its last day had passed, where it counts, at some hour of the day in Paris."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    candidacy.check_admissibility_open()
    law = silent(known, candidacy)
    first, last = hours_of(told.stamp.on)
    again = candidacy.feasibility.imply(law, last - timedelta(seconds=1))
    zone = law.calendar.zone if law else ""
    possible = day_in(zone, first) <= fact.found_on <= day_in(zone, last - timedelta(seconds=1))
    return replace(again, found_on=fact.found_on) == fact and possible and fact.found_on > fact.ended_on


def registration(known: Known, fact: RegistrationFact, told: RecordedFact) -> bool:
    """Suspend, resume or end the registration again."""
    found = known.get(Registration, told.stamp.stream)
    content = known.get(Framework, fact.framework).content
    again: Fact
    match fact:
        case RegistrationSuspended(suspended_on=on, ground=ground):
            again = found.suspend(fact.framework, on, ground, content)
        case RegistrationResumed(resumed_on=on, ground=ground):
            again = found.resume(fact.framework, on, ground)
        case RegistrationEnded(ends_on=on, ground=ground, issuance_ends_on=issuance):
            again = found.end(fact.framework, on, ground, content, issuance)
    return told.stamp.stream == Registration.id_of(fact.framework) and again == fact


def course(known: Known, candidacy: Candidacy) -> Course:
    """How far the juries of a candidacy had got."""
    return course_of(
        candidacy.id,
        ((known.get(JurySession, session), known.decision(session, candidacy.id)) for session in candidacy.sessions),
    )


ORIGINS: Origins = {
    PlaceTaken: by(place_taken, OpenCandidacy, ResumeCandidacy, ChangeRoute),
    CandidacyWithdrawn: by(withdrew, WithdrawCandidacy),
    CandidacyLapsed: by(lapsed, LapseCandidacy),
    CandidacyResumed: by(resumed, ResumeCandidacy),
    RouteChanged: by(route_changed, ChangeRoute),
    BlocksSought: by(blocks_sought, SeekBlocks),
    AdvisorNamed: by(advised, NameAdvisor),
    AdvisorReleased: by(released, NameAdvisor, ReleaseAdvisor),
    LateDecisionAuthorised: by(late_authorised, AuthoriseLateDecision),
    FeasibilityFileSubmitted: by(file_received, SubmitFeasibilityFile),
    ReceiptDayCorrected: by(day_corrected, CorrectReceiptDay),
    FeasibilityFileFoundIncomplete: by(found_incomplete, FindFileIncomplete),
    FeasibilityFileCompleted: by(file_received, CompleteFeasibilityFile),
    AdmissibilityImplied: by(implied, ImplyAdmissibility),
    RegistrationSuspended: by(registration, SuspendRegistration),
    RegistrationResumed: by(registration, ResumeRegistration),
    RegistrationEnded: by(registration, EndRegistration),
}
