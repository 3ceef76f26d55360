"""Is what a jury decided of a candidate lawful, and the title's place in the register?"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain.assessment.agreement import Marks
from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.candidacy.credit import Credit
from domain.candidacy.rules_before import rules_before
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.jury.decide_blocks import DecideBlocks
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.harmonise_rulings import HarmoniseRulings
from domain.commands.jury.marks_before_the_jury import void_for
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_vote import NoteVote
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.pronounce_title import PronounceTitle
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.refer_candidate import ReferCandidate
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.register.enter_register import EnterRegister
from domain.fact import Fact, RecordedFact
from domain.framework.definition import Route
from domain.framework.registration import Registration
from domain.fraud.exclusion import check_taken_up
from domain.fraud.fraud import Fraud
from domain.jury.commission import proposed
from domain.jury.connection import Connections
from domain.jury.deciding import check_transcribes, proposals
from domain.jury.decision_context import DecisionContext
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    BlockGranted,
    BlockNotGranted,
    CandidateReferred,
    CompetenceProposed,
    CompetenceRuled,
    DecisionDeferred,
    DecisionVoted,
    DeliberationOpened,
    DeliberationReopened,
    JurorRecused,
    KeyedFromPaper,
    TitlePronounced,
)
from domain.jury.panel_for_candidate import panel_for_candidate
from domain.jury.replacement_jury import barred_here
from domain.jury.ruling import Ruling
from domain.jury.session import JurySession
from domain.jury.tainted_decision import reopen
from domain.jury.vote import Outcome
from domain.ports import CandidacyId, PersonId, Role, SessionId
from domain.register.facts import RegisterEntered
from domain.register.register import Register
from domain.replay.assessing import marks_of
from domain.replay.known import SAID, Known, Origins, by, if_said, same, who

_Decided = (
    JurorRecused
    | DeliberationReopened
    | KeyedFromPaper
    | DecisionDeferred
    | DeliberationOpened
    | CandidateReferred
    | DecisionVoted
    | CompetenceProposed
    | CompetenceRuled
    | BlockGranted
    | BlockNotGranted
    | TitlePronounced
)


def stepped_out(known: Known, fact: JurorRecused, told: RecordedFact) -> bool:
    """Let the juror step out again: by themselves, or by who runs the session, never the candidate."""
    decision, context = _before(known, fact, told)
    by_them = told.stamp.role != Role.JUROR.value or told.stamp.by == fact.juror
    again = decision.recuse(fact.juror, context.session, context.candidacy, SAID)
    if not _keyer_noted(decision, context, told):
        return False
    return _same(again, fact, told) and by_them and context.candidacy.terms.candidate not in known.oneself(told)


def reopened(known: Known, fact: DeliberationReopened, told: RecordedFact) -> bool:
    """Undo again what was decided with members who may not decide, some of whom are left out of it."""
    decision, context = _before(known, fact, told)
    again = reopen(decision, context, SAID)
    named = set(fact.without) <= set(again.without) and bool(fact.without)
    return named and _keyer_noted(decision, context, told) and _same(replace(again, without=fact.without), fact, told)


def keyed(known: Known, fact: KeyedFromPaper, told: RecordedFact) -> bool:
    """Note again who keys, which is who acts."""
    decision, context = _before(known, fact, told)
    again = decision.keyed(context.session, fact.candidacy, who(told.stamp.by))
    return len(again) == 1 and _same(again[0], fact, told)


def deferred(known: Known, fact: DecisionDeferred, told: RecordedFact) -> bool:
    """Put off again what is not decided."""
    decision, context = _before(known, fact, told)
    return _keyer_noted(decision, context, told) and _same(decision.defer(context, SAID), fact, told)


def taken_up(known: Known, fact: DeliberationOpened, told: RecordedFact) -> bool:
    """Take up the candidate again, with the same members."""
    decision, context = _before(known, fact, told)
    check_taken_up(known.get, context.candidacy, context.session)
    return _keyer_noted(decision, context, told) and _same(decision.open(context), fact, told)


def ruled(known: Known, fact: CompetenceRuled, told: RecordedFact) -> bool:
    """Rule on the competence again, on the marks then filed."""
    decision, context = _before(known, fact, told)
    marks = marks_of(known, context.candidacy, context.session.opened_on or told.stamp.on)
    context = _voided(known, context)
    ruling = Ruling(competence=fact.competence, acquired=fact.acquired, reason=if_said(fact.reason), mark=fact.mark)
    (again,) = decision.rule(context, (ruling,), marks)
    lawful = _same(again, fact, told) and not context.session.commission
    return lawful and _keyer_noted(decision, context, told)


def provisionally_ruled(known: Known, fact: CompetenceProposed, told: RecordedFact) -> bool:
    """Rule on the competence again, as a commission."""
    decision, context = _before(known, fact, told)
    marks = marks_of(known, context.candidacy, context.session.opened_on or told.stamp.on)
    context = _voided(known, context)
    ruling = Ruling(competence=fact.competence, acquired=fact.acquired, reason=if_said(fact.reason), mark=fact.mark)
    (again,) = decision.rule(context, (ruling,), marks)
    lawful = _same(proposed(again), fact, told) and context.session.commission
    return lawful and _keyer_noted(decision, context, told)


def _voided(known: Known, context: DecisionContext) -> DecisionContext:
    """With what a sanction took away."""
    fraud = known.get(Fraud, Fraud.id_of(context.candidacy.terms.candidate))
    return replace(context, void=void_for(context, fraud))


def granted(known: Known, fact: BlockGranted, told: RecordedFact) -> bool:
    """Grant the block again, on the jury's own rulings."""
    decision, context = _before(known, fact, told)
    context, marks = _read(known, context, told)
    return _keyer_noted(decision, context, told) and _same(decision.grant(context, fact.block, marks), fact, told)


def not_granted(known: Known, fact: BlockNotGranted, told: RecordedFact) -> bool:
    """Not grant the block again, on the jury's own rulings."""
    decision, context = _before(known, fact, told)
    context, marks = _read(known, context, told)
    again = decision.refuse(context, fact.block, marks, if_said(fact.reason), if_said(fact.advice))
    return _keyer_noted(decision, context, told) and _same(again, fact, told)


def pronounced(known: Known, fact: TitlePronounced, told: RecordedFact) -> bool:
    """Pronounce the title again, on the blocks then granted."""
    decision, context = _before(known, fact, told)
    won = context.title_before or known.titled_elsewhere(context.candidacy)
    again = decision.pronounce(replace(context, title_before=won))
    return _keyer_noted(decision, context, told) and _same(again, fact, told)


def _read(known: Known, context: DecisionContext, told: RecordedFact) -> tuple[DecisionContext, Marks]:
    """With what a sanction took away, and the marks handed in then: none in VAE."""
    context = _voided(known, context)
    if context.candidacy.terms.route is Route.VAE:
        return context, Marks({}, context.rules.content, context.framework)
    return context, marks_of(known, context.candidacy, context.session.opened_on or told.stamp.on)


def _keyer_noted(decision: Deliberation, context: DecisionContext, told: RecordedFact) -> bool:
    """Whether who keys a paper sitting is noted, so that another countersigns."""
    return not decision.keyed(context.session, context.candidacy.id, who(told.stamp.by))


def _before(known: Known, fact: _Decided, told: RecordedFact) -> tuple[Deliberation, DecisionContext]:
    context = _hearing(known, fact.session, fact.candidacy, told.stamp.by)
    registrar = told.stamp.role == Role.REGISTRAR.value
    if registrar and known.oneself(told) & context.session.candidates:
        raise OwnWork(fact.session)
    said_with_a_seat = (
        JurorRecused | DeliberationReopened | KeyedFromPaper
    )  # who leaves, and an absence that is keyed
    if registrar and not isinstance(fact, said_with_a_seat):
        check_transcribes(context.session, known.oneself(told))
    return known.get(Deliberation, told.stamp.stream), replace(context, transcribes=registrar)


def _same(again: Fact, fact: _Decided, told: RecordedFact) -> bool:
    return same(again, fact) and Deliberation.id_of(fact.session, fact.candidacy) == told.stamp.stream


def _hearing(known: Known, session: SessionId, candidacy: CandidacyId, by: UUID | None) -> DecisionContext:
    sitting = known.get(JurySession, session)
    applied = known.get(Candidacy, candidacy)
    earlier = {other: known.decision(other, candidacy) for other in applied.sessions if other != session}
    framework = known.definition(applied.terms)
    registration = known.get(Registration, Registration.id_of(applied.terms.framework))
    return DecisionContext(
        session=sitting,
        candidacy=applied,
        framework=framework,
        obstacles=registration.obstacles(sitting.opened_on, framework) if sitting.opened_on else (),
        rules=rules_before(known.get, applied.terms, sitting.opened_on or sitting.planned.held_on),
        panel_for_candidate=known.once(
            (panel_for_candidate, session, candidacy),
            lambda: panel_for_candidate(known.get, sitting, applied, sitting.present),
        ),
        by=PersonId(who(by)),
        granted_before=frozenset(block for deliberation in earlier.values() for block in deliberation.granted)
        | known.get(Credit, Credit.id_of(candidacy)).blocks,
        proposals=proposals(sitting, candidacy, earlier),
        cut_off=known.get(Connections, Connections.id_of(session)).lost,
        title_before=any(deliberation.title for deliberation in earlier.values()),
        barred=barred_here(known.get, sitting, candidacy, earlier),
    )


def entered(known: Known, fact: RegisterEntered, told: RecordedFact) -> bool:
    """Enter the register again, under the next number; a chair does so with a rectification that gives the title."""
    candidacy = known.get(Candidacy, fact.candidacy)
    sessions = [known.get(JurySession, session) for session in candidacy.sessions]
    chairs = [s for s in sessions if s.chair == told.stamp.by and known.decision(s.id, fact.candidacy).rectified]
    if told.stamp.role == Role.JUROR.value and not chairs:
        return False
    won = [
        session.opened_on
        for session in sessions
        if session.released_to(fact.candidacy)
        and known.get(Deliberation, Deliberation.id_of(session.id, fact.candidacy)).title
    ]
    terms = candidacy.terms
    again = known.get(Register, told.stamp.stream).enter(
        fact.candidacy, terms.candidate, terms.framework, fact.obtained_on
    )
    here = Register.id_of(terms.framework) == told.stamp.stream
    return again == fact and here and fact.obtained_on in won and terms.candidate not in known.oneself(told)


def referred(known: Known, fact: CandidateReferred, told: RecordedFact) -> bool:
    """Send the candidate before another jury again, by the same rule."""
    decision, context = _before(known, fact, told)
    return _keyer_noted(decision, context, told) and _same(decision.refer(context), fact, told)


def voted(known: Known, fact: DecisionVoted, told: RecordedFact) -> bool:
    """Note the vote again, with the casting vote or without, or that it had no majority."""
    decision, context = _before(known, fact, told)
    outcome = Outcome.CASTING_VOTE if fact.casting_vote else Outcome.MAJORITY if fact.majority else Outcome.NONE
    again = decision.vote(context, outcome, fact.abstentions)
    return _keyer_noted(decision, context, told) and _same(again, fact, told)


KEYING = (
    RecuseJuror,
    ReopenDeliberation,
    OpenDeliberation,
    NoteAbsence,
    RuleCompetences,
    HarmoniseRulings,
    NoteVote,
    DecideBlocks,
    PronounceTitle,
    DeferDecisions,
    ReferCandidate,
)
"""By what one keys what the minutes of a paper sitting say."""

ORIGINS: Origins = {
    CandidateReferred: by(referred, ReferCandidate),
    DecisionVoted: by(voted, NoteVote),
    DecisionDeferred: by(deferred, DeferDecisions),
    JurorRecused: by(stepped_out, RecuseJuror, ReopenDeliberation),
    DeliberationReopened: by(reopened, RecuseJuror, ReopenDeliberation),
    KeyedFromPaper: by(keyed, *KEYING),
    DeliberationOpened: by(taken_up, OpenDeliberation),
    CompetenceProposed: by(provisionally_ruled, RuleCompetences),
    CompetenceRuled: by(ruled, RuleCompetences, HarmoniseRulings),
    BlockGranted: by(granted, DecideBlocks),
    BlockNotGranted: by(not_granted, DecideBlocks),
    TitlePronounced: by(pronounced, PronounceTitle),
    RegisterEntered: by(entered, EnterRegister, ApproveRectification),
}
