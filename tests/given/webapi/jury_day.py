"""A session today in the demonstration: a panel of five, a substitute, three candidates with filed marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.framework.definition import Route
from domain.ports import CandidacyId, Role, SessionId
from webapi.demonstration.cast import enrol
from webapi.demonstration.story import RENEWED

if TYPE_CHECKING:
    from tests.given.webapi.demonstration_site import Place

CALLED = (
    ("ursule", "Ursule Esquisse", set(range(1, 31)) - {3, 7}),
    ("valere", "Valère Ébauche", set(range(1, 31))),
    ("yvon", "Yvon Canevas", set(range(1, 31))),
)
"""Candidates, with the competences marked acquired: the first one lacks a mandatory competence."""


@dataclass(frozen=True)
class JuryDay:
    """The session, and its candidacies in the order of their summons."""

    session: SessionId
    candidacies: tuple[CandidacyId, ...]

    @property
    def board(self) -> str:
        """Return the address of its board."""
        return f"/jury/{self.session}"

    def page(self, n: int) -> str:
        """Return the address of one candidate's page."""
        return f"{self.board}/candidates/{self.candidacies[n]}"


def jury_day(place: Place, called: tuple[tuple[str, str, set[int]], ...] = CALLED) -> JuryDay:
    """Plan the session on the site's day; its members sit on no other future session."""
    story, today = place.story, place.story.clock.today()
    story.cast |= enrol(place.acquis, tuple((who, name, (Role.CANDIDATE,)) for who, name, _ in called))
    story.clock.set(today - timedelta(days=50))
    candidacies = []
    for who, _, acquired in called:
        candidacy = story.apply(who, Route.FI)
        story.put_in(candidacy, who, (range(1, 10), range(10, 31)))
        story.assess(candidacy, acquired)
        candidacies.append(candidacy)
    session = story.plan(Route.FI, today, RENEWED)
    story.summon(session, *candidacies)
    story.clock.set(today)
    place.projector.catch_up()
    return JuryDay(session, tuple(candidacies))
