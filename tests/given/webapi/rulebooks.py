"""Next versions of the certifier's rulebook."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adapters.framework_file import read_rulebook, shipped
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.ports import OPERATOR, RulebookId
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.session_rules import SILENT

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def next_version(world: World, **stated: Any) -> RulebookId:
    """Publish a next version of the rulebook with these changes."""
    rules = read_rulebook(shipped("rulebook-imci-demonstration.yaml"))
    version = 2
    with world.acquis.store.attempt(world.acquis.request_of(OPERATOR), frozenset()) as log:
        while log.find(Rulebook, Rulebook.id_of(rules.certifier, version)).version:
            version += 1
    said = {"sessions": SILENT} | stated
    world.acquis.do(PublishRulebook(rules=replace(rules, version=version, **said)), OPERATOR)
    return RulebookId(Rulebook.id_of(rules.certifier, version))
