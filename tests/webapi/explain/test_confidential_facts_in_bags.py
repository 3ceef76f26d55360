"""Tests of bags of the whole log that leave out facts which auditors do not see."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from adapters.verify.proof import LogLine
from domain.ports import Role
from tests.given.webapi.audit_bags import fetched, report_of
from tests.given.webapi.national_numbers import collecting
from tests.given.webapi.sittings import WHY
from tests.given.webapi.whole_path import apply, done, etag
from webapi.signing.checkpoint_key import create

if TYPE_CHECKING:
    from pathlib import Path

    from tests.given.webapi.town import World


@pytest.fixture(scope="module", autouse=True)
def signing(town: World) -> None:
    create(town.acquis)


def sound(world: World, folder: Path, left_out: int) -> None:
    """Check that the bag is sound, states how many facts it leaves out, and does not name their subjects."""
    bag = fetched(world, {"scope": "all"}, folder)
    types = {LogLine.read(raw).type for raw in (bag / "data/facts.ndjson").read_bytes().splitlines()}
    assert types.isdisjoint({"AccommodationRequested", "AccommodationRefused", "NirGiven"})
    said, report = json.loads((bag / "data/export.json").read_bytes())["left_out"], report_of(world, bag)
    assert report.sound, report.findings
    assert (said, report.left_out) == ({"histories": [], "facts": left_out}, left_out)
    assert "NIR, qu'aucun auditeur ne voit" in " ".join(report.lines("fr"))
    assert "national numbers, which no auditor sees" in (bag / "data/summary.html").read_text("utf-8")


def test_bag_of_the_whole_log_is_sound_without_accommodations_and_national_numbers(world, tmp_path):
    dina = world.join("dina", Role.DISABILITY_OFFICER)
    hers = f"/api/v1/candidacies/{apply(world, world.marie)}"
    done(world.marie.post(f"{hers}/accommodation", {"reason": WHY}))
    sound(world, tmp_path / "asked", 1)
    refusal = {"reason": WHY}
    done(dina.post(f"{hers}/accommodation/refusal", refusal, If_Match=etag(dina, f"{hers}/accommodation")))
    sound(world, tmp_path / "refused", 2)
    collecting(world, "99999999900066")
    done(world.marie.post(f"{hers}/declaration/national-number", {"number": "255081416802538"}))
    sound(world, tmp_path / "number", 3)
