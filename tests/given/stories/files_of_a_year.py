"""Four certifications on the portal in 2026, and the feasibility files that count in a year (R6412-3)."""

from __future__ import annotations

from datetime import date

from domain.candidacy.facts import FileCounted
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.ports import CandidacyId, PersonId
from tests.given.domain.people import AS_MARIE, AS_SAMIR, MARIE
from tests.given.stories.acts import Stage
from tests.given.stories.portal import on_the_portal, signs_up

JANUARY, JUNE, DECEMBER = date(2026, 1, 12), date(2026, 6, 1), date(2026, 12, 28)
NEXT_YEAR = date(2027, 1, 4)
CODES = (40001, 40002, 40003, 40004)


def house() -> Stage:
    return on_the_portal(JANUARY, *CODES)


def files(
    stage: Stage, day: date, number: int, who: PersonId = MARIE, *, elsewhere: int | None = None
) -> CandidacyId:
    """Let somebody apply and submit their file on the same day."""
    candidacy = signs_up(stage, day, number, who)
    submit = SubmitFeasibilityFile(candidacy=candidacy, elsewhere=elsewhere)
    stage.on(day, submit, AS_MARIE if who == MARIE else AS_SAMIR)
    return candidacy


def counted(stage: Stage) -> list[tuple[CandidacyId, date]]:
    """Return the files that count, with their year."""
    return [
        (told.fact.candidacy, told.fact.received_on) for told in stage.facts if isinstance(told.fact, FileCounted)
    ]
