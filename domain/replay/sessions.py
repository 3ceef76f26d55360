"""Is what stands on a jury's session lawful, from its plan to its results?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.rules_before import rules_before
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.cancel_session import CancelSession
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.free_candidate import FreeCandidate
from domain.commands.jury.grant_panel_derogation import GrantPanelDerogation
from domain.commands.jury.marks_before_the_jury import attempts
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.postpone_session import PostponeSession
from domain.commands.jury.postponement import cancel, free, past_retakes, postpone, titled_again
from domain.commands.jury.refuse_to_sign_minutes import RefuseToSignMinutes
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.jury.replace_chair import ReplaceChair
from domain.commands.jury.seat_substitute import SeatSubstitute
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.jury.transcribe_minutes import TranscribeMinutes
from domain.evidence.evidence import Received
from domain.fact import RecordedFact
from domain.framework.framework import Framework
from domain.fraud.fraud import Fraud
from domain.jury import minutes
from domain.jury.commission import check_ready, check_signed, check_stand_alone, inherited, name, released_with
from domain.jury.connection import Connections
from domain.jury.deciding import check_transcribes
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    CandidateFreed,
    CandidateListed,
    ChairReplaced,
    CommissionNamed,
    JurorAppointed,
    MinutesSignatureRefused,
    MinutesSigned,
    MinutesTranscribed,
    PanelDerogationGranted,
    ResultsReleased,
    SessionCancelled,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    SessionPostponed,
    SessionReopened,
    SubstituteSeated,
)
from domain.jury.lawful_panel import check_seat, under_law
from domain.jury.panel import judged_at_opening, panel, seated_twice, seats
from domain.jury.panel_for_candidate import panel_for_candidate
from domain.jury.paper_minutes import check_candidate_then, transcribe
from domain.jury.presence import awaited, check_attempts
from domain.jury.replacement_jury import in_place_of
from domain.jury.session import JurySession, Stage
from domain.jury.tainted_decision import check_sound, check_unread, misplaced
from domain.jury.undecided import undecided
from domain.people.one_person import one_person
from domain.people.person import Person
from domain.ports import CandidacyId, PersonId, Role
from domain.replay.known import SAID, Known, Origins, by, if_said, same, who
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Held


def called(known: Known, fact: SessionPlanned, told: RecordedFact) -> bool:
    """Call the session again, under a jury that its framework states, where that is authorised on its day."""
    session = known.get(JurySession, told.stamp.stream)
    known.get(Framework, fact.framework).content.jury(fact.jury)
    _check_venue(known, fact, fact.held_on)
    return session.version == 0 and session.call(fact, told.stamp.on) == fact


def appointed(known: Known, fact: JurorAppointed, told: RecordedFact) -> bool:
    """Appoint again, one who is a juror."""
    session = _run(known, told)
    juror = one_person(known.get, fact.juror)
    if session is None or session.appoint(fact, juror.names) != fact:
        return False
    check_seat(known.get, session, juror)
    return _jurors(known, fact.juror)


def substituted(known: Known, fact: SubstituteSeated, told: RecordedFact) -> bool:
    """Seat the substitute again, one who is a juror."""
    session = _run(known, told)
    if session is None:
        return False
    alike = known.get(Rulebook, session.planned.rulebook).content.substitute_same_quality
    both = {fact.substitute, fact.replaced} & session.seats.keys()
    counted = seats(known.get, session, both, session.planned.held_on) if alike else None
    again = session.seat_substitute(fact.substitute, fact.replaced, counted, told.stamp.on)
    return again == fact and _jurors(known, fact.substitute)


def listed(known: Known, fact: CandidateListed, told: RecordedFact) -> bool:
    """Call the candidate again before this jury, by nobody on their own, and without the title."""
    session, candidacy = _run(known, told), known.get(Candidacy, fact.candidacy)
    candidacy.check_admissible()
    names = known.files(candidacy.terms.candidate)
    before = [known.decision(other, candidacy.id) for other in candidacy.sessions]
    earlier = [known.get(JurySession, other) for other in candidacy.sessions]
    instead = in_place_of(zip(earlier, before, strict=True))
    rules = known.get(Rulebook, candidacy.terms.rulebook).content
    check_attempts(earlier, before, rules)
    if session is not None:
        held_on = session.planned.held_on
        attempts(known.get, candidacy.id, zip(earlier, before, strict=True)).check(rules.retakes, held_on)
        candidacy.enrolment.check_accepted(rules.enrolment)
        for name in names:
            known.get(Fraud, Fraud.id_of(name)).check_admits(held_on)
        if not session.planned.on_paper:
            delay = rules_before(known.get, candidacy.terms, held_on).content.enrolment.summons
            candidacy.enrolment.check_summons(session.id, held_on, delay, told.stamp.on)
    law = known.definition(candidacy.terms).jury_for(candidacy.terms.route)
    if session is None or candidacy.terms.candidate in known.oneself(told) or known.titled(candidacy):
        return False
    again = session.summon(
        candidacy, awaited(session, zip(earlier, before, strict=True), candidacy.id), law, instead, names
    )
    check_candidate_then(session, candidacy)
    again = replace(again, inherits=tuple(sorted(inherited(earlier, before, candidacy.id))))
    return under_law(again, panel_for_candidate(known.get, session, candidacy, session.seats)) == fact


def derogated(known: Known, fact: PanelDerogationGranted, told: RecordedFact) -> bool:
    """Accept the shortfall of balance again."""
    session = _run(known, told)
    if session is None:
        return False
    jury = panel(known.get, session, session.titulars, session.planned.held_on)
    shortfalls = known.jury_rule(session).imbalances(jury) + known.get(Law, Law.the()).imbalances(jury)
    return same(session.derogate(fact.rule, SAID, SAID, who(told.stamp.by), shortfalls), fact)


def opened(known: Known, fact: SessionOpened, told: RecordedFact) -> bool:
    """Open the session again with the members present, all of them jurors."""
    session = _run(known, told)
    if session is None:
        return False
    rules = known.get(Rulebook, session.planned.rulebook).content
    today = rules.journeys.calendar.still(session.planned.held_on, told.stamp.on)
    on = session.planned.held_on if session.planned.on_paper else today
    members = judged_at_opening(session, fact.present, rules)
    again = session.open(
        fact.present,
        known.jury_rule(session),
        today,
        panel(known.get, session, members, on),
        chairing=rules.chair,
        presides=fact.presides,
        double=seated_twice(known.get, {*fact.present, *members}),
    )
    check_ready(known.get, session, _commissions(known, session))
    _check_venue(known, session.planned, again.opened_on)
    connections = known.get(Connections, Connections.id_of(session.id))
    connections.check_seen(session, fact.present, told.stamp.on)
    return again == fact and _jurors(known, *fact.present) and not connections.lost & set(fact.present)


def closed(known: Known, fact: SessionClosed, told: RecordedFact) -> bool:
    """Close the session again, nothing left hanging."""
    session = _run(known, told)
    if session is None:
        return False
    rules = known.get(Rulebook, session.planned.rulebook).content.sessions
    _check_sound(known, session)
    return session.close(minutes.signatories(session, rules)) == fact and _all_decided(known, session)


def signed(known: Known, fact: MinutesSigned, told: RecordedFact) -> bool:
    """Sign the same minutes again, for oneself."""
    session = known.get(JurySession, told.stamp.stream)
    names = known.files(fact.signed_by)
    return minutes.sign(session, _decided(known, session), fact.signed_by, names) == fact and (
        fact.signed_by == told.stamp.by
    )


def not_signed(known: Known, fact: MinutesSignatureRefused, told: RecordedFact) -> bool:
    """Not sign again: one says it oneself, or who runs the session does."""
    session = _run(known, told)
    if session is None or (told.stamp.role == Role.JUROR.value and told.stamp.by != fact.juror):
        return False
    rules = known.get(Rulebook, session.planned.rulebook).content.sessions
    return same(minutes.refuse(session, fact.juror, SAID, rules), fact)


def postponed(known: Known, fact: SessionPostponed, told: RecordedFact) -> bool:
    """Put the session off again."""
    session, by = _run(known, told), who(told.stamp.by)
    if session is None:
        return False
    _check_venue(known, session.planned, fact.held_on)
    retakes = known.get(Rulebook, session.planned.rulebook).content.retakes
    past = past_retakes(known.get, session, retakes, fact.held_on)
    return same(postpone(session, fact.held_on, SAID, by=by, today=told.stamp.on, past=past, said=True), fact)


def cancelled(known: Known, fact: SessionCancelled, told: RecordedFact) -> bool:
    """Call the session off again, which nothing reports to."""
    session = _run(known, told)
    if session is not None:
        check_stand_alone(_commissions(known, session))
    return session is not None and same(cancel(session, SAID, by=who(told.stamp.by)), fact)


def released(known: Known, fact: ResultsReleased, told: RecordedFact) -> bool:
    """Make the results known again, those of a commission with its jury's."""
    session = _run(known, told)
    if session is not None and session.planned.reports_to is not None:
        jury = known.get(JurySession, session.planned.reports_to)
        return session.id in jury.commissions and released_with(jury, session, told.stamp.on) == fact
    if session is None:
        return False
    _check_sound(known, session)
    check_signed(_commissions(known, session))
    return session.release(told.stamp.on) == fact


def reopened(known: Known, fact: SessionReopened, told: RecordedFact) -> bool:
    """Sit again on the candidate, of whom something was decided with a member who may not decide it."""
    session = known.get(JurySession, told.stamp.stream)
    if known.oneself(told) & session.candidates or session.stage not in {Stage.CLOSED, Stage.SIGNED, Stage.OPEN}:
        return False
    applied, said = known.get(Candidacy, fact.candidacy), known.decision(session.id, fact.candidacy)
    check_unread(known.get, session, applied)
    here = panel_for_candidate(known.get, session, applied, session.present)
    rules = rules_before(known.get, applied.terms, session.opened_on or session.planned.held_on).content
    return session.reopen(fact.candidacy) == fact and bool(misplaced(said, here, session, rules))


def chair_replaced(known: Known, fact: ChairReplaced, told: RecordedFact) -> bool:
    """Have the member sign in the chair's stead again."""
    session = _run(known, told)
    if session is None:
        return False
    rules = known.get(Rulebook, session.planned.rulebook).content.sessions
    return same(minutes.replace_chair(session, fact.juror, SAID, rules), fact)


def _run(known: Known, told: RecordedFact) -> JurySession | None:
    """The session, for who runs it; None for a candidate called before it."""
    session = known.get(JurySession, told.stamp.stream)
    return None if known.oneself(told) & session.candidates else session


def named(known: Known, fact: CommissionNamed, told: RecordedFact) -> bool:
    """Let the commission report to the jury again."""
    session, commission = _run(known, told), known.get(JurySession, fact.commission)
    if session is None or commission.planned.reports_to != session.id:
        return False
    return name(session, commission.id, commission.planned) == fact


def freed(known: Known, fact: CandidateFreed, told: RecordedFact) -> bool:
    """Let the candidate go again, by who runs the session and is not the candidate."""
    session, candidacy = _run(known, told), known.get(Candidacy, fact.candidacy)
    if session is None:
        return False
    awarding = session.planned.reports_to
    jury = known.get(JurySession, awarding) if awarding else None
    rules = known.get(Rulebook, session.planned.rulebook).content.sessions
    titled = titled_again(known.get, session, candidacy)
    return same(free(session, jury, candidacy, SAID, rules, titled=titled), fact)


def transcribed(known: Known, fact: MinutesTranscribed, told: RecordedFact) -> bool:
    """Put in the scan of the paper minutes again."""
    session = _run(known, told)
    file = Received(media_type=fact.media_type, size=fact.size, digest=SAID, name=SAID)
    if session is None:
        return False
    check_transcribes(session, known.oneself(told))
    return same(transcribe(session, fact.scan, file, told.stamp.on, if_said(fact.reason)), fact)


def _commissions(known: Known, session: JurySession) -> list[JurySession]:
    return [known.get(JurySession, each) for each in sorted(session.commissions)]


def _check_venue(known: Known, plan: SessionPlanned, on: date) -> None:
    """Refuse a place that was not authorised on that day."""
    framework = known.get(Framework, plan.framework).content
    rules = known.get(Rulebook, plan.rulebook).content
    plan.venue.check(Held.SESSION, on, framework, rules, known.centre(plan.centre))


def _jurors(known: Known, *members: PersonId) -> bool:
    """Whether they all hold the role."""
    return all(Role.JUROR in known.get(Person, juror).roles for juror in members)


def _all_decided(known: Known, session: JurySession) -> bool:
    framework = known.get(Framework, session.planned.framework).content
    return not undecided(known.get, session, _decided(known, session), framework)


def _decided(known: Known, session: JurySession) -> dict[CandidacyId, Deliberation]:
    """What the session decided of each candidate on its list."""
    return {candidacy: known.decision(session.id, candidacy) for candidacy in sorted(session.listed)}


def _check_sound(known: Known, session: JurySession) -> None:
    """Refuse what rests on a member who may not decide."""
    check_sound(known.get, session, _decided(known, session))


ORIGINS: Origins = {
    SessionPlanned: by(called, PlanSession),
    JurorAppointed: by(appointed, AppointJuror),
    SubstituteSeated: by(substituted, SeatSubstitute),
    CandidateListed: by(listed, SummonCandidate),
    PanelDerogationGranted: by(derogated, GrantPanelDerogation),
    SessionOpened: by(opened, OpenSession),
    SessionClosed: by(closed, CloseSession),
    MinutesSigned: by(signed, SignMinutes),
    MinutesSignatureRefused: by(not_signed, RefuseToSignMinutes),
    SessionPostponed: by(postponed, PostponeSession),
    SessionCancelled: by(cancelled, CancelSession),
    CommissionNamed: by(named, PlanSession),
    CandidateFreed: by(freed, FreeCandidate),
    MinutesTranscribed: by(transcribed, TranscribeMinutes),
    ResultsReleased: by(released, ReleaseResults),
    SessionReopened: by(reopened, ReopenDeliberation),
    ChairReplaced: by(chair_replaced, ReplaceChair),
}
