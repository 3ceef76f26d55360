"""What does an auditor read, follow to its proof, compare, suppose, take home and have checked, by pages alone?"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from adapters.settings import Settings
from projections.reading import dossier_facts
from tests.given.log.played import Played, played
from tests.given.log.superuser import tamper
from tests.given.webapi.browsing import browse
from tests.given.webapi.reviews import ASKED, decided
from tests.given.webapi.whole_path import JURY_DAY, done
from webapi.app import create_app
from webapi.edge.cookies import PASS

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

CAPUCINE, ALIX = 2, 0
"""Whose dossiers these are among those of the story: block 1 refused; the whole obtained."""


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    with played(settings_of_town) as made:
        yield made


@pytest.fixture(scope="module")
def app(play: Played) -> Flask:
    return create_app(play.acquis)


@pytest.fixture
def sacha(play: Played, app: Flask) -> FlaskClient:
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    with browser.session_transaction() as session:
        session[PASS] = play.acquis.sessions.begin(play.story.cast["sacha"].actor)
    return browser


def dossier(play: Played, of: int = CAPUCINE) -> str:
    return f"/candidacies/{play.story.candidacies[of]}"


def position_of(play: Played, kind: str, such: Callable[[Any], bool] = lambda _: True, of: int = CAPUCINE) -> int:
    facts = dossier_facts(play.acquis.database, play.story.candidacies[of])
    return next(t.stamp.position for t in reversed(facts) if type(t.fact).__name__ == kind and such(t.fact))


def recorded(play: Played) -> int:
    """How many facts there are, sealed or not."""
    with play.acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from log.fact")
        return int(cursor.fetchall()[0][0])


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def kinds(page: TestResponse) -> list[str]:
    return re.findall(r'data-fact="(\w+)"', page.text)


def test_the_history_is_narrowed_to_a_kind_a_role_a_person_or_some_days(play, sacha):
    address = f"{dossier(play)}/history?page=all"
    whole = kinds(sacha.get(address))
    decided = kinds(sacha.get(f"{address}&kind=decisions"))
    assert {"CompetenceRuled", "BlockNotGranted"} <= set(decided) < set(whole)
    assert set(kinds(sacha.get(f"{address}&kind=assessment"))) == {"CompetenceAssessed", "AssessmentFiled"}
    hugo = play.story.cast["hugo"].id
    by_role, by_person = (kinds(sacha.get(f"{address}&who={who}")) for who in ("assessor", hugo))
    assert by_role == by_person
    assert len(by_role) > 10
    opened = kinds(sacha.get(f"{address}&to=2021-12-31"))
    assert opened[0] == "CandidacyOpened"
    assert "EvidenceSubmitted" not in opened
    assert len(opened) + len(kinds(sacha.get(f"{address}&from=2022-01-01"))) == len(whole)
    assert kinds(sacha.get(f"{address}&true_on=2021-12-31&kind=jury")) == []


def test_a_long_history_comes_in_pages_and_each_fact_is_found_on_its_own(play, sacha):
    address = f"{dossier(play)}/history"
    whole = sacha.get(f"{address}?page=all")
    pages: list[TestResponse] = []
    while not pages or 'rel="next"' in pages[-1].text:
        pages.append(sacha.get(f"{address}?page={len(pages) + 1}"))
    assert [kind for page in pages for kind in kinds(page)] == kinds(whole)
    assert len(pages) > 2
    for page in pages:
        assert len(page.data) <= 32_000, "a dossier is read on a telephone too"
    position = position_of(play, "BlockNotGranted")
    assert f'id="fait-{position}"' in sacha.get(f"{address}?at={position}").text
    jump = re.search(rf'href="([^"]*page=\d+)#fait-{position}"', pages[0].text)
    assert jump
    assert f'id="fait-{position}"' in sacha.get(jump[1].replace("&amp;", "&")).text
    assert kinds(sacha.get(f"{address}?page=99")) == kinds(pages[-1])


def test_a_sentence_bears_no_name_of_an_event_and_the_facts_number_stands_beside_it(play, sacha):
    page = sacha.get(f"{dossier(play)}/history?page=all").text
    for line in re.findall(r'<li id="fait-(\d+)" class="fact">(.*?)</li>', page, re.DOTALL):
        assert f"fait n° {line[0]}" in line[1].replace("\N{NO-BREAK SPACE}", " ")
        assert "vérifié" in line[1]
        assert not re.search(r"\b[A-Z][a-z]+[A-Z][a-z]+\b|[0-9a-f]{32}", re.sub(r"<[^>]+>", " ", line[1]))


def test_why_answers_first_and_then_tells_the_chain_from_the_rule_to_the_release(play, sacha):
    page = sacha.get(f"{dossier(play)}/why").text
    assert "Pourquoi le bloc 1 n&#39;a-t-il pas été accordé" in page
    assert "n&#39;a pas jugé acquise la compétence 7, obligatoire" in page
    order = ["FrameworkPublished", "EvidenceSubmitted", "CompetenceAssessed", "AssessmentFiled", "SessionOpened",
             "CompetenceRuled", "BlockNotGranted", "MinutesSigned", "ResultsReleased"]  # fmt: skip
    found = [kind for kind in dict.fromkeys(re.findall(r'data-fact="(\w+)"', page)) if kind in order]
    assert found == order
    assert "Prononcé par le jury" in sacha.get(f"{dossier(play, ALIX)}/why?block=title").text


def test_a_dossier_is_read_as_of_a_day_and_compared_with_another(play, sacha):
    address = f"{dossier(play)}/why"
    assert "n&#39;était pas encore ouverte" in sacha.get(f"{address}?as_of=2020-01-01").text
    before = sacha.get(f"{address}?as_of=2022-06-20&block=1")
    assert "aucun jury n&#39;en a encore décidé" in before.text
    compared = sacha.get(f"{address}?as_of=2022-06-21&against=2022-06-20").text
    assert "<del>non décidé</del></td><td><ins>non accordé</ins>" in compared
    assert "<del>une pièce au moins</del></td><td><ins>non acquise</ins>" in compared
    between = re.search(r"history\?from=2022-06-21&amp;to=2022-06-21\">(\d+) faits entre", compared)
    assert between
    assert len(kinds(sacha.get(f"{dossier(play)}/history?page=all&from=2022-06-21&to=2022-06-21"))) == int(between[1])
    assert sacha.get(f"{address}?as_of=hier").status_code == 422
    for same in ("2022-06-21", "9999-12-31"):
        alone = sacha.get(f"{address}?as_of={same}&against={same}")
        assert (alone.status_code, "Rien entre" in alone.text, "entre les deux dates" in alone.text) == (
            200,
            True,
            False,
        )


def test_supposition_is_answered_and_not_recorded(play, sacha):
    address, before = f"{dossier(play)}/what-if", recorded(play)
    found = sacha.get(f"{address}?acquired=7")
    assert "La règle du bloc serait remplie" in found.text
    assert "Rien n&#39;a été enregistré." in found.text
    for refused in ("acquired=7&not_acquired=7", "granted=2", "without=1", "required-1=10", "without=x"):
        answer = sacha.get(f"{address}?{refused}")
        assert (answer.status_code, "Ce qui serait" in answer.text) == (422, False), refused
    assert "Rien ne changerait" in sacha.get(f"{address}?not_acquired=5").text
    assert "Rien ne changerait" in sacha.get(f"{address}?required-1=9").text, "it is not won under either rule"
    all_eleven = f"{address}?required-2=11"
    assert "Rien ne changerait" in sacha.get(all_eleven).text, "all eleven were acquired"
    ruling = position_of(play, "CompetenceRuled", lambda fact: fact.competence == 11)
    assert "règle non remplie</ins>" in sacha.get(f"{all_eleven}&without={ruling}").text
    without = sacha.get(f"{dossier(play, ALIX)}/what-if?without={position_of(play, 'TitlePronounced', of=ALIX)}").text
    assert "titre non prononcé" in without
    assert recorded(play) == before


def test_the_proof_of_a_fact_leads_to_a_signed_checkpoint_and_one_that_was_changed_is_shown(play, sacha):
    position = position_of(play, "BlockNotGranted")
    address = f"{dossier(play)}/facts/{position}"
    page = sacha.get(address).text
    assert "prouvé" in page
    assert play.folder.newest()
    assert sacha.get(f"{dossier(play, ALIX)}/facts/{position}").status_code == 404, "it is in no other dossier"
    moved = "update log.event set recorded_at = recorded_at {} interval '1 second' where position = {}"
    url = play.acquis.server.dsn
    tamper(url, moved.format("+", position))
    try:
        history, proof = sacha.get(f"{dossier(play)}/history?page=all").text, sacha.get(address).text
    finally:
        tamper(url, moved.format("-", position))
    assert history.count("n&#39;est plus tel qu&#39;il a été scellé") == 1
    assert "preuve en défaut" in proof
    assert "preuve en défaut" not in sacha.get(address).text


def test_an_export_is_asked_for_recorded_fetched_and_checked_where_it_is_sent_back(play, sacha):
    form = sacha.get("/audit/exports").text
    asked = {"csrf_token": token(form), "form": "", "scope": "period", "first_day": "2021-01-01", "last_day": "x"}
    wrong = sacha.post("/audit/exports", data=asked)
    assert (wrong.status_code, wrong.text.count('aria-invalid="true"')) == (422, 1)
    assert sacha.post("/audit/exports", data=asked | {"scope": "session"}).status_code == 422
    answer = sacha.post(
        "/audit/exports", data=asked | {"scope": "candidacy", "subject": str(play.story.candidacies[CAPUCINE])}
    )
    assert answer.status_code == 303
    play.checkpoint()
    page = sacha.get(answer.location).text
    assert "inscrit au journal à votre nom" in page
    assert answer.location.partition("?")[0] in sacha.get("/audit/exports").text
    bag = sacha.get(f"{answer.location.partition('?')[0]}/bag").data
    assert "Cet export est tel que le certificateur l&#39;a remis" in sent_back(sacha, bag, "export.zip").text
    altered = sent_back(sacha, changed(bag), "export.zip")
    assert "Cet export est en défaut" in altered.text
    assert "<li>" in altered.text.partition("Cet export est en défaut")[2]
    damages = [bag[: len(bag) // 2], *(bag[:at] + b"\xff" * 40 + bag[at + 40 :] for at in range(60, 2000, 400))]
    for damaged in damages:
        answer = sent_back(sacha, damaged, "export.zip")
        assert answer.status_code == 422 or "Cet export est en défaut" in answer.text, (
            answer.status_code,
            len(damaged),
        )


def sent_back(browser: FlaskClient, content: bytes, name: str) -> TestResponse:
    form: dict[str, Any] = {"csrf_token": token(browser.get("/audit/checks").text)}
    return browser.post("/audit/checks", data=form | {"file": (io.BytesIO(content), name)})


def changed(bag: bytes) -> bytes:
    """The same bag, in which another day stands in one fact."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bag)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(
                entry, content.replace(b"2022-06-21", b"2022-06-22", 1) if "facts" in entry.filename else content
            )
    return out.getvalue()


def test_a_receipt_is_checked_and_what_is_neither_is_said_to_be_neither(play, sacha):
    position = position_of(play, "ResultsReleased")
    receipt = sacha.get(f"{dossier(play)}/receipts/{position}").data
    assert "prouve le fait n°" in sent_back(sacha, receipt, "recu.json").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "ne prouve rien" in sent_back(sacha, receipt.replace(b"registrar", b"candidate"), "recu.json").text
    for nothing in (b"PK\x03\x04", b"%PDF-1.7", b""):
        assert sent_back(sacha, nothing, "x").status_code == 422
    assert sacha.post("/audit/checks", data={"file": (io.BytesIO(receipt), "x")}).status_code == 403


def test_an_auditor_begins_at_what_was_decided_last_and_what_the_log_says(play, sacha):
    page = sacha.get("/audit").text
    assert dossier(play) in page.partition("Dernières décisions publiées")[2]
    assert "Rien au journal n&#39;est mis en doute" in page
    assert sacha.get("/").location.endswith("/audit")
    number = re.search(r"sous le numéro (\d+)", sacha.get(dossier(play, ALIX)).text)
    assert number
    found = sacha.get(f"/candidacies?q={number[1]}").text
    assert dossier(play, ALIX) in found
    assert dossier(play) not in found


def test_a_decision_that_is_questioned_comes_first(world):
    world.clock.set(JURY_DAY)
    candidacy, _, review = decided(world)
    done(world.marie.post(review, ASKED))
    world.projector.catch_up()
    page = browse(world, world.sacha).get("/audit", headers={"Accept-Language": "fr"}).text
    questioned, _, after = page.partition("Dernières décisions publiées")
    for part in ("Décisions contestées", f"/candidacies/{candidacy}/why", "procédure", "attend une réponse"):
        assert part in questioned
    assert f"/candidacies/{candidacy}/why" in after
