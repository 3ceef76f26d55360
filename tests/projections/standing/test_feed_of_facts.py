"""The feed of facts: each released fact once, in an order that a rebuild repeats; standings follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from adapters.database.pool import Database
from adapters.log.codec import FACTS
from domain.fact import RecordedFact
from domain.jury.facts import ReleaseWithheld
from domain.ports import CandidacyId
from domain.standing import disclosure
from domain.standing.disclosure import relation
from domain.standing.feed import AT_ONCE, AT_RELEASE, LEFT_OUT
from domain.standing.standing import Outcome
from projections.candidacy.candidacy_overview import candidacies
from projections.engine.rebuild import rebuild
from projections.reading import Standings, dossier_facts
from projections.standing.feed import newest
from projections.tables import digest
from tests.given.domain.any_appeal import AnyAppeal
from tests.given.domain.any_correction import AnyCorrection
from tests.given.domain.any_course import AnyCourse
from tests.given.log.scene import Scene
from tests.given.log.told import as_the_recipe_says_it, histories, read, recorded, standings

MACHINES = ((AnyCourse, 8, 12), (AnyAppeal, 14, 16), (AnyCorrection, 14, 16))


def test_feed_gives_the_released_standings_of_many_histories_and_nothing_earlier(scene: Scene, web: Database) -> None:
    for machine, many, steps in MACHINES:
        for history in histories(machine, many, steps):
            recorded(scene, history, uuid4())
    scene.projector(batch=997).catch_up()
    events = read(web)
    assert [each["cursor"] for each in events] == list(range(1, newest(web) + 1))
    assert len({each["position"] for each in events}) == len(events), "each once"
    assert [each["toldat"] for each in events] == sorted(each["toldat"] for each in events)

    found, ours = standings(events), Standings(web)
    outcomes, withheld = set(), 0
    for each in candidacies(web, limit=None):
        released = ours.of(each.candidacy, provisional=False)
        assert found[str(each.candidacy)] == as_the_recipe_says_it(released), each.candidacy
        outcomes.add(released.outcome)
        facts = dossier_facts(web, each.candidacy)
        withheld += any(isinstance(told.fact, ReleaseWithheld) for told in facts)
        nothing_is_told_before_its_release(facts, events, each.candidacy)
    assert outcomes >= {Outcome.FULL, Outcome.PARTIAL, Outcome.IN_PROGRESS}, outcomes
    assert withheld, "a result waited for a procedure"

    said = digest(scene.backstage, ["feed"])
    rebuild(scene.backstage, names=["feed"])
    assert digest(scene.backstage, ["feed"]) == said
    rebuild(scene.backstage)
    assert digest(scene.backstage, ["feed"]) == said


def nothing_is_told_before_its_release(
    facts: Sequence[RecordedFact], events: list[dict], candidacy: CandidacyId | UUID
) -> None:
    """Assert that the feed gives a session's decisions only after the fact that releases them to all."""
    mine = [each for each in events if each.get("subject") == str(candidacy)]
    told_at = {each["position"]: each["toldat"] for each in mine}
    days = {told.stamp.position: str(told.stamp.on) for told in facts}
    for each in mine:
        waited = each["toldat"] > each["position"]
        assert each.get("toldon") == (days[each["toldat"]] if waited else None), (
            "the day of its release, if it waited"
        )
    waiting = {told.stamp.position: told for told in facts if isinstance(told.fact, AT_RELEASE)}
    known: dict[UUID, int] = {}
    for n, told in enumerate(facts, 1):
        for session in relation(facts[:n]).released if isinstance(told.fact, disclosure.RELEASING) else ():
            known.setdefault(session, told.stamp.position)
    for position, told in waiting.items():
        jury: Any = getattr(told.fact, "session", told.stamp.stream)
        assert told_at.get(position) == (max(position, known[jury]) if jury in known else None), told


def test_every_fact_is_told_at_once_or_at_its_release_or_never() -> None:
    told = {*AT_ONCE, *AT_RELEASE}
    assert not set(AT_ONCE) & set(AT_RELEASE)
    names = {fact.__name__ for fact in told}
    assert names <= FACTS.keys()
    hidden = {*disclosure.MARKED, *disclosure.SUSPECTED, *disclosure.WAITING, *disclosure.CONFIDENTIAL}
    assert not told & {*hidden, *disclosure.AT_A_SITTING}
    voiding = {each for each in disclosure.JURY_ONLY if each in told}
    told_at_release = {"JurorRecused", "JurorRemoved", "DeliberationReopened", "DecisionTakenBack"}
    assert {each.__name__ for each in voiding} == told_at_release, "no more than what it voids"
    assert {each for each in disclosure.DELIBERATED if each in told} <= set(AT_RELEASE)
    assert LEFT_OUT.keys() <= told
