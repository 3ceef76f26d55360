"""Limits on evidence in a next version of the rulebook."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from uuid import UUID

from domain.rulebook.evidence_rules import EvidenceRules
from tests.given.webapi.rulebooks import next_version

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World


def under(world: World, evidence: EvidenceRules) -> None:
    """Publish a next version of the rulebook with these rules on evidence."""
    world.rulebook = next_version(world, evidence=evidence)


class Unread(io.BytesIO):
    """A body that must not be read."""

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
