"""Property tests of corrections: invariants of any sequence of rectifications, annulments, frauds and releases."""

from __future__ import annotations

from hypothesis import settings

from tests.given.domain.any_correction import AnyCorrection

TestAnyCorrection = AnyCorrection.TestCase
TestAnyCorrection.settings = settings(max_examples=50, stateful_step_count=16, deadline=None)
