"""Property tests of appeals: invariants of any sequence of reviews, annulments and new decisions."""

from __future__ import annotations

from hypothesis import settings

from tests.given.domain.any_appeal import AnyAppeal

TestAnyAppeal = AnyAppeal.TestCase
TestAnyAppeal.settings = settings(max_examples=60, stateful_step_count=16, deadline=None)
