"""Figures of a year's juries, on the page and in files alike: as published, and as registrars see them."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pyarrow import parquet

from adapters.database.replica import Reports
from adapters.settings import Settings
from projections.framework.certification_catalogue import certifications
from projections.reporting.figures import FigureLine
from tests.given.log.played import Played, played
from tests.given.webapi.crowd import crowd
from webapi.app import create_app
from webapi.edge.cookies import PASS
from webapi.wiring import App

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

CAPUCINE = 2
"""Whose dossier it is among those of the story: in training, partly obtained."""
CODE = "RNCP31936"
SUMS = """
select count(*), count(*) filter (where outcome = 'full'), count(*) filter (where outcome = 'partial'),
       count(*) filter (where outcome = 'none')
  from projection.reported_candidacies
 where valid_to is null and session is not null and outcome <> 'in_progress' and route = %s
   and extract(year from jury_on) = %s
"""


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    with played(settings_of_town) as made:
        yield made


@pytest.fixture
def tess(play: Played) -> FlaskClient:
    return tess_at(play, play.acquis)


def tess_at(play: Played, acquis: App, name: str = "tess") -> FlaskClient:
    browser = create_app(acquis).test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    with browser.session_transaction() as session:
        session[PASS] = acquis.sessions.begin(play.story.cast[name].actor)
    return browser


@pytest.fixture(scope="module")
def of_many(play: Played) -> Played:
    """Three thousand candidacies more, of the same certification and rulebook."""
    (framework,) = {each.framework for each in certifications(play.acquis.database) if each.version == 1}
    with play.projecting.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select distinct rulebook from projection.reported_candidacies limit 1")
        ((rulebook,),) = cursor.fetchall()
    crowd(play.projecting, 3000, framework, rulebook, last=2020, years=3, sessions=2)
    return play


def file(browser: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = browser.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.text)))


def row(page: str, title: str) -> list[str]:
    found = re.search(rf'<tr><th scope="row">{title}</th>(.*?)</tr>', page, re.DOTALL)
    assert found, title
    return [
        re.sub(r"<[^>]+>", "", each).replace("\N{NO-BREAK SPACE}", " ")
        for each in re.findall(r"<td[^>]*>(.*?)</td>", found[1])
    ]


def as_program(play: Played, address: str) -> TestResponse:
    """What a program is answered under a token of the reporter's."""
    actor = play.story.cast["tess"].actor
    token = play.acquis.tokens.make(actor, "tests", datetime.now(UTC) + timedelta(days=1), issued_by=None).secret
    return create_app(play.acquis).test_client().get(address, headers={"Authorization": f"Bearer {token}"})


def last_column(workbook: bytes) -> list[str]:
    """The last cell of each row of a workbook's first sheet, as text."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        strings = [
            html.unescape(each)
            for each in re.findall(r"<t[^>]*>(.*?)</t>", parts.read("xl/sharedStrings.xml").decode(), re.DOTALL)
        ]
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    cells = [
        re.findall(r"<c ([^>]*)><v>(.*?)</v></c>", each)[-1]
        for each in re.findall(r"<row .*?</row>", sheet, re.DOTALL)
    ]
    return [strings[int(value)] if 't="s"' in said else value for said, value in cells]


def test_a_few_candidates_are_not_counted_out_on_the_page_or_in_the_file(tess):
    page = tess.get("/reports?year=2022").text
    assert row(page, "Formation initiale")[:4] == ["s"] * 4
    assert "Trop peu de candidats pour être dessinés" in page
    assert {line["value"] for line in file(tess, "/reports/figures.csv?year=2022") if line["table"] != "note"} <= {
        "s",
        "0",
    }
    assert {line["value"] for line in file(tess, "/reports/cohorts/cohorts.csv") if line["table"] != "note"} <= {
        "s",
        "0",
    }
    assert "Ce qui manque pour un renouvellement" in tess.get("/reports/cohorts").text


def test_the_page_says_that_it_was_read_on_a_replica_and_how_late_that_is(play):
    with closing(Reports(play.acquis.database, play.acquis.server.dsn)) as reports:
        tess = tess_at(play, replace(play.acquis, reports=reports))
        for page in ("/reports", "/reports/cohorts"):
            assert "Lu sur une copie de la base, à jour." in tess.get(page).text
            assert "Lu sur une copie" not in tess_at(play, play.acquis).get(page).text
        assert tess.get("/reports/figures.csv").status_code == 200


def test_page_as_of_a_day_shows_what_was_known_at_its_end(tess):
    page = tess.get("/reports?as_of=2021-12-31").text
    assert re.findall(r"<option[^>]*>(20\d\d)</option>", page) == ["2021"], "nothing of 2022 was known"
    assert '<option value="2021-12-31" selected>' in page
    assert "Aucun résultat publié" in tess.get("/reports?as_of=2016-12-31").text
    for day in ("2999-12-31", "2021-06-30"):
        assert "selected" not in tess.get(f"/reports?as_of={day}").text.split('name="as_of"')[1].split("</select>")[0]


@pytest.mark.usefixtures("of_many")
def test_many_are_counted_by_session_and_route_drawn_and_the_same_in_the_file(play, tess):
    page = tess.get("/reports?year=2020").text
    lines = {
        tuple(line[name] for name in ("table", "route", "item", "figure")): line["value"]
        for line in file(tess, "/reports/figures.csv?year=2020")
        if line["table"] != "session"
    }
    with play.projecting.connection() as connection, connection.cursor() as cursor:
        for route in ("FI", "FC", "CA", "VAE"):
            cursor.execute(SUMS, (route, 2020))
            counted = [str(each) for each in cursor.fetchall()[0]]
            assert [lines["route", route, "", name] for name in ("decided", "full", "partial", "none")] == counted
            assert f"{counted[0]}\N{NO-BREAK SPACE}candidats</text>" in page.replace(
                " candidats", "\N{NO-BREAK SPACE}candidats"
            )
    whole = {name: int(lines["year", "", "", name]) for name in ("decided", "full", "partial", "none")}
    assert whole["decided"] == whole["full"] + whole["partial"] + whole["none"] > 800
    tried = [int(lines["attempt", "", each, "decided"]) for each in ("1", "2")]
    assert sum(tried) == whole["decided"]
    assert {lines["block", "", str(each), "sought"] for each in range(1, 5)} == {str(whole["decided"])}
    for by, title in (("sex", "Femmes"), ("age_band", "25 à 29 ans")):
        kinds = {item for table, _, item, _ in lines if table == by}
        assert kinds > {"unstated"}
        for name in ("decided", "full", "partial", "none"):
            assert sum(int(lines[by, "", kind, name]) for kind in kinds) == whole[name]
        kind = {"sex": "f", "age_band": "25_29"}[by]
        assert row(page, title)[:2] == [lines[by, "", kind, "decided"], lines[by, "", kind, "full"]]
    stages = [
        line["value"] for line in file(tess, "/reports/figures.csv?year=2018&route=VAE") if line["table"] == "funnel"
    ]
    assert sorted(map(int, stages), reverse=True) == [int(each) for each in stages]
    assert len(set(stages)) > 2
    assert int(lines["delay", "VAE", "opened_to_admissible", "median_days"]) > 20
    assert page.count('<rect class="c1"') > 15


@pytest.mark.usefixtures("of_many")
def test_a_filter_chooses_among_what_is_shown_and_counts_nothing_anew(tess):
    every = {tuple(line.items()) for line in file(tess, "/reports/figures.csv?year=2020")}
    for route in ("FI", "FC", "CA", "CQ", "CL", "VAE"):
        of_route = {tuple(line.items()) for line in file(tess, f"/reports/figures.csv?year=2020&route={route}")}
        assert of_route <= every
    page = tess.get("/reports?year=2020&route=VAE").text
    assert "Formation initiale</th>" not in page
    assert len(row(page, "VAE")) == 5


@pytest.mark.usefixtures("of_many")
def test_holders_are_told_as_the_results_of_their_year_tell_them(tess):
    lines = file(tess, "/reports/cohorts/cohorts.csv")
    held = {(line["year"], line["route"], line["figure"]): line["value"] for line in lines}
    for year in ("2018", "2019", "2020"):
        lines = file(tess, f"/reports/figures.csv?year={year}")
        full = {(line["table"], line["route"]): line["value"] for line in lines if line["figure"] == "full"}
        assert held[year, "", "holders"] == full["year", ""]
        assert held[year, "VAE", "holders"] == full["route", "VAE"]
        assert int(held[year, "", "not_in_register"]) > 0
        assert held[year, "", "not_declared"] == held[year, "", "holders"], "no table holds a declaration of theirs"
    assert "Titulaires non inscrits au registre : 2018" in tess.get("/reports/cohorts").text.replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_a_workbook_holds_numbers_and_days_and_no_formula(tess):
    answer = tess.get("/reports/figures.xlsx?year=2022")
    assert answer.data.startswith(b"PK")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert tess.get("/reports/figures.pdf").status_code == 404
    assert tess.get("/reports/cohorts/cohorts.xlsx").data.startswith(b"PK")
    assert tess.get("/reports/figures.parquet").data.startswith(b"PAR1")
    assert {"as_of", "position", *FigureLine.__dataclass_fields__} <= set(file(tess, "/reports/figures.csv")[0])


def test_a_year_route_or_certification_that_there_is_not_is_as_none_was_chosen(tess):
    page = tess.get("/reports?year=1999&certification=RNCP0&route=XX")
    assert page.status_code == 200
    assert tess.get("/reports?year=x&as_of=yesterday").status_code == 200


def test_a_reporter_begins_here_and_opens_no_dossier(play, tess):
    assert tess.get("/").location.endswith("/reports")
    page = tess.get("/reports").text
    assert not re.findall(r'href="/(?:candidacies|audit)', page)
    assert tess.get(f"/candidacies/{play.story.candidacies[CAPUCINE]}/why").status_code == 403


def test_files_of_a_year_without_juries_hold_the_note_only(tess):
    for year in ("1999", "0001", "9998", "9999"):
        lines = file(tess, f"/reports/figures.csv?year={year}")
        assert {line["table"] for line in lines} == {"year", "note"}, year
    assert tess.get("/reports/figures.xlsx?year=1999").status_code == 200
    assert tess.get("/reports/cohorts/cohorts.csv?as_of=2016-12-31").status_code == 200


@pytest.mark.usefixtures("of_many")
def test_page_csv_workbook_parquet_and_api_publish_the_same_figures_and_note(play, tess):
    lines = file(tess, "/reports/figures.csv?year=2022")
    table = parquet.read_table(io.BytesIO(tess.get("/reports/figures.parquet?year=2022").data))
    plain = [
        {name: "" if value is None else str(value) for name, value in line.items()} for line in table.to_pylist()
    ]
    assert plain == lines
    notes = {line["item"]: line["value"] for line in lines if line["table"] == "note"}
    assert {each.decode(): said.decode() for each, said in table.schema.metadata.items()} == {
        f"note_{language}": said for language, said in notes.items()
    }
    assert last_column(tess.get("/reports/figures.xlsx?year=2022").data) == [
        "value",
        *(each["value"] for each in lines),
    ]
    answer = as_program(play, f"/api/v1/reports/figures/{CODE}?year=2022").get_json()
    assert answer["note"] == notes
    assert [each["value"] for each in answer["items"]] == [line["value"] for line in lines if line["table"] != "note"]
    for language, said in notes.items():
        page = tess.get("/reports?year=2022", headers={"Accept-Language": language}).text
        assert said in html.unescape(page).replace("\N{NO-BREAK SPACE}", " ")
    holders = as_program(play, f"/api/v1/reports/holders/{CODE}?format=csv").text
    assert holders == tess.get("/reports/cohorts/cohorts.csv").text


def test_a_registrar_sees_every_count_and_may_look_at_what_is_published(play):
    rose = tess_at(play, play.acquis, "rose")
    page = rose.get("/reports?year=2022").text
    assert row(page, "Formation initiale")[:4] == ["1", "0", "1", "0"]
    assert "à usage interne" in page
    assert row(rose.get("/reports?year=2022&published=1").text, "Formation initiale")[0] == "s"
    assert row(rose.get("/reports/cohorts").text, "Ensemble")[0].isdigit()
    assert {line["value"] for line in file(rose, "/reports/figures.csv?year=2022") if line["table"] == "route"} <= {
        "s",
        "0",
    }
