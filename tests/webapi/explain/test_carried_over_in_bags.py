"""What does an auditor take home of a candidacy in which blocks count that were won in another one?"""

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
from domain.organisation.facts import Scope
from domain.ports import CandidacyId
from tests.given.log.played import Played, played
from tests.given.webapi.audit_bags import types, unchecked


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    """The demonstration; then who won three blocks in initial training applies by continuing training."""
    with played(settings_of_town) as made:
        yield made


def again(play: Played) -> CandidacyId:
    """The new candidacy, whose three blocks count already."""
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


def test_its_bag_brings_the_dossier_where_they_were_won_and_that_they_count_is_checked(
    play: Played, tmp_path: Path
) -> None:
    candidacy = again(play)
    bag = play.export(tmp_path / "bag", Covered(scope=Scope.CANDIDACY, subject=candidacy))
    assert verify(bag, str(play.signer.key)).sound
    assert {"BlockCarriedOver", "CountedElsewhere", "BlockGranted", "BlockNotGranted"} <= types(bag)
    assert not {"BlockCarriedOver", "CountedElsewhere", "BlockGranted"} & set(unchecked(bag))
    (page,) = [path for path in (bag / "data").rglob("*.html") if "Décisions" in path.read_text("utf-8")]
    assert "dans une autre candidature de la même personne" in page.read_text("utf-8").replace("&#x27;", "'")
    whole = play.export(tmp_path / "whole")
    assert verify(whole, str(play.signer.key)).sound
