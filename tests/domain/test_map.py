"""The domain's map is complete and true: nothing of it is missing from `domain/README.md`, nothing there is gone."""

from __future__ import annotations

from domain.replay.judge import ORIGINS
from domain.replay.kinds import KINDS
from tests.generated.domain_map import README, first, modules, refusals, written
from tests.given.domain.any_command import every_command
from tests.given.naming import naming

PAGE = README.read_text("utf-8")


def test_the_map_is_as_the_code_is():
    assert written() == PAGE, "run: make map"


def test_each_fact_stands_on_the_map_and_says_what_happened():
    for fact in KINDS:
        with naming(fact):
            assert f"| `{fact.__name__}` | {first(fact)} |" in PAGE
            assert first(fact)


def test_each_command_stands_on_the_map_beside_a_fact_that_it_records():
    for command in every_command():
        with naming(command):
            assert f"| `{command.__name__}` | {first(command)} |" in PAGE
            assert any(command in origins for origins in ORIGINS.values())


def test_each_refusal_stands_on_the_map_with_its_source():
    for refusal in [each for module in modules() for each in refusals(module)]:
        with naming(refusal):
            row = next(
                line for line in PAGE.splitlines() if line.startswith(f"| `{refusal.slug()}` | {first(refusal)} |")
            )
            assert refusal.reference("en") in row
