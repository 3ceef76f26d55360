"""Tests of audit bags before the release of results, which leave out the jury's decisions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adapters.bag.folder import BagFolder
from adapters.bag.scope import Covered
from adapters.verify.proof import LogLine
from domain.organisation.facts import ExportScope
from domain.ports import Role
from tests.given.log.packing import seal
from tests.given.webapi.audit_bags import fetched, report_of
from tests.given.webapi.backups import checkpoint
from tests.given.webapi.national_numbers import collecting
from tests.given.webapi.sittings import A_THIRD, WHY
from tests.given.webapi.whole_path import apply, assessed, done, etag, open_session, plan
from webapi.explain.audit_export import exporter
from webapi.signing.checkpoint_key import create

if TYPE_CHECKING:
    from tests.given.webapi.town import World

DECIDED = {"DeliberationOpened", "CompetenceRuled", "BlockGranted", "TitlePronounced"}
MARKED = {"CompetenceAssessed", "AssessmentFiled"}


@pytest.fixture(scope="module", autouse=True)
def signing(town: World) -> None:
    create(town.acquis)


class Jury:
    """Marie before a jury that grants everything, before and after the release."""

    def __init__(self, world: World) -> None:
        self.world, self.candidacy = world, apply(world, world.marie)
        done(world.marie.upload(self.candidacy, competences=range(1, 31)))
        assessed(world, self.candidacy)
        self.session = plan(world)
        done(world.rose.post(f"{self.session}/summonses", {"candidacy": str(self.candidacy)}))
        open_session(world, self.session)
        self.deliberation = f"{self.session}/deliberations/{self.candidacy}"

    def decides(self) -> None:
        jules = self.world.jules
        done(jules.post(f"{self.deliberation}/opening"))
        rulings = [{"competence": number, "acquired": True} for number in range(1, 31)]
        self.says("rulings", {"rulings": rulings})
        granted = [{"block": block, "granted": True} for block in (1, 2, 3, 4)]
        self.says("decision", {"outcome": "unanimous", "decisions": granted, "title": True})

    def says(self, what: str, body: Any) -> None:
        jules = self.world.jules
        done(jules.post(f"{self.deliberation}/{what}", body, If_Match=etag(jules, self.deliberation)))

    def releases(self) -> None:
        world = self.world
        done(world.rose.post(f"{self.session}/closing"))
        done(world.jules.post(f"{self.session}/minutes", If_Match=etag(world.jules, self.session)))
        done(world.rose.post(f"{self.session}/release"))

    @property
    def scopes(self) -> list[dict[str, str]]:
        return [
            {"scope": "all"},
            {"scope": "candidacy", "subject": str(self.candidacy)},
            {"scope": "session", "subject": self.session[-36:]},
            {"scope": "period", "first_day": "2021-02-01", "last_day": "2021-06-30"},
        ]


def types(bag: Path) -> set[str]:
    return {LogLine.read(raw).type for raw in (bag / "data/facts.ndjson").read_bytes().splitlines()}


def test_bag_leaves_out_a_jury_s_decisions_until_the_release(world, tmp_path):
    jury = Jury(world)
    jury.decides()
    for number, asked in enumerate(jury.scopes):
        bag = fetched(world, asked, tmp_path / f"before-{number}")
        assert not types(bag) & (DECIDED | MARKED), asked
        report = report_of(world, bag)
        assert report.sound, report.findings
        waiting = [each for each in report.not_checked if each.why == "results-not-released"]
        assert len(waiting) == 3, "the deliberation, its rectification, the assessment"
        said = " ".join(report.lines("fr"))
        assert "Résultats non communiqués" in said
        page = (bag / "data/summary.html").read_text("utf-8")
        assert "Le jury a prononcé le titre" not in page
        assert "results are not released" in page
    jury.releases()
    for number, asked in enumerate(jury.scopes):
        bag = fetched(world, asked, tmp_path / f"after-{number}")
        assert types(bag) >= DECIDED | MARKED, asked
        report = report_of(world, bag)
        assert report.sound, report.findings
        assert not [each for each in report.not_checked if each.why == "results-not-released"]
        assert report.left_out == 0


def test_bag_describes_what_it_leaves_out_the_same_before_and_after_the_decision(world, tmp_path):
    jury = Jury(world)
    before = fetched(world, jury.scopes[1], tmp_path / "before")
    jury.decides()
    after = fetched(world, jury.scopes[1], tmp_path / "after")
    one, other = (json.loads((bag / "data/export.json").read_bytes()) for bag in (before, after))
    assert one["left_out"] == other["left_out"]
    assert one["left_out"]["facts"] is None
    assert one["whole_streams"] == other["whole_streams"]


def test_bag_of_the_whole_log_keeps_the_leaves_and_count_of_facts_left_out(world, tmp_path):
    jury = Jury(world)
    jury.decides()
    bag = fetched(world, jury.scopes[0], tmp_path / "bag")
    leaves = [json.loads(raw) for raw in (bag / "data/leaves.ndjson").read_bytes().splitlines()]
    held = [leaf for leaf in leaves if leaf.get("left_out")]
    report = report_of(world, bag)
    assert report.sound
    assert (report.left_out, len(leaves)) == (len(held), report.size)
    assert report.left_out >= 1 + 30 + 4 + 1 + 31, "the decision and the marks"
    assert report.facts + report.left_out == report.size


def test_verification_finds_a_removed_fact_that_is_not_counted_as_left_out(world, tmp_path):
    jury = Jury(world)
    jury.decides()
    bag = fetched(world, jury.scopes[0], tmp_path / "bag")
    facts, leaves = bag / "data/facts.ndjson", bag / "data/leaves.ndjson"
    *kept, last = facts.read_bytes().splitlines(keepends=True)
    facts.write_bytes(b"".join(kept))
    position = LogLine.read(last.removesuffix(b"\n")).position
    rows = [json.loads(raw) for raw in leaves.read_bytes().splitlines()]
    rows = [row | ({"left_out": True} if row["position"] == position else {}) for row in rows]
    leaves.write_bytes(
        b"".join(json.dumps(row, sort_keys=True, separators=(",", ":")).encode() + b"\n" for row in rows)
    )
    seal(bag)
    assert [each.kind for each in report_of(world, bag).findings] == ["missing-fact"]


def test_verification_finds_swapped_leaves_of_facts_left_out(world, tmp_path):
    jury = Jury(world)
    jury.decides()
    bag = fetched(world, jury.scopes[0], tmp_path / "bag")
    leaves = bag / "data/leaves.ndjson"
    rows = [json.loads(raw) for raw in leaves.read_bytes().splitlines()]
    one, other = [number for number, row in enumerate(rows) if row.get("left_out")][:2]
    rows[one]["hash"], rows[other]["hash"] = rows[other]["hash"], rows[one]["hash"]
    leaves.write_bytes(
        b"".join(json.dumps(row, sort_keys=True, separators=(",", ":")).encode() + b"\n" for row in rows)
    )
    seal(bag)
    assert {each.kind for each in report_of(world, bag).findings} >= {"wrong-root"}


def test_operator_s_bag_can_contain_unreleased_decisions(world, tmp_path):
    jury = Jury(world)
    jury.decides()
    checkpoint(world)
    writing = exporter(world.acquis)
    with writing.planned(Covered(scope=ExportScope.ALL, unreleased=True)) as planned:
        writing.write(planned, BagFolder(tmp_path / "bag"))
    report = report_of(world, tmp_path / "bag")
    assert (report.sound, report.left_out) == (True, 0)
    assert types(tmp_path / "bag") >= DECIDED | MARKED


def test_bag_leaves_out_accommodation_requests_and_national_numbers(world, tmp_path):
    dina = world.people.get("dina") or world.join("dina", Role.DISABILITY_OFFICER)
    hers, other = apply(world, world.marie), apply(world, world.nadia)
    for who, candidacy in ((world.marie, hers), (world.nadia, other)):
        done(who.post(f"/api/v1/candidacies/{candidacy}/accommodation", {"reason": WHY}))
    granting = f"/api/v1/candidacies/{other}/accommodation"
    done(dina.post(f"{granting}/grant", A_THIRD, If_Match=etag(dina, granting)))
    collecting(world, "99999999900066")
    done(world.marie.post(f"/api/v1/candidacies/{hers}/declaration/national-number", {"number": "255081416802538"}))
    for number, candidacy in enumerate((hers, other)):
        bag = fetched(world, {"scope": "candidacy", "subject": str(candidacy)}, tmp_path / str(number))
        assert types(bag).isdisjoint({"AccommodationRequested", "NirGiven"})
        assert r'"class\":\"accessibility' not in (bag / "data/facts.ndjson").read_text("utf-8")
        assert ("AccommodationGranted" in types(bag)) == (candidacy == other)
        report = report_of(world, bag)
        assert report.sound, report.findings
        told = [each for each in report.not_checked if each.why == "not-for-auditors"]
        assert len(told) == (candidacy == other), "a grant tells by itself that it was asked for; a request never"
    whole = fetched(world, {"scope": "all"}, tmp_path / "whole")
    assert types(whole).isdisjoint({"AccommodationRequested", "NirGiven"})
    assert report_of(world, whole).sound


def test_bag_does_not_reveal_marks_of_an_assessor_assigned_after_the_release(world, tmp_path):
    """No jury reads these marks yet; the bag names the assessment's stream even while it is empty."""
    jury = Jury(world)
    done(world.jules.post(f"{jury.deliberation}/opening"))
    jury.says("deferral", {"reason": "La nuit est tombée."})
    jury.releases()
    ines = world.join("ines", Role.ASSESSOR)
    base = f"/api/v1/candidacies/{jury.candidacy}"
    done(world.rose.post(f"{base}/assessors", {"assessor": str(ines.id), "competences": [1]}))
    before = fetched(world, jury.scopes[1], tmp_path / "before")
    done(ines.post(f"{base}/assessments", {"competence": 1, "mark": "acquired"}))
    after = fetched(world, jury.scopes[1], tmp_path / "after")
    one, other = (json.loads((bag / "data/export.json").read_bytes()) for bag in (before, after))
    assert one["left_out"] == other["left_out"]
    assert one["whole_streams"] == other["whole_streams"]
    assert [each["why"] for each in one["left_out"]["histories"]] == ["results-not-released"]
    assert "CompetenceAssessed" in types(after), "what the jury had read"
