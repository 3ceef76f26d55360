"""What is a reporter shown of a year's juries: counts that tell of nobody, on the page and in the file alike?"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from adapters.settings import Settings
from tests.given.log.played import Played, played
from webapi.app import create_app
from webapi.pages.visitor import PASS

if TYPE_CHECKING:
    from flask.testing import FlaskClient

ALIKE = """
with more as (
  insert into projection.candidacy_overview
  select (jsonb_populate_record(o, jsonb_build_object(
           'candidacy', gen_random_uuid(), 'opened_at', 1000000 + n + %(from)s, 'released_outcome', %(outcome)s))).*
    from projection.candidacy_overview o, generate_series(1, %(many)s) n where o.candidacy = %(like)s
  returning candidacy
)
insert into projection.jury_agenda
select a.session, more.candidacy, a.held_on, a.positions from more, projection.jury_agenda a
 where a.candidacy = %(like)s
   and a.held_on = (select max(held_on) from projection.jury_agenda where candidacy = %(like)s)
"""
"""So many candidates more, before the last jury of one whom there is, with what came of them."""
TOLD = """
insert into projection.notices
select gen_random_uuid(), 2000000 + row_number() over (), session, candidacy, held_on + 9, 'portal', held_on + 8,
       true, 0, '{}'
  from (select distinct on (candidacy) candidacy, session, held_on from projection.jury_agenda
          join projection.candidacy_overview o using (candidacy) where o.opened_at > 1000000
         order by candidacy limit 6) a
"""
"""Six of those more were told a day too late."""
APART = """
with other as (
  insert into projection.jury_sessions
  select (jsonb_populate_record(s, jsonb_build_object(
           'session', gen_random_uuid(), 'planned_at', 1000000, 'held_on', s.held_on + 1))).*
    from projection.jury_sessions s where stage = 'released' and extract(year from held_on) = 2022 limit 1
  returning session, held_on
)
update projection.jury_agenda a set session = other.session, held_on = other.held_on from other
 where a.candidacy in (select candidacy from projection.candidacy_overview where opened_at > 1000000
                        order by opened_at limit 2)
"""
"""Two of those more came before another jury of that year."""
CAPUCINE = 2
"""Whose dossier it is among those of the story: in training, partly obtained."""


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    with played(settings_of_town) as made:
        yield made


@pytest.fixture
def tess(play: Played) -> FlaskClient:
    browser = create_app(play.acquis).test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    with browser.session_transaction() as session:
        session[PASS] = play.acquis.passes.begin(play.story.cast["tess"].actor)
    return browser


def joined_by(play: Played, many: int, outcome: str, start: int) -> None:
    given = {"many": many, "outcome": outcome, "like": str(play.story.candidacies[CAPUCINE]), "from": start}
    with play.projecting.transaction() as cursor:
        cursor.execute(ALIKE, given)


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


def test_a_few_candidates_are_not_counted_out_on_the_page_or_in_the_file(tess):
    page = tess.get("/reports?year=2022").text
    assert row(page, "Formation initiale")[:5] == ["‹ 5", "s", "s", "s", "s"]
    assert "Trop peu de candidats pour être dessinés" in page
    lines = file(tess, "/reports/results.csv?year=2022")
    assert {line["decided"] for line in lines} <= {"<5", "0"}
    assert not [line for line in lines if line["full"] not in {"s", "0"}]
    assert set(file(tess, "/reports/cohorts/cohorts.csv")[0].values()) >= {"2021", "s"}
    assert "Titulaires" in tess.get("/reports/cohorts").text


def test_holders_are_told_no_more_than_the_results_of_their_year_tell(play, tess):
    joined_by(play, 5, "full", 400)
    joined_by(play, 1, "none", 500)
    (line,) = (each for each in file(tess, "/reports/results.csv?year=2022") if each["decided"] == "7")
    assert (line["full"], line["partial"], line["none"]) == ("s", "s", "s")
    of_2022 = next(each for each in file(tess, "/reports/cohorts/cohorts.csv") if each["year"] == "2022")
    assert of_2022["FI"] == "s", "7 less 5 holders would say that two were refused something"


def test_many_are_counted_by_session_and_route_with_their_rates_and_drawn(play, tess):
    for many, outcome, start in ((28, "full", 0), (8, "partial", 100), (2, "none", 200)):
        joined_by(play, many, outcome, start)
    page = tess.get("/reports?year=2022").text
    assert row(page, "Formation initiale")[:5] == ["45", "33", "s", "s", "73 %"], "with Capucine's own"
    (line,) = (each for each in file(tess, "/reports/results.csv?year=2022") if each["decided"] == "45")
    assert (line["full"], line["partial"], line["none"], line["full_percent"]) == ("33", "s", "s", "73")
    assert "33" in row(tess.get("/reports/cohorts").text, "2022")
    joined_by(play, 4, "none", 300)
    whole = tess.get("/reports?year=2022").text
    assert row(whole, "Formation initiale")[:5] == ["49", "33", "9", "7", "67 %"]
    assert whole.count('<rect class="c1"') == 2, "the sign of the legend, and the bar"
    assert "<dd>67\N{NO-BREAK SPACE}% <small>33</small></dd>" in whole


def test_how_many_were_told_is_not_said_where_some_of_the_route_are_left_out_above(play, tess):
    with play.projecting.transaction() as cursor:
        cursor.execute(TOLD)
    said = "Formation initiale : 6 hors délai sur 6."
    assert said in told(tess)
    with play.projecting.transaction() as cursor:
        cursor.execute(APART)
    assert said not in told(tess), "6 less those above would count those of the session left out"
    assert "Formation initiale : 6 hors délai." in told(tess)


def told(browser: FlaskClient) -> str:
    return browser.get("/reports?year=2022").text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_year_or_certification_that_there_is_not_is_as_none_was_chosen(tess):
    assert tess.get("/reports?year=1999&certification=RNCP0").text.count("selected") == 2
    assert tess.get("/reports?year=x").status_code == 200


def test_a_reporter_begins_here_and_opens_no_dossier(play, tess):
    assert tess.get("/").location.endswith("/reports")
    page = tess.get("/reports").text
    assert not re.findall(r'href="/(?:candidacies|audit)', page)
    assert tess.get(f"/candidacies/{play.story.candidacies[CAPUCINE]}/why").status_code == 403
