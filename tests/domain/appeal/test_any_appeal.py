"""Whatever is questioned, annulled and decided anew, in whatever order: what always holds?"""

from __future__ import annotations

from hypothesis import settings

from tests.given.domain.any_appeal import AnyAppeal

TestAnyAppeal = AnyAppeal.TestCase
TestAnyAppeal.settings = settings(max_examples=60, stateful_step_count=16, deadline=None)
