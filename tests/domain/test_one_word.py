"""One word for each notion in commands and facts, as `deploy/docs/glossary.md` says."""

from __future__ import annotations

from dataclasses import fields

from domain.streams.kinds import KINDS
from tests.generated.domain_map import recorders
from tests.given.naming import naming

OTHERWISE = {"reasons", "motive", "motives", "grounds", "basis", "because", "why", "justification", "legal_basis"}
"""What a reason (motif) or a ground (fondement) might be called, and is not."""
NUMBERED = {"AnnulmentProposed", "CourtRuled", "FindingJudged", "AwardDeclared", "HabilitationReported"}
"""Facts whose `reference` is the number of a ruling, or of what was sent: not the text that a step rests on."""


def test_fields_say_reason_and_ground_and_no_synonym() -> None:
    for fact in KINDS:
        for kind in (fact, *recorders(fact)):
            with naming(kind.__name__):
                assert {each.name for each in fields(kind)} & OTHERWISE == set()


def test_field_reference_is_used_only_for_the_number_of_a_ruling_or_of_what_was_sent() -> None:
    referring = {fact.__name__ for fact in KINDS if "reference" in {each.name for each in fields(fact)}}
    assert referring == NUMBERED
