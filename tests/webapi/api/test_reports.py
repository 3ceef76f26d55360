"""Tests of the reporting API: the dictionary of views, and rows as files, of released facts only."""

from __future__ import annotations

import csv
import io
import json
from uuid import uuid4

import pytest
from pyarrow import parquet

from domain.ports import Role
from projections.reporting.views import VIEWS

REPORTS = "/api/v1/reports"


@pytest.fixture
def reporter(world):
    world.catch_up()
    return world.join("rita", Role.REPORTER)


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_report_views_are_listed_and_read_in_each_format(reporter):
    told = reporter.get(REPORTS).json
    assert [each["view"] for each in told["items"]] == list(VIEWS)
    for view in told["items"]:
        at = f"{REPORTS}/{view['view']}"
        answer = reporter.get(f"{at}?history=true")
        assert (answer.status_code, answer.headers["Acquis-Position"]) == (200, str(told["position"]))
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        whole = rows(answer)
        assert all(list(row) == [each["column"] for each in view["columns"]] for row in whole[:1])
        lines = reporter.get(f"{at}?history=true&format=jsonl").text.splitlines()
        table = parquet.read_table(io.BytesIO(reporter.get(f"{at}?history=true&format=parquet").data))
        assert (len(lines), table.num_rows) == (len(whole), len(whole))
        assert all(json.loads(line).keys() == {each["column"] for each in view["columns"]} for line in lines)
        assert reporter.get(f"{at}?format=xlsx").data.startswith(b"PK")


def test_report_rows_are_read_as_of_a_day_or_position_or_since_one(world, reporter):
    at = f"{REPORTS}/v1_candidacies"
    position = int(reporter.get(at).headers["Acquis-Position"])
    assert rows(reporter.get(f"{at}?as_position={position}")) == rows(reporter.get(at))
    assert rows(reporter.get(f"{at}?as_position=0")) == []
    copy = f"edition={reporter.get(at).headers['Acquis-Edition']}"
    assert rows(reporter.get(f"{at}?since={position}&{copy}")) == []
    stale = reporter.get(f"{at}?since={position}&edition={uuid4()}")
    assert (stale.status_code, stale.json["type"]) == (400, "/problems/of-another-edition"), (
        "views made anew meanwhile"
    )
    assert rows(reporter.get(f"{at}?as_of={world.acquis.clock.today()}")) == rows(reporter.get(at))
    for early in (f"as_position={position + 1}", f"since={position + 1}&{copy}", "as_of=2999-01-01"):
        refused = reporter.get(f"{at}?{early}")
        assert (refused.status_code, refused.json["type"]) == (400, "/problems/not-there-yet")
    for wrong in (
        f"as_position=1&since=1&{copy}",
        "since=1",
        copy,
        "format=ods",
        "as_position=-1",
        "as_of=yesterday",
    ):
        assert reporter.get(f"{at}?{wrong}").status_code == 422
    assert reporter.get(f"{REPORTS}/pg_authid").status_code == 404


def test_report_rows_are_refused_to_all_but_reporters(world):
    for role in (Role.REGISTRAR, Role.AUDITOR, Role.ADMIN, Role.CANDIDATE):
        assert world.join(f"one {role.value}", role).get(f"{REPORTS}/v1_candidacies").status_code == 403
