"""Any command, at any time, by anybody: what always holds? The torture plays ten thousand of these courses."""

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


def test_the_course_goes_its_way_when_nothing_comes_between():
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
def test_each_command_can_be_drawn(kind, data):
    assert isinstance(data.draw(drawn(kind)), kind)
