"""What is shared here?"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.framework_file import read_rulebook, shipped
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.ports import OPERATOR, RulebookId
from domain.rulebook.evidence_rules import EvidenceRules
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.session_rules import SILENT

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World


def under(world: World, evidence: EvidenceRules) -> None:
    """The certifier publishes a next version of its rulebook, which says this of evidence."""
    rules = read_rulebook(shipped("rulebook-imci-demonstration.yaml"))
    version = 2
    with world.acquis.store.attempt(world.acquis.request_of(OPERATOR), frozenset()) as log:
        while log.find(Rulebook, Rulebook.id_of(rules.certifier, version)).version:
            version += 1
    world.acquis.do(
        PublishRulebook(rules=replace(rules, version=version, sessions=SILENT, evidence=evidence)), OPERATOR
    )
    world.rulebook = RulebookId(Rulebook.id_of(rules.certifier, version))


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("the body was read")


def declared(who: Caller, candidacy: UUID, length: int, query: str = ""):
    return who.world.app.test_client().post(
        f"/api/v1/candidacies/{candidacy}/evidence{query}",
        input_stream=Unread(),
        content_type="multipart/form-data; boundary=x",
        headers=who.bearer,
        environ_overrides={"CONTENT_LENGTH": str(length)},
    )
