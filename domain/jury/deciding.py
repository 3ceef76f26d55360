"""Loading of the context of a jury's decision on a candidate, and check of who decides or keys it."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from domain.candidacy.benefit import benefit
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.candidacy.rules_before import rules_before
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.jury.access import oneself, run_session
from domain.jury.connection import Connections
from domain.jury.decision_context import DecisionContext, Proposal
from domain.jury.deliberation import Deliberation, KeyedByAnother
from domain.jury.panel_for_candidate import panel_for_candidate
from domain.jury.replacement_jury import barred_here
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, PersonId, Role, SessionId
from domain.refusal import NotFound


def before(log: Log, session: SessionId, candidacy: CandidacyId) -> DecisionContext:
    """Load the context of a decision of this session on this candidacy.

    Loads the session and its connections, the candidacy, its framework, registration, rulebook and the law (which may
    replace values of the rulebook). Loads the candidate and the members present, whose ties and qualities must not
    change meanwhile, with the organisations where they work. Loads the deliberations of the earlier sessions, the
    sessions whose decision was annulled with their commissions, and the candidacy's credits. Raises NotFound for an
    actor without a seat in the session, or a candidate who is not before it.
    """
    transcribes = log.actor.role is Role.REGISTRAR
    jury_session = run_session(log, session) if transcribes else log.load(JurySession, session)
    if not transcribes:
        check_before_them(log, jury_session, candidacy)
    if transcribes:
        check_transcribes(jury_session, oneself(log))
    applied = log.load(Candidacy, candidacy)
    earlier = {
        other: log.find(Deliberation, Deliberation.id_of(other, candidacy))
        for other in applied.sessions
        if other != session
    }
    credit = log.find(Credit, Credit.id_of(candidacy))
    framework = log.load(Framework, applied.terms.framework).content
    registration = log.find(Registration, Registration.id_of(applied.terms.framework))
    day = jury_session.opened_on or log.today
    kept = benefit(log.find, applied, registration, framework, day)
    return DecisionContext(
        session=jury_session,
        candidacy=applied,
        framework=framework,
        obstacles=tuple(each for each in registration.obstacles(day, framework) if each not in kept),
        benefit=tuple(text.id for text in kept.values()),
        rules=rules_before(log.find, applied.terms, jury_session.opened_on or jury_session.planned.held_on),
        panel_for_candidate=panel_for_candidate(log.find, jury_session, applied, jury_session.present),
        by=log.actor.who,
        transcribes=transcribes,
        today=log.today,
        hour=log.hour,
        proposals=proposals(jury_session, candidacy, earlier),
        granted_before=frozenset(block for deliberation in earlier.values() for block in deliberation.granted)
        | credit.blocks,
        counted=credit.told,
        cut_off=log.find(Connections, Connections.id_of(session)).lost,
        title_before=any(deliberation.title for deliberation in earlier.values()),
        barred=barred_here(log.load, jury_session, candidacy, earlier),
    )


def check_before_them(log: Log, session: JurySession, candidacy: CandidacyId) -> None:
    """Raise NotFound for a juror without a seat in the session, or a candidate who is not before it."""
    if log.actor.who not in session.seats:
        raise NotFound(session.id)
    if candidacy not in {*session.listed, *session.freed}:
        raise NotFound(candidacy)


def check_transcribes(session: JurySession, names: AbstractSet[PersonId]) -> None:
    """Refuse a registrar who has a seat in the session, under any of their files, as the transcriber of its minutes.

    The chair countersigns what was keyed, and nobody countersigns their own work.
    """
    if names & session.seats.keys():
        raise KeyedByAnother(session.id)


def proposals(
    session: JurySession, candidacy: CandidacyId, earlier: Mapping[SessionId, Deliberation]
) -> dict[int, Proposal]:
    """Return the provisional rulings on a candidate of this jury's commissions, or of those that it inherits."""
    listing = None if session.commission else session.listing(candidacy)
    inherited = listing.inherits if listing else ()
    own = sorted(each for each in session.commissions if each not in inherited)
    said = (earlier[each].proposed for each in (*inherited, *own) if each in earlier)
    return {number: proposal for proposed in said for number, proposal in proposed.items()}
