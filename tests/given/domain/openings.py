"""Opening of June's session with some of its members."""

from __future__ import annotations

from datetime import date

from domain.commands.jury.open_session import OpenSession
from domain.jury.facts import MemberNotedAbsent
from domain.jury.session import JurySession
from domain.ports import PersonId
from tests.given.domain.people import AS_RENEE, JUNE, JURY_DAY, signed_in
from tests.given.domain.scenario import At, Scenario


def open_with(scenario: Scenario, *present: PersonId, on: date = JURY_DAY, presides: PersonId | None = None) -> None:
    """Let these members, and no others, sign in; then the registrar opens the session."""
    before = scenario.log.find(JurySession, JUNE).signed_in.keys() - set(present)
    scenario.given(At(JUNE, tuple(MemberNotedAbsent(juror=each, excused=True) for each in sorted(before))))
    scenario.given(signed_in(JUNE, present, on))
    scenario.when(OpenSession(session=JUNE, presides=presides), by=AS_RENEE, on=on)
