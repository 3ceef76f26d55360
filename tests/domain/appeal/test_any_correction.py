"""Whatever is rectified, annulled, found fraudulent, released and entered, in whatever order: what always holds?"""

from __future__ import annotations

from hypothesis import settings

from tests.given.domain.any_correction import AnyCorrection

TestAnyCorrection = AnyCorrection.TestCase
TestAnyCorrection.settings = settings(max_examples=50, stateful_step_count=16, deadline=None)
