"""What did the candidates of a year come to, by route and jury session? As known today, or at the end of a day.

    python year_of_figures.py sql postgresql://acquis_report_login@db.example/acquis 2021
    python year_of_figures.py parquet LAKE 2021 --as-of 2021-12-31
    python year_of_figures.py feed EVENTS.jsonl 2021 --as-of 2021-12-31

Writes CSV. Each candidacy counts once, at the last jury session that called it and whose results are released;
`presented`: those who came; `full`, `partial` and `none`: what those who came hold by now, or held on that day.
"""

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

COLUMNS = ("certification", "route", "session", "candidates", "presented", "full", "partial", "none")
COUNT = """
select certification, route, session::text, count(*),
       count(*) filter (where attendance = 'present'),
       count(*) filter (where attendance = 'present' and outcome = 'full'),
       count(*) filter (where attendance = 'present' and outcome = 'partial'),
       count(*) filter (where attendance = 'present' and outcome = 'none')
  from reporting.v1_candidacies
 where extract(year from jury_on) = %(year)s
   and valid_from_day <= %(day)s and (valid_to_day is null or valid_to_day > %(day)s)
 group by certification, route, session
"""
CAME = {"DeliberationOpened": "present", "CandidateNotHeard": "not heard"}

Line = tuple[str | int, ...]


def in_sql(address: str, year: int, day: date) -> list[Line]:
    """The views are asked, and the database counts."""
    import psycopg2  # noqa: PLC0415  (only who asks there needs it)

    with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute(COUNT, {"year": year, "day": day})
        return cursor.fetchall()


def in_lake(folder: Path, day: date) -> Iterator[dict[str, Any]]:
    """The candidacies of a folder that `acquis report lake` keeps, as they read at the end of a day.

    One reading stands in two files where it ended after the first was written: the one that goes further counts.
    """
    from pyarrow import parquet  # noqa: PLC0415  (likewise)

    view = json.loads((folder / "manifest.json").read_text("utf-8"))["views"]["v1_candidacies"]
    readings = {}
    for part in sorted(view["files"], key=lambda each: each["up_to"]):
        for row in parquet.read_table(folder / part["path"], partitioning=None).to_pylist():
            readings[tuple(row[key] for key in view["keys"])] = row
    for row in readings.values():
        if row["valid_from_day"] <= day and (row["valid_to_day"] is None or row["valid_to_day"] > day):
            yield row


def in_feed(events: Path, day: date) -> Iterator[dict[str, Any]]:
    """The same of the feed's events, one a line, as far as they were told by the end of a day.

    What waited for its release was told on the day `toldon`, else on its own. Where a candidacy stood then is folded
    by the recipe beside this file.
    """
    from standing_from_feed import Feed  # noqa: PLC0415  (likewise)

    found = {each["id"]: each for each in map(json.loads, events.read_text("utf-8").splitlines())}
    told = [each for each in found.values() if each.get("toldon", each["data"]["on"]) <= str(day)]
    feed, codes, held_on, rows = Feed(), {}, {}, {}
    for event in sorted(told, key=lambda each: each["position"]):
        feed.take(event)
        data, row = event["data"], rows.get(event.get("subject"))
        match event["type"].split(".")[2]:
            case "FrameworkPublished":
                codes[event["stream"]] = data["definition"]["code"]
            case "SessionOpened":
                held_on[event["stream"]] = date.fromisoformat(data["opened_on"])
            case "CandidacyOpened":
                certification = codes[data["framework"]]
                rows[event["subject"]] = {"certification": certification, "route": data["route"], "came": {}}
            case "RouteChanged":
                row["route"] = data["route"]
            case "CandidateSummoned":
                row["session"] = data["session"]
            case "DeliberationOpened" | "CandidateNotHeard" as name:
                row["came"][data["session"]] = CAME[name]
            case "AttendanceCorrected":
                row["came"].pop(data["session"], None)
    standings = feed.standings()
    for candidacy, row in rows.items():
        last = row.get("session")
        came_of = {"jury_on": held_on.get(last), "attendance": row["came"].get(last)}
        yield row | came_of | {"outcome": standings[candidacy]["outcome"]}


def counted(rows: Iterable[dict[str, Any]], year: int) -> list[Line]:
    """The same count, of rows."""
    lines = defaultdict(lambda: dict.fromkeys(COLUMNS[3:], 0))
    for row in rows:
        if row["jury_on"] and row["jury_on"].year == year:
            line = lines[row["certification"], row["route"], row["session"]]
            line["candidates"] += 1
            if row["attendance"] == "present":
                line["presented"] += 1
                if row["outcome"] in line:
                    line[row["outcome"]] += 1
    return [(*of, *line.values()) for of, line in lines.items()]


def main() -> None:
    """Read the command line, count, write."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("source", choices=("sql", "parquet", "feed"))
    asked.add_argument("place", help="an address of the database, the folder of the lake, or a file of events")
    asked.add_argument("year", type=int)
    asked.add_argument("--as-of", type=date.fromisoformat, default=date.max, help="a day; by default as known today")
    given = asked.parse_args()
    if given.source == "sql":
        lines = in_sql(given.place, given.year, given.as_of)
    else:
        rows = {"parquet": in_lake, "feed": in_feed}[given.source](Path(given.place), given.as_of)
        lines = counted(rows, given.year)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    out.writerows(sorted(lines))


if __name__ == "__main__":
    main()
