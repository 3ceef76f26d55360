"""Tests of audit bags of candidacies with blocks carried over from another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.bag.scope import Covered
from adapters.settings import Settings
from adapters.verify.verifier import verify
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import BlockCarriedOver, CandidacyOpened, CountedElsewhere
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.framework.definition import Route
from domain.organisation.facts import ExportScope
from domain.ports import CandidacyId
from tests.given.log.played import Played, played
from tests.given.webapi.audit_bags import types, unchecked


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    """Play the demonstration; a holder of three blocks by initial training applies again by continuing training."""
    with played(settings_of_town) as made:
        yield made


def again(play: Played) -> CandidacyId:
    """Return the new candidacy, in which the three blocks count."""
    story, partial = play.story, play.story.candidacies[2]
    with play.acquis.store.attempt(play.acquis.request_of(story.cast["rose"].actor), frozenset()) as log:
        terms = log.load(Candidacy, partial).terms
    apply = OpenCandidacy(
        candidate=terms.candidate, framework=terms.framework, rulebook=terms.rulebook, route=Route.FC
    )
    recorded = play.acquis.do(apply, story.cast["rose"].actor)
    kinds = [type(fact) for fact in recorded.facts]
    assert kinds == [CandidacyOpened, *[BlockCarriedOver] * 3, CountedElsewhere]
    play.checkpoint()
    return Candidacy.id_of(terms.candidate, terms.framework, Route.FC)


def test_bag_includes_the_dossier_of_carried_over_blocks_and_checks_them(play: Played, tmp_path: Path) -> None:
    candidacy = again(play)
    bag = play.export(tmp_path / "bag", Covered(scope=ExportScope.CANDIDACY, subject=candidacy))
    assert verify(bag, str(play.signer.key)).sound
    assert {"BlockCarriedOver", "CountedElsewhere", "BlockGranted", "BlockNotGranted"} <= types(bag)
    assert not {"BlockCarriedOver", "CountedElsewhere", "BlockGranted"} & set(unchecked(bag))
    (page,) = [path for path in (bag / "data").rglob("*.html") if "Décisions" in path.read_text("utf-8")]
    assert "dans une autre candidature de la même personne" in page.read_text("utf-8").replace("&#x27;", "'")
    whole = play.export(tmp_path / "whole")
    assert verify(whole, str(play.signer.key)).sound
