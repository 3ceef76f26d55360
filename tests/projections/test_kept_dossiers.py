"""The cache of decoded dossiers: it reads later facts, and notices a log restored to an earlier state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import psycopg2
import pytest

from adapters.database.pool import Database
from adapters.log.codec import SealedField, sealed
from projections.reading import Dossier, Dossiers
from tests.given.domain.people import (
    JUNE,
    JURY_DAY,
    MARIE_VAE,
    SAMIR_VAE,
    planned,
    summoned,
    vae_filed,
)
from tests.given.log.scene import Scene


def told(dossier: Dossier) -> list[object]:
    return [(each.fact, each.stamp) for each in dossier.facts]


@contextmanager
def superuser(scene: Scene) -> Iterator[Callable[[str], None]]:
    """Connect as a superuser, because a restore may do what no role of ours may."""
    with closing(psycopg2.connect(scene.dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("alter table log.event disable trigger all")
        yield cursor.execute


@pytest.fixture(autouse=True)
def story(scene: Scene) -> Scene:
    scene.given(vae_filed(MARIE_VAE))
    scene.given(planned(JUNE))
    scene.projector().catch_up()
    return scene


def test_a_dossier_asked_for_again_is_the_one_kept_and_one_fact_more_is_added_to_it(
    story: Scene, web: Database
) -> None:
    dossiers = Dossiers(web)
    first = dossiers.of(MARIE_VAE)
    assert first.facts
    assert dossiers.of(MARIE_VAE) is first
    story.given(summoned(JUNE, MARIE_VAE), on=JURY_DAY + timedelta(days=3))
    story.projector().catch_up()
    more = dossiers.of(MARIE_VAE)
    assert len(more.facts) > len(first.facts)
    assert {id(each) for each in first.facts} < {id(each) for each in more.facts}, "it was decoded again"
    assert told(more) == told(Dossiers(web).of(MARIE_VAE)), "what a listing brings stands where it happened"


@pytest.mark.parametrize(
    "put_back",
    [
        "update log.event set recorded_at = recorded_at + interval '1 hour' where position = {last}",
        "update log.event set append_id = gen_random_uuid() where position = {last}",
        "delete from projection.dossier where position = {last}",
        "delete from projection.dossier where position = {first}",
    ],
    ids=["its position given again", "to another append", "its end lost", "one lost that came late"],
)
def test_cached_dossier_of_a_restored_log_is_read_again(story: Scene, web: Database, put_back: str) -> None:
    dossiers = Dossiers(web)
    facts = dossiers.of(MARIE_VAE).facts
    with superuser(story) as execute:
        execute(put_back.format(first=facts[1].stamp.position, last=facts[-1].stamp.position))
    now = dossiers.of(MARIE_VAE)
    assert told(now) == told(Dossiers(web).of(MARIE_VAE))
    assert told(now) != [(each.fact, each.stamp) for each in facts]


def test_cached_personal_fields_stay_encrypted(web: Database) -> None:
    kept = [each for fact in Dossiers(web).of(MARIE_VAE).facts for each in sealed(fact.fact).values()]
    assert kept
    assert all(isinstance(each, SealedField) for each in kept)


def test_cache_evicts_the_least_recently_used_dossiers(story: Scene, web: Database) -> None:
    story.given(vae_filed(SAMIR_VAE))
    story.projector().catch_up()
    whole = [Dossiers(web).of(each).weight for each in (MARIE_VAE, SAMIR_VAE)]
    dossiers = Dossiers(web, most=sum(whole) - 1)
    dossiers.of(MARIE_VAE)
    dossiers.of(SAMIR_VAE)
    assert [bool(dossiers.kept(each).facts) for each in (MARIE_VAE, SAMIR_VAE)] == [False, True]
    smallest = Dossiers(web, most=whole[0] - 1)
    assert told(smallest.of(MARIE_VAE)) == told(dossiers.of(MARIE_VAE))
    assert not smallest.kept(MARIE_VAE).facts, "one that is larger than all that may be kept"
