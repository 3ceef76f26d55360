"""Publication of framework versions."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.commands.framework.publish_framework import PublishFramework
from domain.framework.facts import FrameworkPublished
from domain.framework.framework import Framework, FrameworkAlreadyPublished, FrameworkNotPublished
from domain.ports import OPERATOR
from tests.given.domain.people import AS_RENEE, RNCP31936
from tests.given.domain.scenario import Scenario


def test_framework_version_is_published_whole(scenario: Scenario) -> None:
    second = replace(RNCP31936, version=2)
    scenario.when(PublishFramework(definition=second), by=AS_RENEE)
    scenario.then(FrameworkPublished(definition=second))


def test_published_framework_version_cannot_be_changed(scenario: Scenario) -> None:
    scenario.when(PublishFramework(definition=replace(RNCP31936, title="Autre")), by=OPERATOR)
    scenario.then_refused(FrameworkAlreadyPublished)


def test_unpublished_framework_has_no_content():
    with pytest.raises(FrameworkNotPublished):
        _ = Framework(id=uuid4()).content
