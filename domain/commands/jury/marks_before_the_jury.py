from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from domain.assessment.agreement import Marks, MarksReading
from domain.assessment.assessment import Assessment, free
from domain.assessment.attempts import Attempts, SessionResult
from domain.candidacy.candidacy import Candidacy
from domain.deadlines.notice import Notice
from domain.framework.definition import Route
from domain.framework.framework import Framework
from domain.fraud.fraud import Fraud
from domain.jury.deciding import before
from domain.jury.decision_context import DecisionContext
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession
from domain.people.one_person import one_person
from domain.ports import CandidacyId, Find, Log, SessionId
from domain.rulebook.rules import Rules


def to_rule_on(log: Log, session: SessionId, candidacy: CandidacyId) -> tuple[DecisionContext, Marks]:
    """Load what a ruling on competences relies on, and the marks that it reads.

    Loads what every decision relies on, the candidate's fraud cases, and what `marks_before_the_jury` reads.
    """
    context = before(log, session, candidacy)
    fraud = log.find(Fraud, Fraud.id_of(context.candidacy.terms.candidate))
    context = replace(context, void=void_for(context, fraud))
    day = context.session.opened_on or log.today
    return context, marks_before_the_jury(log.find, context.candidacy, context.rules.content, day)


def void_for(context: DecisionContext, fraud: Fraud) -> frozenset[int]:
    """Return the competences that a sanction forbids this jury to rule acquired.

    In VAE the sanction binds the juries called by then. Where épreuves are marked, it binds every later jury too: no
    rule can tell a mark given since from one that was voided (ADR 32).
    """
    vae = context.candidacy.terms.route is Route.VAE
    return fraud.voided(context.candidacy.id, context.session.id if vae else None)


def marks_before_the_jury(find: Find, candidacy: Candidacy, rules: Rules, on: date) -> Marks:
    """Read the marks of a candidacy as they are kept on a day.

    Reads its framework, each assessor's assessment, all the files of each assessor, the candidate's files where ties
    bar, the sessions that the candidacy was called before and their deliberations.
    """
    named = sorted(candidacy.assessors)
    assessors = {who: one_person(find, who) for who in named}
    each = tuple((who, find(Assessment, Assessment.id_of(candidacy.id, who))) for who in named)
    return Marks.read(
        MarksReading(
            candidacy=candidacy,
            assessments=each,
            barred=frozenset(who for who, one in assessors.items() if not free(find, one, candidacy, rules, on)),
            files={who: one.names for who, one in assessors.items()},
            attempts=attempted(find, candidacy),
            rules=rules,
            framework=find(Framework, candidacy.terms.framework),
            on=on,
        )
    )


def attempted(find: Find, candidacy: Candidacy) -> Attempts:
    """Return a candidacy's attempts; reads the sessions it was called before, and what `attempts` reads."""
    return attempts(
        find,
        candidacy.id,
        (
            (find(JurySession, session), find(Deliberation, Deliberation.id_of(session, candidacy.id)))
            for session in candidacy.sessions
        ),
    )


def attempts(find: Find, candidacy: CandidacyId, before: Iterable[tuple[JurySession, Deliberation]]) -> Attempts:
    """Return the attempts of a candidacy, from the sessions it was called before and their deliberations on it.

    Reads the notice of a decision from which a rectification took something.
    """

    def sat(session: JurySession, said: Deliberation, on: date) -> SessionResult:
        takes = said.stands.taken or said.stands.title_taken
        taken = find(Notice, Notice.id_of(session.id, candidacy)).taken(said) if takes else None
        return SessionResult(on=on, granted=said.granted, refused=said.refused, taken=taken)

    return Attempts.of(sat(session, said, session.opened_on) for session, said in before if session.opened_on)
