from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.candidacy.candidacy import AlreadyDecided, Candidacy
from domain.candidacy.facts import CandidateSummoned
from domain.candidacy.rules_before import rules_before
from domain.commands.jury.marks_before_the_jury import attempts
from domain.framework.framework import Framework
from domain.fraud.fraud import Fraud
from domain.jury.access import run, run_session
from domain.jury.commission import inherited
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CandidateListed, ReleaseWithheld
from domain.jury.lawful_panel import under_law
from domain.jury.panel_for_candidate import panel_for_candidate
from domain.jury.paper_minutes import check_candidate_then
from domain.jury.presence import awaited, check_attempts
from domain.jury.replacement_jury import in_place_of
from domain.jury.session import JurySession
from domain.people.one_person import files_of
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class SummonCandidate:
    """Call a candidate before a jury session that still has a place (convoquer).

    Loads the session, the candidacy and its candidate, framework and rulebook, the sessions it was called before and
    their deliberations. A candidate who holds the title, or whose attempts or time to return are over, is refused. A
    candidate whose decision was annulled comes before other members and substitutes than those of the annulled juries
    and of the commissions behind them. Loads the law with the members, whom it may keep off this candidate's panel
    and whose ties are recorded in any case, and the candidate's fraud cases. The summons is recorded on both streams:
    the session's list is what the session must decide, the candidacy's list is what a decision on it relies on.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (CandidateListed, ReleaseWithheld, CandidateSummoned)
    session: SessionId
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        """Record CandidateListed on the session, ReleaseWithheld if due, and CandidateSummoned on the candidacy."""
        session = run_session(log, self.session)
        candidacy = run(log, self.candidacy)
        log.record(session, *list_candidate(log, session, candidacy))
        log.record(candidacy, CandidateSummoned(session=self.session))


def list_candidate(
    log: Log, session: JurySession, candidacy: Candidacy, *, called_before: bool = False
) -> tuple[CandidateListed, *tuple[ReleaseWithheld, ...]]:
    """Put a candidate on a session's list, and withhold the result if required; refuse a candidate who may not come.

    `called_before` means that this session called them in time already, freed them, and takes them back. Loads what
    SummonCandidate loads.
    """
    candidacy.check_admissible()
    if not session.planned.on_paper:  # candidates of a session held on paper were called, and examined, on paper
        candidacy.check_filed()
    names = files_of(log.find, candidacy.terms.candidate)
    frauds = {name: log.find(Fraud, Fraud.id_of(name)) for name in sorted(names)}
    for fraud in frauds.values():
        fraud.check_admits(session.planned.held_on)
    sessions = [each for each in candidacy.sessions if each != session.id or not called_before]
    before = [log.find(Deliberation, Deliberation.id_of(other, candidacy.id)) for other in sessions]
    if any(deliberation.title for deliberation in before):
        raise AlreadyDecided(candidacy.id)
    rules = log.load(Rulebook, candidacy.terms.rulebook).content
    earlier = tuple(log.load(JurySession, other) for other in sessions)
    check_attempts(earlier, before, rules)
    came = attempts(log.find, candidacy.id, zip(earlier, before, strict=True))
    came.check(rules.retakes, session.planned.held_on)
    candidacy.enrolment.check_accepted(rules.enrolment)
    if not (session.planned.on_paper or called_before):  # a session held on paper called its candidates on paper
        delay = rules_before(log.find, candidacy.terms, session.planned.held_on).content.enrolment.summons
        candidacy.enrolment.check_summons(session.id, session.planned.held_on, delay, log.today)
    instead = in_place_of(zip(earlier, before, strict=True))
    waits = awaited(session, zip(earlier, before, strict=True), candidacy.id)
    sheet = log.load(Framework, candidacy.terms.framework).content.jury_for(candidacy.terms.route)
    listed = session.summon(candidacy, waits, sheet, instead, names)
    check_candidate_then(session, candidacy)
    listed = replace(listed, inherits=tuple(sorted(inherited(earlier, before, candidacy.id))))
    listed = under_law(listed, panel_for_candidate(log.find, session, candidacy, session.seats))
    under_way = frauds[candidacy.terms.candidate].under_way(candidacy.id)
    waiting = session.evolve(listed).withhold(candidacy.id) if under_way else None
    return (listed, waiting) if waiting else (listed,)
