"""Effects of other rules on all candidates: page by page, equal to the judgement of each dossier alone."""

from __future__ import annotations

from dataclasses import replace

from adapters.database.pool import Database
from domain.ports import FrameworkId, PersonId
from domain.standing.comparison import Changed, Comparison, Under, variant
from domain.standing.standing import fold
from projections.reading import dossier_facts
from projections.standing.what_if_everybody import WhatIfPage, judged
from tests.given.domain.people import (
    CV,
    ENOUGH,
    FRAMEWORK,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    RNCP31936,
    RULES,
    SAMIR_VAE,
    applied,
    before_the_jury,
    ended,
    granted,
    heard,
    known,
    not_granted,
    put_in,
    ruled,
    vae_filed,
)
from tests.given.log.scene import Scene

SIX = variant(RNCP31936, {1: 6}, {4: (27,)})
BESIDE = Comparison(framework=FRAMEWORK, now=RNCP31936, other=Under(definition=SIX))
LOSES = Changed(gained=(), lost=(1,), title_gained=False, title_lost=False)
GAINS = Changed(gained=(4,), lost=(), title_gained=False, title_lost=False)


def decided(scene: Scene, *, released: bool = True) -> None:
    """Record one jury: Marie has five of nine in block 1; Samir lacks competence 28 of block 4."""
    scene.given(*vae_filed(MARIE_VAE), *vae_filed(SAMIR_VAE), applied(MARIE_FI), put_in(MARIE_FI, CV, 1))
    scene.given(*before_the_jury(MARIE_VAE, SAMIR_VAE))
    scene.given(heard(MARIE_VAE), ruled(MARIE_VAE, ENOUGH[:5], [3, 5, 6, 8]), granted(MARIE_VAE, 1))
    scene.given(heard(SAMIR_VAE), ruled(SAMIR_VAE, [26, 27, 29], [28, 30]), not_granted(SAMIR_VAE, 4))
    scene.given(ended(released=released))
    scene.projector().catch_up()


def asked(
    web: Database, *, provisional: bool = True, own: PersonId | None = None, after: int = 0, limit: int = 10
) -> WhatIfPage:
    return judged(web, BESIDE, provisional=provisional, own=frozenset({own} if own else ()), after=after, limit=limit)


def test_every_candidacy_is_judged_as_by_its_own_dossier(scene: Scene, web: Database) -> None:
    decided(scene)
    page = asked(web)
    assert (page.judged, page.next) == (3, None)
    assert {each.candidacy: each.changed for each in page.otherwise} == {MARIE_VAE: LOSES, SAMIR_VAE: GAINS}
    for candidacy in (MARIE_VAE, SAMIR_VAE, MARIE_FI):
        running = fold(RNCP31936, RULES, dossier_facts(web, candidacy))
        alone = BESIDE.changed(BESIDE.worth(running, provisional=True))
        assert alone == {MARIE_VAE: LOSES, SAMIR_VAE: GAINS}.get(candidacy, Changed.none())


def test_a_page_goes_on_where_the_last_one_ended(scene: Scene, web: Database) -> None:
    decided(scene)
    found, after = [], 0
    for _ in range(3):
        page = asked(web, after=after, limit=1)
        found += [each.candidacy for each in page.otherwise]
        assert page.judged == 1
        after = page.next or after
    assert page.next is None
    assert found == [each.candidacy for each in asked(web).otherwise]


def test_unreleased_rulings_count_only_for_permitted_readers_and_never_in_their_own_file(
    scene: Scene, web: Database
) -> None:
    decided(scene, released=False)
    assert asked(web, provisional=False).otherwise == ()
    assert [each.candidacy for each in asked(web, own=MARIE).otherwise] == [SAMIR_VAE]


def test_candidacies_of_another_version_are_not_judged(scene: Scene, web: Database) -> None:
    decided(scene)
    elsewhere = replace(BESIDE, framework=FrameworkId(known("another version")))
    assert judged(web, elsewhere, provisional=True, own=frozenset(), after=0, limit=10) == WhatIfPage(
        judged=0, otherwise=(), next=None
    )
