"""Release of a session's results."""

from __future__ import annotations

from domain.commands.jury.release_results import ReleaseResults
from domain.jury.facts import ResultsReleased
from domain.jury.session import AlreadyReleased, MinutesNotSigned
from tests.given.domain.people import AS_RENEE, CLOSED, JUNE, JURY_DAY, SIGNED, before_the_jury
from tests.given.domain.scenario import At, Scenario

RELEASE = ReleaseResults(session=JUNE)


def test_results_are_released_once_and_only_after_the_minutes_are_signed(scenario: Scenario) -> None:
    scenario.given(*before_the_jury(), At(JUNE, (CLOSED,)))
    scenario.when(RELEASE, by=AS_RENEE)
    scenario.then_refused(MinutesNotSigned)
    scenario.given(At(JUNE, (SIGNED,)))
    scenario.when(RELEASE, by=AS_RENEE)
    scenario.then(ResultsReleased(released_on=JURY_DAY))
    scenario.when(RELEASE, by=AS_RENEE)
    scenario.then_refused(AlreadyReleased)
