"""Rulebook file: rules on how the time of a candidacy is counted, with each fault at its line."""

from __future__ import annotations

import pytest

from adapters.framework_file import FileFaults, read_rulebook, shipped
from domain.calendar import Calendar
from domain.framework.definition import Route
from domain.rulebook.journey_rules import SILENT, JourneyRules, YearlyPlaces

FILE = shipped("rulebook-imci-demonstration.yaml")
BARE = "\n".join(line for line in FILE.split("\n") if not line.startswith("journeys"))
WHOLE = """journeys:
  zone: America/Martinique
  next_working_day: true
  lapses_after_months: 36
  remind_days: 7
  yearly_places:
    - {route: VAE, places: 40, source: art. 4}
"""


def test_reader_reads_every_rule_on_journeys() -> None:
    assert read_rulebook(BARE + "\n" + WHOLE).journeys == JourneyRules(
        calendar=Calendar(zone="America/Martinique", next_working_day=True),
        lapses_after_months=36,
        remind_days=7,
        yearly_places=(YearlyPlaces(route=Route.VAE, places=40, source="art. 4"),),
    )


def test_reader_applies_the_former_defaults_to_journey_rules_left_out() -> None:
    assert read_rulebook(BARE).journeys == SILENT
    assert read_rulebook(BARE + "\njourneys:\n  remind_days: 7\n").journeys == JourneyRules(remind_days=7)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (WHOLE.replace("America/Martinique", "Europe/Berlin"), "journeys.zone"),
        (WHOLE.replace("true", "yes"), "journeys.next_working_day"),
        (WHOLE + "  incomplete_file: restarts\n", "journeys"),
        (WHOLE.replace("36", "0"), "journeys.lapses_after_months"),
        (WHOLE.replace("7", "-1"), "journeys.remind_days"),
        (WHOLE.replace("places: 40", "places: 0"), "journeys.yearly_places[0].places"),
        (WHOLE + "    - {route: VAE, places: 4, source: art. 5}\n", "journeys.yearly_places[1].route"),
        (WHOLE.replace("remind_days", "reminds_days"), "journeys"),
    ],
)
def test_a_fault_is_told_at_its_place(wrong: str, path: str) -> None:
    with pytest.raises(FileFaults) as refused:
        read_rulebook(BARE + "\n" + wrong)
    assert [fault.path for fault in refused.value.faults] == [path]
