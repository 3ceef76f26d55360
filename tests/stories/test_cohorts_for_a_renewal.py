"""The certifier asks to renew its registration, and states who obtained the title, year by year (R6113-9, II).

A cohort is defined by a calendar year and a route. Marie came by VAE before the jury of 14 December 2021, and was
notified in January: she is of 2021. Samir, by initial training, came before the jury of March: he is of 2022. A court
then annuls Marie's title: her cohort is absent from the request until a higher court quashes that ruling.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import CandidacyOpened
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.register.enter_register import EnterRegister
from domain.framework.definition import Route
from projections.register.cohorts import cohorts
from tests.given.domain.people import (
    APPLIED_ON,
    AS_RENEE,
    ENOUGH,
    FRAMEWORK,
    GENTLE_RULEBOOK,
    JUNE,
    LATER_DAY,
    MARCH,
    MARIE_VAE,
    PANEL,
    SAMIR,
    plan,
    planned,
    vae_filed,
)
from tests.given.domain.scenario import At
from tests.given.log.scene import Scene
from tests.given.stories.after_the_jury import Story, story

__all__ = ["story"]

DECEMBER, JANUARY, APRIL, MAY = date(2021, 12, 14), date(2022, 1, 10), date(2022, 4, 4), date(2022, 5, 3)
SAMIR_FI = Candidacy.id_of(SAMIR, FRAMEWORK, Route.FI)
IN_TRAINING = CandidacyOpened(
    candidate=SAMIR, framework=FRAMEWORK, rulebook=GENTLE_RULEBOOK, route=Route.FI, opened_on=APPLIED_ON
)


class Request:
    """The part of the request that counts the holders, read from the log as far as the story has come."""

    def __init__(self, story: Story, scene: Scene) -> None:
        self.story, self.scene = story, scene
        self.copied, self.projector = len(story.store.told), scene.projector()  # the setup is in both logs

    def says(self) -> list[tuple[int, str, int]]:
        """Return each cohort's year, route and number of holders."""
        for told in self.story.store.told[self.copied :]:
            self.scene.given(At(told.stamp.stream, (told.fact,)), on=told.stamp.on)
        self.copied = len(self.story.store.told)
        self.projector.catch_up()
        return [(each.year, each.route, each.holders) for each in cohorts(self.scene.web, "RNCP31936")]


@pytest.fixture
def request_says(story: Story, database_url: str) -> Iterator[Request]:
    with closing(Scene(database_url)) as scene:
        yield Request(story, scene)


def test_holders_are_counted_by_the_year_of_their_jury_and_their_route(story: Story, request_says: Request) -> None:
    story.given(*vae_filed(MARIE_VAE), planned(JUNE, plan(DECEMBER)))
    story.given(At(SAMIR_FI, (IN_TRAINING,)), planned(MARCH, plan(LATER_DAY, GENTLE_RULEBOOK)))
    story.second_registrar()
    start = len(story.store.told)
    story.sits(JUNE, PANEL, MARIE_VAE, ENOUGH, on=DECEMBER, title=True, released=False)
    assert request_says.says() == [], "nobody knows it yet"
    story.done(ReleaseResults(session=JUNE), AS_RENEE, JANUARY)
    story.done(EnterRegister(candidacy=MARIE_VAE), AS_RENEE, JANUARY)
    assert request_says.says() == [(2021, "VAE", 1)]

    story.sits(MARCH, PANEL, SAMIR_FI, ENOUGH, on=LATER_DAY, title=True)
    assert request_says.says() == [(2021, "VAE", 1), (2022, "FI", 1)]

    annuls = NoteCourtRuling(
        session=JUNE, candidacy=MARIE_VAE, court="TA", ruled_on=APRIL, reference="x", annuls=True
    )
    story.done(annuls, AS_RENEE, APRIL)
    assert request_says.says() == [(2022, "FI", 1)]
    story.done(replace(annuls, ruled_on=MAY, annuls=False, quashes=True), AS_RENEE, MAY)
    assert request_says.says() == [(2021, "VAE", 1), (2022, "FI", 1)]
    assert story.unlawful(after=start) == []
