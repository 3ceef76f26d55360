"""Ten thousand courses of whatever people send: what always holds? ACQUIS_TORTURE=short|long."""

from __future__ import annotations

import os

from hypothesis import settings

from tests.domain.any_course import AnyCourse

COURSES = 100 if os.environ.get("ACQUIS_TORTURE") == "short" else 10_000

TestTenThousandCourses = AnyCourse.TestCase
TestTenThousandCourses.settings = settings(
    max_examples=COURSES, stateful_step_count=20, deadline=None, derandomize=False
)
