"""Completeness of the domain's map, `domain/README.md`."""

from __future__ import annotations

from domain.replay.judge import ORIGINS
from domain.streams.kinds import KINDS
from tests.generated.domain_map import README, first, modules, refusals, written
from tests.given.domain.any_command import every_command
from tests.given.naming import naming

PAGE = README.read_text("utf-8")


def test_map_is_up_to_date_with_the_code():
    assert written() == PAGE, "run: make map"


def test_every_fact_is_on_the_map_with_its_sentence():
    for fact in KINDS:
        with naming(fact):
            assert f"| `{fact.__name__}` | {first(fact)} |" in PAGE
            assert first(fact)


def test_every_command_is_on_the_map_and_records_a_fact():
    for command in every_command():
        with naming(command):
            assert f"| `{command.__name__}` | {first(command)} |" in PAGE
            assert any(command in origins for origins in ORIGINS.values())


def test_every_refusal_is_on_the_map_with_its_source():
    for refusal in [each for module in modules() for each in refusals(module)]:
        with naming(refusal):
            row = next(
                line for line in PAGE.splitlines() if line.startswith(f"| `{refusal.slug()}` | {first(refusal)} |")
            )
            assert refusal.reference("en") in row
