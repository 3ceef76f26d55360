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
    assert set(file(tess, "/reports/cohorts/cohorts.csv")[0].values()) >= {"<5", "s"}
    assert "Titulaires" in tess.get("/reports/cohorts").text


def test_many_are_counted_by_session_and_route_with_their_rates_and_drawn(play, tess):
    for many, outcome, start in ((33, "full", 0), (8, "partial", 100), (3, "none", 200)):
        joined_by(play, many, outcome, start)
    page = tess.get("/reports?year=2022").text
    assert row(page, "Formation initiale")[:5] == ["45", "33", "s", "s", "73 %"], "with Capucine's own"
    (line,) = (each for each in file(tess, "/reports/results.csv?year=2022") if each["decided"] == "45")
    assert (line["full"], line["partial"], line["none"], line["full_percent"]) == ("33", "s", "s", "73")
    joined_by(play, 4, "none", 300)
    whole = tess.get("/reports?year=2022").text
    assert row(whole, "Formation initiale")[:5] == ["49", "33", "9", "7", "67 %"]
    assert whole.count('<rect class="c1"') == 2, "the sign of the legend, and the bar"
    assert "<dd>67\N{NO-BREAK SPACE}% <small>33</small></dd>" in whole


def test_a_year_or_certification_that_there_is_not_is_as_none_was_chosen(tess):
    assert tess.get("/reports?year=1999&certification=RNCP0").text.count("selected") == 2
    assert tess.get("/reports?year=x").status_code == 200


def test_a_reporter_begins_here_and_opens_no_dossier(play, tess):
    assert tess.get("/").location.endswith("/reports")
    page = tess.get("/reports").text
    assert not re.findall(r'href="/(?:candidacies|audit)', page)
    assert tess.get(f"/candidacies/{play.story.candidacies[CAPUCINE]}/why").status_code == 403
