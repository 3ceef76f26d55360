"""The agenda of juries, after a candidate was released from one."""

from __future__ import annotations

from domain.fact import Personal
from domain.jury.facts import CandidateFreed
from domain.jury.session import JurySession
from projections.jury.jury_agenda import rows
from tests.given.domain.people import JUNE, JURY_DAY, MARIE, MARIE_VAE, SAMIR_VAE, planned, summoned
from tests.given.domain.scenario import rebuilt


def test_candidate_freed_before_the_session_is_on_no_agenda() -> None:
    steps = (planned(JUNE), *summoned(JUNE, MARIE_VAE, SAMIR_VAE))
    freed = CandidateFreed(candidacy=MARIE_VAE, work_travels=False, reason=Personal("x", MARIE))
    facts = [*(fact for step in steps if step.stream == JUNE for fact in step.facts), freed]
    session = rebuilt(JurySession(id=JUNE), facts)
    at = [(fact, position) for position, fact in enumerate(facts, 1)]
    assert [row[:3] for row in rows(session, at)] == [(JUNE, SAMIR_VAE, JURY_DAY)]
