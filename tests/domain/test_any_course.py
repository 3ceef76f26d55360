"""Property tests of any command, at any time, by any actor (ten thousand courses in the torture tests)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.refusal import Refused
from tests.given.domain.any_command import drawn, every_command
from tests.given.domain.any_course import COURSE, AnyCourse

TestAnyCourse = AnyCourse.TestCase
TestAnyCourse.settings = settings(max_examples=40, stateful_step_count=12, deadline=None)


def test_undisturbed_course_is_refused_only_the_expected_commands():
    machine = AnyCourse()
    machine.a_house()
    refused = []
    for step in COURSE:
        machine.the_course_goes_on(steps=1)
        if not isinstance(step, date) and isinstance(machine.scene.outcome, Refused):
            refused.append((type(step[0]).__name__, machine.scene.outcome.slug()))
    machine.teardown()
    assert refused == [("RecordDecision", "blocks-missing")] * 2 + [("EnterRegister", "title-not-released")] * 2


@pytest.mark.parametrize("kind", every_command(), ids=lambda kind: kind.__name__)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_command_of_each_kind_can_be_drawn(kind, data):
    assert isinstance(data.draw(drawn(kind)), kind)
