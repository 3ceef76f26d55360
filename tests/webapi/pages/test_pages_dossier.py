"""What do the pages show of a dossier, to whom, in which language, and what do they refuse?"""

# ruff: noqa: SLF001  (the demonstration's own steps set the scenes)
from __future__ import annotations

import io
import re
from contextlib import closing
from datetime import date
from functools import partial
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import psycopg2
import pytest
from jinja2.meta import find_undeclared_variables
from jinja2.nodes import Name
from markupsafe import escape

from adapters.log.codec import opened
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.jury.record_decision import RecordDecision
from domain.commands.jury.rule_competences import RuleCompetences
from domain.fact import Retention
from domain.framework.definition import Route
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.people.facts import ErasureGround
from projections.reading import dossier_facts
from tests.given.files.specimens import pdf_with
from tests.given.webapi.demonstration_site import LIMIT, Place, played
from webapi.app import create_app
from webapi.demonstration.cast import STATED
from webapi.demonstration.paper import pdf
from webapi.demonstration.story import RECOMMENDED
from webapi.language import unbroken
from webapi.privacy.disclosure import version_of
from webapi.wiring import App
from webapi.words.catalogue import HERE, catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
GUARDS = re.compile(r'name="(csrf_token|form)" value="[^"]+"')
VOID = {"meta", "link", "input", "br"}


@pytest.fixture(scope="module")
def place(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with played(server_url, template, tmp_path_factory.mktemp("dossiers")) as found:
        yield found


@pytest.fixture(scope="module")
def signed_in(place: Place) -> dict[str, FlaskClient]:
    """One client a person, signed in."""
    return {who: client(place.acquis, place, who) for who in ("alix", "capucine", "firmin", "rose", "sacha", "hugo")}


def client(acquis: App, place: Place, who: str) -> FlaskClient:
    browser = create_app(acquis).test_client()
    player = place.story.cast[who]
    token = TOKEN.search(browser.get("/sign-in").text)
    assert token
    fields = {"csrf_token": token[1], "login": player.login, "password": player.password}
    assert browser.post("/sign-in", data=fields).status_code == 303
    return browser


def get(browser: FlaskClient, path: str, language: str = "fr") -> TestResponse:
    return browser.get(path, headers={"Accept-Language": language})


def fetch(browser: FlaskClient, path: str) -> TestResponse:
    """Download, to the end."""
    answer = get(browser, path)
    assert answer.data
    answer.close()
    return answer


def post(browser: FlaskClient, path: str, shown_at: str, **fields: Any) -> TestResponse:
    shown = get(browser, shown_at).text
    given = {name: re.findall(rf'name="{name}" value="([^"]+)"', shown)[0] for name in ("csrf_token", "form")}
    return browser.post(path, data=given | fields, headers={"Accept-Language": "fr"})


def put_in(browser: FlaskClient, place: Place, who: str, content: bytes, name: str, **fields: Any) -> TestResponse:
    page = f"/candidacies/{place.candidacy(who)}"
    return post(browser, f"{page}/evidence", page, **fields, file=(io.BytesIO(content), name, "application/pdf"))


def state(place: Place) -> Any:
    """What a refusal must leave as it was: the log and the files."""
    with closing(psycopg2.connect(place.acquis.database.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("select coalesce(max(position), 0), count(*) from log.event")
        folder = place.settings.data / "evidence"
        return cursor.fetchone(), sorted(path for path in folder.rglob("*") if path.is_file())


class Spoken(HTMLParser):
    """The words of a page by the language that they are marked with."""

    def __init__(self) -> None:
        super().__init__()
        self.languages: list[str] = []
        self.texts: dict[str, str] = {"fr": "", "en": ""}

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        now = given.get("lang") or (self.languages[-1] if self.languages else "")
        for name in ("aria-label", "placeholder", "data-too-large"):
            if now and given.get(name):
                self.texts[now] += f" {given[name]} "
        if tag not in VOID:
            self.languages.append(now)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.languages.pop()

    def handle_data(self, data: str) -> None:
        if self.languages and self.languages[-1]:
            self.texts[self.languages[-1]] += data


def paths(place: Place) -> list[tuple[str, str]]:
    capucine, firmin = place.candidacy("capucine"), place.candidacy("firmin")
    return [
        ("rose", "/candidacies"),
        ("rose", "/candidacies?q=personne"),
        ("rose", "/role"),
        ("rose", f"/candidacies/{capucine}"),
        ("sacha", f"/candidacies/{capucine}/history"),
        ("sacha", f"/candidacies/{place.candidacy('elodie')}/history?as_of=2022-06-21"),
        ("sacha", f"/candidacies/{capucine}/history?as_of=hier"),
        ("alix", f"/candidacies/{place.candidacy('alix')}"),
        ("firmin", f"/candidacies/{firmin}"),
        ("firmin", f"/candidacies/{firmin}/history"),
        ("firmin", f"/candidacies/{capucine}"),
    ]


ENGLISH = sorted((HERE / "en").glob("*.po"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_page_mixes_its_languages(place, signed_in, language):
    pairs = [(unbroken(str(each.id)), str(each.string)) for each in catalogue(ENGLISH, "en")]
    own, theirs = zip(*(pair[::-1] if language == "en" else pair for pair in pairs), strict=True)
    foreign = {phrase for phrase in theirs if phrase.count(" ") > 1 and "{" not in phrase} - set(own)
    for who, path in paths(place):
        answer = get(signed_in[who], path, language)
        assert answer.status_code in {200, 404, 422}
        spoken = Spoken()
        spoken.feed(answer.text)
        assert f'<html lang="{language}">' in answer.text
        assert len(spoken.texts[language].split()) > 20
        if language == "fr":
            assert spoken.texts["en"].split() == ["EN"], (
                f"{path} has words marked as English beside the language's own"
            )
        mixed = [phrase for phrase in foreign if phrase in spoken.texts[language]]
        assert not mixed, f"{path} in {language} says {mixed}"


def test_no_line_of_french_begins_with_a_sign_that_ends_one(place, signed_in):
    """A browser may break a line at a plain space, and on a telephone it does: `:` stood alone before."""
    for who, path in [*paths(place), ("rose", "/account"), ("rose", "/account/tokens"), ("rose", "/nowhere")]:
        spoken = Spoken()
        spoken.feed(get(signed_in[who], path).text)
        assert not re.findall(r"\w+ [:;?!»%]|« \w+", spoken.texts["fr"]), path
        assert "\u00a0:" in spoken.texts["fr"], path
    english = get(signed_in["rose"], "/account", "en").text
    assert "\u00a0:" not in english


def test_french_agrees_with_what_it_counts_and_speaks_to_who_reads(place, signed_in):
    """None or one is singular in French; a name may begin with a vowel; a registrar files nobody's file."""
    for who, path in paths(place):
        page = get(signed_in[who], path).text
        assert not re.findall(r"\b[01] (?:compétences|faits|blocs|preuves|déclarées)", page), path
        assert not re.findall(r"\bde [AEIOUYÉ]", page), path
        assert who in {"alix", "capucine", "firmin"} or "vous pourrez" not in page, path


def test_the_certification_stays_in_its_own_words_marked_as_french(place, signed_in):
    where = f"/candidacies/{place.candidacy('capucine')}"
    page, definition = get(signed_in["capucine"], where, "en").text, place.story.definition
    boxes = "".join(each.partition("</div>")[0] for each in page.split('<div lang="fr" class="boxes">')[1:])
    for block in definition.blocks:
        opened = get(signed_in["capucine"], f"{where}?block={block.number}", "en").text
        for text in (str(escape(each.text)) for each in definition.competences if each.number in block.competences):
            assert opened.count(f'<span lang="fr">{text}</span>') == opened.count(text) == 1
            assert boxes.count(text) == page.count(text) == 1
    assert "Missing: mandatory competence 7." in page


def test_a_block_that_lacks_its_mandatory_competence_says_which(place, signed_in):
    page = get(signed_in["capucine"], f"/candidacies/{place.candidacy('capucine')}").text
    assert "Il manque la compétence obligatoire 7." in page
    assert "Accordé par le jury du 21 juin 2022" in page
    assert "Conseil du jury" in page


def test_a_candidate_reads_what_was_recommended_when_they_were_admitted(place, signed_in):
    """Code du travail R6412-4, al. 2."""
    page = get(signed_in["alix"], f"/candidacies/{place.candidacy('alix')}").text
    assert f'<dt>Recommandations</dt><dd lang="fr">{escape(RECOMMENDED)}</dd>' in page
    assert "Écarts" not in page


def test_a_candidate_with_one_candidacy_is_led_to_it_and_one_with_two_chooses(place, signed_in):
    page = f"/candidacies/{place.candidacy('firmin')}"
    assert signed_in["firmin"].get("/candidacies").location == page
    place.story.clock.set(date(2022, 7, 1))
    place.acquis.do(place.story._opening("alix", Route.FC), place.story.cast["alix"].actor)
    place.projector.catch_up()
    listed = get(signed_in["alix"], "/candidacies").text
    assert listed.count("<h2>") == 2
    assert "Community manager" in listed


def test_the_registrar_finds_a_candidacy_by_a_name_without_accents_or_by_an_id(place, signed_in):
    elodie = place.candidacy("elodie")
    for text in ("elodie dem", elodie, str(place.story.cast["elodie"].id)):
        page = search(signed_in["rose"], text).text
        assert re.findall(r'href="/candidacies/([0-9a-f-]{36})"', page) == [elodie], text


def search(browser: FlaskClient, text: str) -> TestResponse:
    return get(browser, f"/candidacies?{urlencode({'q': text})}")


def test_a_search_is_an_address_that_finds_the_same_again(signed_in):
    page = search(signed_in["rose"], "Élodie Dem").text
    assert '<form class="find" action="/candidacies">' in page
    assert 'name="q" type="search" value="Élodie Dem"' in page
    assert search(signed_in["rose"], "Élodie Dem").text.count("<h2>") == 1
    everything = get(signed_in["rose"], "/candidacies").text
    assert search(signed_in["rose"], " ").text.count("<h2>") == everything.count("<h2>") > 1


def test_a_search_finds_nothing_for_who_does_not_see_every_dossier(place, signed_in):
    own = f"/candidacies/{place.candidacy('firmin')}"
    assert get(signed_in["firmin"], "/candidacies?q=elodie").location == own


def test_search_results_show_each_date_of_birth(signed_in):
    _, born = STATED["elodie"]
    for who in ("rose", "sacha"):
        assert f"Naissance : {born} · " in search(signed_in[who], "elodie").text.replace("\N{NO-BREAK SPACE}", " ")
        assert born not in search(signed_in[who], "firmin").text
    assert "Naissance" not in get(signed_in["hugo"], "/candidacies").text, "an assessor is told no birth"


def test_a_forged_cursor_is_refused(signed_in):
    assert get(signed_in["rose"], "/candidacies?cursor=forged").status_code == 400


def test_a_page_asked_for_again_says_the_same_and_nothing_that_is_kept_of_it_says_a_word_of_anybody(place, signed_in):
    candidacy = UUID(place.candidacy("alix"))
    for who, page in (("alix", ""), ("alix", "/result"), ("rose", ""), ("rose", "/history"), ("sacha", "")):
        for language in ("fr", "en"):
            first, again = (get(signed_in[who], f"/candidacies/{candidacy}{page}", language) for _ in range(2))
            assert first.status_code == 200, (who, page)
            assert GUARDS.sub("", first.text) == GUARDS.sub("", again.text)
    kept, opening = set(texts(place.acquis.dossiers.kept(candidacy), set())), place.acquis.vault.opening()
    said = [opened(told.fact, told.place, opening) for told in dossier_facts(place.acquis.database, candidacy)]
    words = {word for each in said for word in each.values() if isinstance(word, str)}
    assert any('class="piece"' in text for text in kept), "no fragment was kept"
    assert len(words) > 5
    words.add(place.story.cast["alix"].name)
    assert [(word, text) for text in kept for word in words if word in text or escape(word) in text] == []


def test_base_templates_use_only_the_variables_of_every_page(place):
    app = create_app(place.acquis)
    told: dict[str, Any] = {}
    with app.test_request_context():
        app.update_template_context(told)
    for part in sorted((HERE.parent / "templates" / "parts").glob("*.html")):
        read = app.jinja_env.parse(part.read_text())
        own = {each.name for each in read.find_all(Name) if each.ctx == "store"}
        assert find_undeclared_variables(read) <= told.keys() | app.jinja_env.globals.keys() | own, part.name


def test_template_globals_do_not_require_the_context(place):
    """What wants to is called by `PlainContext` without it."""
    app = create_app(place.acquis)
    told: dict[str, Any] = {**app.jinja_env.globals}
    with app.test_request_context():
        app.update_template_context(told)
        assert [name for name, value in told.items() if hasattr(value, "jinja_pass_arg")] == []


def texts(of: Any, met: set[int]) -> Iterator[str]:
    """Every text that can be reached from a value that is kept."""
    if id(of) in met:
        return
    met.add(id(of))
    if isinstance(of, str):
        yield str(of)
        return
    slots = [name for kind in type(of).__mro__ for name in getattr(kind, "__slots__", ())]
    inside: list[Any] = [getattr(of, name) for name in getattr(of, "__struct_fields__", slots)]
    inside += vars(of).values() if hasattr(of, "__dict__") and not callable(of) else ()
    inside += (
        [*of, *of.values()] if isinstance(of, dict) else of if isinstance(of, list | tuple | set | frozenset) else ()
    )
    inside += [*of.args, *of.keywords.values()] if isinstance(of, partial) else ()
    for each in inside:
        yield from texts(each, met)


def test_the_history_names_who_did_what_as_whom_on_what_grounds_under_which_number(place, signed_in):
    page = get(signed_in["sacha"], f"/candidacies/{place.candidacy('elodie')}/history?page=all").text
    recusal = re.search(r'<li id="fait-\d+" class="fact" data-fact="JurorRecused">.*?</li>', page, re.DOTALL)
    assert recusal
    for words in ("Lucien Juré s&#39;est retiré", "Lucien Juré, membre du jury", "fait n° ", "Ancienne collègue"):
        assert words in recusal[0]


def test_a_candidate_sees_no_recusal_in_their_history(place, signed_in):
    address = f"/candidacies/{place.candidacy('elodie')}/history?page=all"
    page = get(client(place.acquis, place, "elodie"), address).text
    assert "Ancienne collègue" not in page
    assert "vous, candidat" in page
    assert "Ancienne collègue" in get(signed_in["rose"], address).text


def test_the_history_as_of_a_day_stops_there(place, signed_in):
    base = f"/candidacies/{place.candidacy('alix')}/history"
    then, now = (get(signed_in["rose"], f"{base}?page=all{day}").text for day in ("&as_of=2021-02-01", ""))
    assert "ValidationFileSubmitted" in then
    assert "BlockGranted" not in then
    assert "BlockGranted" in now
    assert "Aucun fait ne répond à ce choix" in get(signed_in["rose"], f"{base}?as_of=2020-01-01").text
    assert get(signed_in["rose"], f"{base}?as_of=hier").status_code == 422


@pytest.mark.usefixtures("registers_at_their_word")
def test_erased_data_are_shown_as_erased(place, signed_in):
    base = f"/candidacies/{place.candidacy('basile')}"
    assert "piece-1.pdf" in get(signed_in["rose"], f"{base}/history").text
    person = place.story.cast["basile"].id
    for erased in (Retention.PAPERS, Retention.IDENTITY):
        place.acquis.vault.register.note(person, erased, ErasureGround.REQUEST)
        assert place.acquis.vault.destroy(person, erased)
    page = get(signed_in["rose"], f"{base}/history").text
    assert "piece-1.pdf" not in page
    assert "Basile Fictif" not in page
    assert "<em>effacé</em>" in page
    assert get(signed_in["rose"], base).status_code == 200


def test_where_a_key_is_lost_the_skeleton_of_the_dossier_still_reads(place, signed_in):
    """Nobody ordered it: neither page nor API says that it was erased."""
    candidacy = place.candidacy("elodie")
    base = f"/candidacies/{candidacy}"
    before = get(signed_in["rose"], base)
    person = place.story.cast["elodie"].id
    with closing(psycopg2.connect(place.acquis.server.keys_dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("delete from vault.key where person = %s", (str(person),))
        connection.commit()
    history = get(signed_in["rose"], f"{base}/history").text
    assert "Élodie Démonstration" not in history
    assert "illisible, clé perdue" in history
    assert "effacé" not in history
    after = get(signed_in["rose"], base)
    assert (after.status_code, after.text.count("chip")) == (200, before.text.count("chip"))
    fetched = fetch(signed_in["rose"], f"{_first_piece(after.text)}/original")
    assert fetched.status_code == 500, "an alarm, as for a file that is gone"


def _first_piece(page: str) -> str:
    found = re.search(r'href="(/candidacies/[0-9a-f-]+/evidence/[0-9a-f-]+)"', page)
    assert found
    return found[1]


def test_an_assessor_sees_the_dossiers_they_assess_and_no_other(place, signed_in):
    assert get(signed_in["hugo"], f"/candidacies/{place.candidacy('capucine')}").status_code == 200
    assert get(signed_in["hugo"], f"/candidacies/{place.candidacy('alix')}").status_code == 404


def test_a_download_is_an_attachment_that_runs_nothing(place, signed_in):
    page = f"/candidacies/{place.candidacy('firmin')}"
    name = 'Été "2022"; é\r\nX-Evil: 1.pdf'
    content = pdf("Été")
    assert put_in(signed_in["firmin"], place, "firmin", content, name, competences="2").status_code == 303
    place.projector.catch_up()
    answer = fetch(signed_in["firmin"], f"{_first_piece(get(signed_in['firmin'], page).text)}/original")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    assert "filename*=UTF-8''%C3%89t%C3%A9" in answer.headers["Content-Disposition"]
    assert "X-Evil" not in answer.headers
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/pdf"


def test_a_piece_of_another_dossier_is_not_found_under_ones_own(place, signed_in):
    theirs = _first_piece(get(signed_in["rose"], f"/candidacies/{place.candidacy('capucine')}").text)
    swapped = theirs.replace(place.candidacy("capucine"), place.candidacy("firmin"))
    for path in ("", "/original"):
        assert fetch(signed_in["rose"], theirs + path).status_code == 200
        assert get(signed_in["rose"], swapped + path).status_code == 404
        assert get(signed_in["firmin"], swapped + path).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "fields", "status", "words"),
    [
        (b"", "vide.pdf", {"competences": "1"}, 422, "ce fichier est vide"),
        (b"", "", {"competences": "1"}, 422, "Choisissez un fichier"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 64, "a.pdf", {"competences": "1"}, 415, "Une preuve est un PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.svg", {"competences": "1"}, 415, "PDF"),
        (pdf("a"), "a.pdf", {}, 422, "Cochez au moins une compétence"),
        (pdf("a"), "a.pdf", {"competences": "31"}, 422, "Seules les compétences du référentiel"),
        (pdf_with(b"\n" * LIMIT), "a.pdf", {"competences": "1"}, 413, "dépasse la taille acceptée"),
    ],
    ids=["empty", "none chosen", "program", "svg", "no competence", "unknown competence", "too large"],
)
def test_a_refused_piece_is_told_near_its_form_and_leaves_nothing(  # noqa: PLR0917  (one argument a column)
    place, signed_in, content, name, fields, status, words
):
    before = state(place)
    answer = put_in(signed_in["firmin"], place, "firmin", content, name, **fields)
    assert answer.status_code == status
    assert words in answer.text
    assert 'role="alert"' in answer.text
    if fields == {"competences": "1"} and status != 413:
        assert re.search(r'name="competences" value="1" checked', answer.text), "what was ticked is kept"
    assert state(place) == before


def test_a_button_pressed_twice_puts_in_one_piece(place, signed_in):
    page = f"/candidacies/{place.candidacy('firmin')}"
    shown = get(signed_in["firmin"], page).text
    given = {name: re.findall(rf'name="{name}" value="([^"]+)"', shown)[0] for name in ("csrf_token", "form")}
    before = state(place)[0]
    answers = [
        signed_in["firmin"].post(
            f"{page}/evidence", data=given | {"competences": "5", "file": (io.BytesIO(pdf("deux")), "deux.pdf")}
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert state(place)[0] == (before[0] + 1, before[1] + 1)


def test_a_filed_piece_is_not_withdrawn_and_the_sentence_stands_by_the_list(place, signed_in):
    page = f"/candidacies/{place.candidacy('alix')}"
    piece = _first_piece(get(signed_in["alix"], page).text)
    version = version_shown(place, "alix")
    before = state(place)
    answer = post(signed_in["alix"], f"{piece}/withdrawal", page, version=version)
    assert answer.status_code == 409
    assert (
        "Une preuve inscrite dans un dossier de validation déposé, ou qui fonde un bloc, ne peut plus changer."
        in answer.text
    )
    assert state(place) == before


def version_shown(place: Place, who: str) -> str:
    """The version of a candidacy, as its forms carry it."""
    candidacy = UUID(place.candidacy(who))
    return str(version_of(candidacy, dossier_facts(place.acquis.database, candidacy)))


def test_signing_what_has_changed_since_is_refused_and_keeps_the_ticks(place, signed_in):
    page = f"/candidacies/{place.candidacy('firmin')}"
    assert put_in(signed_in["firmin"], place, "firmin", pdf("à déposer"), "d.pdf", competences="9").status_code == 303
    place.projector.catch_up()
    piece = _first_piece(get(signed_in["firmin"], page).text).rsplit("/", 1)[1]
    before = state(place)
    ticks = dict.fromkeys(("gap-1", "gap-2", "gap-3", "gap-4", "honour", "final"), "true")

    def file(**fields: Any) -> TestResponse:
        return post(signed_in["firmin"], f"{page}/validation-file", f"{page}/filing", **fields)

    answer = file(version="1", evidence=piece, **ticks)
    assert answer.status_code == 412
    assert "Ce qui vous était montré a changé" in answer.text
    assert answer.text.count('value="true" required checked') == len(ticks)
    assert file(version="x", **ticks).status_code == 422
    shown = version_shown(place, "firmin")
    unticked = file(version=shown, evidence=piece, **{"gap-2": "true", "honour": "true", "final": "true"})
    assert unticked.status_code == 422, "each gap is acknowledged"
    assert unticked.text.count("Cochez cette case pour déposer.") == len(ticks) - 3
    none_ticked = file(version=shown, evidence=str(uuid4()), **ticks)
    assert none_ticked.status_code == 422
    assert "au moins une preuve" in none_ticked.text
    assert state(place) == before


def test_recorded_fact_not_yet_visible_is_shown_as_pending(place, signed_in):
    with closing(psycopg2.connect(place.acquis.server.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("select nextval('log.position')")  # an append that is on its way
        ((coming,),) = cursor.fetchall()
    page = get(signed_in["firmin"], f"/candidacies/{place.candidacy('firmin')}?after={coming}&done=done").text
    assert "Mise à jour en cours" in page
    assert get(signed_in["firmin"], f"/candidacies/{place.candidacy('firmin')}?after={10**12}").status_code == 400
    for none in ("x", "9" * 4301):  # of so many digits Python reads no number
        assert get(signed_in["firmin"], f"/candidacies/{place.candidacy('firmin')}?after={none}").status_code == 200


def test_no_ruling_is_shown_to_the_candidate_before_results_are_released(place, signed_in):
    """The panel and the registrar see it at once, the candidate once the session is closed, signed and released."""
    story = place.story
    story.clock.set(date(2022, 9, 1))
    page = f"/candidacies/{place.candidacy('capucine')}"
    candidacy = next(each for each in story.candidacies if str(each) == place.candidacy("capucine"))
    hugo = story.cast["hugo"].id  # what was not acquired in a block not granted is marked anew
    for competence in (5, 6, 7, 8):
        story.by("hugo", AssessCompetence(candidacy=candidacy, competence=competence, mark="acquired"))
    story.by("hugo", FileAssessment(candidacy=candidacy, assessor=hugo))
    session = story.plan(Route.FI, date(2022, 9, 5))
    story.summon(session, candidacy)
    story.clock.set(date(2022, 9, 5))
    story.open(session, ("jules", "katia", "lucien", "maud", "noe"))
    story.deliberate(session, candidacy)
    rulings = tuple(Ruling(competence=n, acquired=True, reason="Montré à l'entretien.") for n in range(1, 10))
    story.by("jules", RuleCompetences(session=session, candidacy=candidacy, rulings=rulings))
    story.decide(session, candidacy, granted=(1,))
    story.by("jules", RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=session, candidacy=candidacy))
    place.projector.catch_up()

    def seen(who: str) -> tuple[int, bool, int]:
        dossier, history = get(signed_in[who], page).text, get(signed_in[who], f"{page}/history?page=all").text
        whole = "Certification obtenue" in dossier
        return dossier.count('class="block granted"'), whole, history.count('data-fact="CompetenceRuled"')

    assert seen("rose") == (4, True, 39)
    assert seen("capucine") == (3, False, 30)
    assert seen("sacha") == (3, False, 30)
    story.end(session)
    place.projector.catch_up()
    assert seen("capucine") == (4, True, 39)
