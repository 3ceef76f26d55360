from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.candidacy.candidacy import AlreadyDecided
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
    what they decided: one who holds the title has nothing left to be decided, one whose attempts or time to come back
    are over comes no more, and one whose decision was annulled comes before other members and substitutes, of juries
    and of the commissions behind them; and the law with the members, whom it may keep off this candidate's panel and
    whose ties are noted in any case, and what was said of the candidate's cheating.
    The summons is written on both: the session's list is what it must decide, the candidacy's list is what a decision
    on it relies on.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (CandidateListed, ReleaseWithheld, CandidateSummoned)
    session: SessionId
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        """Record CandidateListed on the session, ReleaseWithheld if due, and CandidateSummoned on the candidacy."""
        session = run_session(log, self.session)
        candidacy = run(log, self.candidacy)
        candidacy.check_admissible()
        names = files_of(log.find, candidacy.terms.candidate)
        frauds = {name: log.find(Fraud, Fraud.id_of(name)) for name in sorted(names)}
        for fraud in frauds.values():
            fraud.check_admits(session.planned.held_on)
        before = [log.find(Deliberation, Deliberation.id_of(other, self.candidacy)) for other in candidacy.sessions]
        if any(deliberation.title for deliberation in before):
            raise AlreadyDecided(self.candidacy)
        rules = log.load(Rulebook, candidacy.terms.rulebook).content
        earlier = tuple(log.load(JurySession, other) for other in candidacy.sessions)
        check_attempts(earlier, before, rules)
        came = attempts(log.find, self.candidacy, zip(earlier, before, strict=True))
        came.check(rules.retakes, session.planned.held_on)
        candidacy.enrolment.check_accepted(rules.enrolment)
        if not session.planned.on_paper:  # one held on paper was called on paper
            delay = rules_before(log.find, candidacy.terms, session.planned.held_on).content.enrolment.summons
            candidacy.enrolment.check_summons(session.id, session.planned.held_on, delay, log.today)
        instead = in_place_of(zip(earlier, before, strict=True))
        waits = awaited(session, zip(earlier, before, strict=True), self.candidacy)
        sheet = log.load(Framework, candidacy.terms.framework).content.jury_for(candidacy.terms.route)
        listed = session.summon(candidacy, waits, sheet, instead, names)
        check_candidate_then(session, candidacy)
        listed = replace(listed, inherits=tuple(sorted(inherited(earlier, before, self.candidacy))))
        listed = under_law(listed, panel_for_candidate(log.find, session, candidacy, session.seats))
        log.record(session, listed)
        under_way = frauds[candidacy.terms.candidate].under_way(self.candidacy)
        if under_way and (waiting := session.evolve(listed).withhold(self.candidacy)):
            log.record(session, waiting)
        log.record(candidacy, CandidateSummoned(session=self.session))
