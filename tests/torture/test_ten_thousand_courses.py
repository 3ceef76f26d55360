"""Invariants over ten thousand random courses of commands, annulments and restorations.

The fast tests run some dozens of each: `tests/domain`.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.given.domain.annulled_and_restored import COURSES as TWO_COURSES
from tests.given.domain.annulled_and_restored import annulled_and_restored
from tests.given.domain.any_appeal import AnyAppeal
from tests.given.domain.any_correction import AnyCorrection
from tests.given.domain.any_course import AnyCourse
from tests.given.domain.any_jury import AnyJury

pytestmark = pytest.mark.slow

COURSES, OTHERS = 10_000, 2_000

TestTenThousandCourses = AnyCourse.TestCase
TestTenThousandCourses.settings = settings(
    max_examples=COURSES, stateful_step_count=20, deadline=None, derandomize=False
)

OTHER = settings(max_examples=OTHERS, deadline=None, derandomize=False)
TestAnyJuryAtLength = AnyJury.TestCase
TestAnyJuryAtLength.settings = settings(OTHER, stateful_step_count=40)
TestAnyAppealAtLength = AnyAppeal.TestCase
TestAnyAppealAtLength.settings = settings(OTHER, stateful_step_count=20)
TestAnyCorrectionAtLength = AnyCorrection.TestCase
TestAnyCorrectionAtLength.settings = settings(OTHER, stateful_step_count=20)

test_annulled_then_restored_equals_never_annulled = settings(max_examples=COURSES, deadline=None, derandomize=False)(
    given(TWO_COURSES)(annulled_and_restored)
)
