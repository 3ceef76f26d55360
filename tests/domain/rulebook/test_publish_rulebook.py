"""Publication of rulebook versions."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook, RulebookAlreadyPublished, RulebookNotPublished, RulebookOutOfOrder
from tests.given.domain.people import AS_RENEE, RULES
from tests.given.domain.scenario import Scenario


def test_rulebook_version_is_published(scenario: Scenario) -> None:
    scenario.when(PublishRulebook(rules=replace(RULES, version=3)), by=AS_RENEE)
    scenario.then(RulebookPublished(rules=replace(RULES, version=3)))


def test_published_rulebook_version_cannot_be_changed(scenario: Scenario) -> None:
    scenario.when(PublishRulebook(rules=replace(RULES, quorum=1)), by=AS_RENEE)
    scenario.then_refused(RulebookAlreadyPublished)


def test_unpublished_rulebook_has_no_content():
    with pytest.raises(RulebookNotPublished):
        _ = Rulebook(id=uuid4()).content


@pytest.mark.parametrize("version", [0, 4])
def test_rulebook_version_must_follow_the_latest(scenario: Scenario, version: int) -> None:
    scenario.when(PublishRulebook(rules=replace(RULES, version=version)), by=AS_RENEE)
    scenario.then_refused(RulebookOutOfOrder)
