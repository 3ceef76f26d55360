"""Shared steps of the stories after a jury's decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.register.enter_register import EnterRegister
from domain.commands.register.issue_certificate import IssueCertificate
from domain.fact import Fact, RecordedFact
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.ports import OPERATOR, Actor, CandidacyId, Command, PersonId, Role, SessionId
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.fraud_rules import FraudBody, FraudRules, Sanction, SanctionKind
from domain.standing.disclosure import disclosed
from domain.standing.standing import Standing, standing
from tests.given.domain.people import (
    AS_RENEE,
    BLOCKS,
    CV,
    ENOUGH,
    HOUSE,
    JUNE,
    JURY_DAY,
    MARCH,
    MARIE_VAE,
    OWNERS,
    PANEL,
    RNCP31936,
    RULEBOOK,
    RULES,
    actor,
    admissible,
    applied,
    as_reader,
    filed,
    planned,
    put_in,
    registered,
)
from tests.given.domain.scenario import At, Scenario

OUT = Sanction(code="E", kind=SanctionKind.EXCLUSION, label_fr="Exclusion", label_en="Exclusion", months=24)
FRAUD = FraudRules(decided_by=FraudBody.CERTIFIER, hearing_days=7, sanctions=(OUT,), source="règlement, art. 9")


class Story(Scenario):
    """A scenario in which each step is a command that must succeed on its day."""

    def done(self, command: Command, by: Actor, on: date | None = None) -> tuple[Fact, ...]:
        """Execute a command; return its facts, or those of the second registrar's confirmation."""
        self.when_annulled(command, by=by, on=on)
        facts: tuple[Fact, ...] = getattr(self.outcome, "facts", ())
        assert facts, f"refused: {self.outcome!r}"
        return facts

    def sits(
        self,
        session: SessionId,
        panel: tuple[PersonId, ...],
        candidacy: CandidacyId,
        acquired: Iterable[int],
        *,
        on: date = JURY_DAY,
        title: bool = False,
        released: bool = True,
    ) -> None:
        """Let a jury hear one candidate, rule on all competences, decide each block by its rule, sign and release."""
        chair, won = actor(panel[0], Role.JUROR), set(acquired)
        self.done(SummonCandidate(session=session, candidacy=candidacy), AS_RENEE, on)
        for member in panel:
            self.done(SignMemberIn(session=session, juror=member), AS_RENEE, on)
        self.done(OpenSession(session=session), AS_RENEE, on)
        self.done(NoteCandidatePresent(session=session, candidacy=candidacy), AS_RENEE, on)
        self.done(OpenDeliberation(session=session, candidacy=candidacy), chair, on)
        rulings = tuple(
            Ruling(competence=number, acquired=number in won, reason=None if number in won else "x")
            for block in BLOCKS
            for number in block.competences
        )
        self.done(RuleCompetences(session=session, candidacy=candidacy, rulings=rulings), chair, on)
        decisions = tuple(
            BlockDecision(
                block=block.number,
                granted=block.rule.met_by(frozenset(won), block.competences),
                reason="x",
            )
            for block in BLOCKS
        )
        self.done(
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=candidacy, decisions=decisions),
            chair,
            on,
        )
        if title:
            self.done(
                RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=session, candidacy=candidacy),
                chair,
                on,
            )
        elif RNCP31936.whole.met_by(frozenset(block.block for block in decisions if block.granted)):
            self.done(DeferDecisions(session=session, candidacy=candidacy, reason="x"), chair, on)
        self.done(CloseSession(session=session), AS_RENEE, on)
        self.done(SignMinutes(session=session), chair, on)
        if released:
            self.done(ReleaseResults(session=session), AS_RENEE, on)
        if released and title:
            self.done(EnterRegister(candidacy=candidacy), AS_RENEE, on)

    def dossier(self, candidacy: CandidacyId) -> list[RecordedFact]:
        """Return the facts that concern a candidacy: all except those about another one."""
        return [told for told in self.store.told if getattr(told.fact, "candidacy", candidacy) == candidacy]

    def stands(self, candidacy: CandidacyId, as_of: date | None = None) -> Standing:
        """Return the candidacy's standing for its candidate, now or at the end of a day."""
        known = [told for told in self.dossier(candidacy) if as_of is None or told.stamp.on <= as_of]
        return standing(RNCP31936, RULES, known, provisional=False)

    def granted(self, candidacy: CandidacyId) -> list[int]:
        """Return the blocks that the candidate knows to be granted."""
        return [line.number for line in self.stands(candidacy).blocks if line.state == "granted"]

    def shown(self, candidacy: CandidacyId, to: Actor) -> set[str]:
        """Return the kinds of facts of a dossier that a reader sees."""
        return {type(told.fact).__name__ for told in disclosed(as_reader(to), self.dossier(candidacy))}

    def unlawful(self, after: int) -> list[tuple[int, str]]:
        """Return what the rules, applied again, would refuse of everything recorded after a position."""
        return [(each.position, each.rule) for each in replay(self.store.told) if each.position > after]


@pytest.fixture
def story() -> Story:
    """Return a story with the certifier, its people, its framework and its rulebooks."""
    scene = Story(today=JURY_DAY)
    scene.given(HOUSE)
    return scene


def marie_certified(story: Story, fraud: FraudRules, *registrars: PersonId) -> None:
    """Return Marie's June title and certificate; her CV served competences 26 and 27; March is planned."""
    story.given(
        *(registered(who, Role.REGISTRAR) for who in registrars),
        At(RULEBOOK, (RulebookPublished(rules=replace(RULES, fraud=fraud)),)),
        applied(MARIE_VAE),
        admissible(MARIE_VAE),
        put_in(MARIE_VAE, CV, 26, 27),
        filed(MARIE_VAE, CV),
        planned(JUNE),
        planned(MARCH),
    )
    story.sits(JUNE, PANEL, MARIE_VAE, ENOUGH, title=True)
    certificate = IssueCertificate(candidacy=MARIE_VAE)
    story.done(certificate, AS_RENEE, days_later(10))


def days_later(days: int, since: date = JURY_DAY) -> date:
    """Return the day this many days after."""
    return since + timedelta(days=days)


__all__ = ["FRAUD", "OPERATOR", "OUT", "OWNERS", "Story", "days_later", "marie_certified", "story"]
