"""Is what stands of épreuves and accommodations lawful: who sat, where, for how long, with which measures?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import CalledToSitting
from domain.commands.candidacy.name_marker import NameMarker
from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.exam.cancel_sitting import CancelSitting
from domain.commands.exam.check_identity import CheckIdentity
from domain.commands.exam.close_sitting import CloseSitting
from domain.commands.exam.collect_paper import CollectPaper
from domain.commands.exam.eligible_blocks import served
from domain.commands.exam.grant_accommodation import GrantAccommodation
from domain.commands.exam.hand_over_case import HandOverCase
from domain.commands.exam.open_sitting import OpenSitting
from domain.commands.exam.plan_sitting import PlanSitting
from domain.commands.exam.refuse_accommodation import RefuseAccommodation
from domain.commands.exam.replace_invigilator import ReplaceInvigilator
from domain.commands.exam.report_incident import ReportIncident
from domain.commands.exam.request_accommodation import RequestAccommodation
from domain.commands.exam.sign_attendance import SignAttendance
from domain.exam.accommodation import Accommodation
from domain.exam.facts import (
    AccommodationFact,
    AccommodationGranted,
    AccommodationRefused,
    AccommodationRequested,
    AttendanceSigned,
    CandidateExpected,
    CaseHandedOver,
    IdentityChecked,
    IncidentReported,
    InvigilatorReplaced,
    MarkerNamed,
    Movement,
    PaperCollected,
    SittingCancelled,
    SittingClosed,
    SittingOpened,
    SittingPlanned,
)
from domain.exam.sitting import Sitting
from domain.fact import Fact, RecordedFact
from domain.framework.framework import Framework
from domain.people.one_person import one_person
from domain.people.person import Person
from domain.ports import Role
from domain.replay.known import SAID, Known, Origins, by, same, who
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Held


def planned(known: Known, fact: SittingPlanned, told: RecordedFact) -> bool:
    """Plan the sitting again, of an épreuve of its framework, where that is authorised on its day."""
    sitting = known.get(Sitting, told.stamp.stream)
    modality = known.get(Framework, fact.framework).modality(fact.modality)
    _check_venue(known, fact, fact.held_on)
    watches = Role.INVIGILATOR in known.get(Person, fact.invigilator).roles
    return sitting.version == 0 and watches and sitting.call(fact, modality, told.stamp.on) == fact


def expected(known: Known, fact: CandidateExpected, told: RecordedFact) -> bool:
    """Put the candidate on the list again, by nobody on their own."""
    sitting, candidacy = _run(known, told), known.get(Candidacy, fact.candidacy)
    if sitting is None or candidacy.terms.candidate in known.oneself(told):
        return False
    modality = known.get(Framework, sitting.planned.framework).modality(sitting.planned.modality)
    rules = known.get(Rulebook, candidacy.terms.rulebook).content
    held_on, delay = sitting.planned.held_on, rules.enrolment.sitting_summons
    candidacy.enrolment.check_accepted(rules.enrolment)
    candidacy.enrolment.check_summons(sitting.id, held_on, delay, told.stamp.on)
    others = tuple(known.get(Sitting, other) for other in candidacy.sittings)
    names = known.files(candidacy.terms.candidate)
    if modality is None:
        return False
    again = sitting.expect(candidacy, modality, others, names)
    return replace(again, blocks=served(known.get, candidacy, modality, rules, held_on)) == fact


def called(known: Known, fact: CalledToSitting, told: RecordedFact) -> bool:
    """The other half of CandidateExpected, on the candidacy: once, and by nobody on their own."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    ran = candidacy.terms.candidate not in known.oneself(told) and fact.sitting not in candidacy.sittings
    return ran and candidacy.id in known.get(Sitting, fact.sitting).sitters


def handed_over(known: Known, fact: CaseHandedOver, told: RecordedFact) -> bool:
    """Hand the case over again, on the day that the rulebook sets."""
    sitting, candidacy = _run(known, told), known.get(Candidacy, fact.candidacy)
    if sitting is None or candidacy.terms.candidate in known.oneself(told):
        return False
    days = known.get(Rulebook, candidacy.terms.rulebook).content.case_days_before
    return sitting.hand_over(candidacy, days, told.stamp.on) == fact


def opened(known: Known, fact: SittingOpened, told: RecordedFact) -> bool:
    """Open the sitting again, as its invigilator, where it was authorised on that day."""
    sitting = known.get(Sitting, told.stamp.stream)
    again = sitting.open(who(told.stamp.by), told.stamp.on)
    _check_venue(known, sitting.planned, told.stamp.on)
    return again == fact


def invigilated(
    known: Known, fact: IdentityChecked | IncidentReported | PaperCollected | SittingClosed, told: RecordedFact
) -> bool:
    """Check, report, collect or close again, as the invigilator."""
    sitting, by = known.get(Sitting, told.stamp.stream), who(told.stamp.by)
    if not isinstance(fact, SittingClosed):
        sitting.check_other(fact.candidacy, known.oneself(told))
    again: Fact
    match fact:
        case IdentityChecked():
            again = sitting.check(fact.candidacy, fact.document, matches=fact.matches, by=by)
        case IncidentReported():
            again = sitting.report(fact.candidacy, SAID, by=by)
        case PaperCollected():
            again = sitting.collect(fact.candidacy, fact.number, by=by)
        case SittingClosed():
            again = sitting.close(by)
    return same(again, fact)


def cancelled(known: Known, fact: SittingCancelled, told: RecordedFact) -> bool:
    """Call the sitting off again, as who runs it."""
    sitting = _run(known, told)
    return sitting is not None and same(sitting.cancel(SAID, by=who(told.stamp.by)), fact)


def invigilator_replaced(known: Known, fact: InvigilatorReplaced, told: RecordedFact) -> bool:
    """Let the same person watch in the place of the same one, as who runs the sitting."""
    sitting, named = _run(known, told), known.get(Person, fact.invigilator)
    if sitting is None or Role.INVIGILATOR not in named.roles:
        return False
    files = [each.id for each in one_person(known.get, fact.invigilator).files]
    return same(sitting.replace_invigilator(fact.replaced, files, SAID), fact)


def marker_named(known: Known, fact: MarkerNamed, told: RecordedFact) -> bool:
    """Name the marker again, one who is an assessor, as who runs the sitting."""
    sitting = _run(known, told)
    holds = Role.ASSESSOR in known.get(Person, fact.assessor).roles
    files = one_person(known.get, fact.assessor).files
    return sitting is not None and holds and sitting.name_marker(fact.assessor, fact.numbers, files) == fact


def attended(known: Known, fact: AttendanceSigned, told: RecordedFact) -> bool:
    """Let the candidate sign again, with the minutes that their accommodation gave them by then."""
    sitting, by = known.get(Sitting, told.stamp.stream), who(told.stamp.by)
    if fact.movement is Movement.OUT:
        return sitting.sign_out(fact.candidacy, by=by) == fact
    candidacy = known.get(Candidacy, fact.candidacy)
    granted = known.get(Accommodation, Accommodation.id_of(fact.candidacy)).measures
    rules = known.get(Rulebook, candidacy.terms.rulebook).content
    rules.enrolment.check_late(fact.late)
    due = rules.case_days_before is not None
    sitting.check_other(fact.candidacy, known.oneself(told))
    return sitting.sign_in(candidacy, granted, by=by, case_due=due, late=fact.late) == fact


def accommodated(known: Known, fact: AccommodationFact, told: RecordedFact) -> bool:
    """Ask, grant or refuse again: one's own request, somebody else's answer."""
    accommodation, candidacy = known.get(Accommodation, told.stamp.stream), known.get(Candidacy, fact.candidacy)
    again: Fact
    match fact:
        case AccommodationRequested():
            again = accommodation.request(candidacy, SAID)
        case AccommodationGranted(measures=measures):
            rules = known.get(Rulebook, candidacy.terms.rulebook).content.accommodations
            again = accommodation.grant(candidacy, measures, rules, by=known.oneself(told))
        case AccommodationRefused():
            again = accommodation.refuse(candidacy, SAID, by=known.oneself(told))
    here = Accommodation.id_of(fact.candidacy) == told.stamp.stream
    return same(again, fact) and here and known.own(told, candidacy.terms.candidate)


def _run(known: Known, told: RecordedFact) -> Sitting | None:
    """The sitting, for who runs it; None for a candidate called to it."""
    sitting = known.get(Sitting, told.stamp.stream)
    return None if known.oneself(told) & {sitter.candidate for sitter in sitting.sitters.values()} else sitting


def _check_venue(known: Known, plan: SittingPlanned, on: date) -> None:
    framework, rules = known.get(Framework, plan.framework).content, known.get(Rulebook, plan.rulebook).content
    plan.venue.check(Held.SITTING, on, framework, rules, known.centre(plan.centre))


ORIGINS: Origins = {
    SittingPlanned: by(planned, PlanSitting),
    CandidateExpected: by(expected, CallToSitting),
    CalledToSitting: by(called, CallToSitting),
    CaseHandedOver: by(handed_over, HandOverCase),
    SittingOpened: by(opened, OpenSitting),
    IdentityChecked: by(invigilated, CheckIdentity),
    AttendanceSigned: by(attended, SignAttendance),
    IncidentReported: by(invigilated, ReportIncident),
    PaperCollected: by(invigilated, CollectPaper),
    SittingClosed: by(invigilated, CloseSitting),
    SittingCancelled: by(cancelled, CancelSitting),
    InvigilatorReplaced: by(invigilator_replaced, ReplaceInvigilator),
    MarkerNamed: by(marker_named, NameMarker),
    AccommodationRequested: by(accommodated, RequestAccommodation),
    AccommodationGranted: by(accommodated, GrantAccommodation),
    AccommodationRefused: by(accommodated, RefuseAccommodation),
}
