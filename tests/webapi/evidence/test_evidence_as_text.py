"""Tests of links and written statements as evidence, which the server stores as files."""

from __future__ import annotations

import hashlib
from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg2
import pytest

from tests.given.files.specimens import PDF
from tests.given.webapi.evidence import TEXT
from tests.given.webapi.whole_path import apply, done, etag

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import Caller, World

LINK = {"link": "https://portfolio.example/projets?vue=1#haut", "title": "Mon portfolio", "competences": [2, 1]}


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


def put(caller: Caller, candidacy: UUID, body: Any, **headers: str) -> TestResponse:
    return caller.post(f"/api/v1/candidacies/{candidacy}/evidence", body, **headers)


def pieces(world: World, candidacy: UUID) -> list[dict[str, Any]]:
    answer: Any = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json
    return list(answer["items"])


def content(world: World, candidacy: UUID, evidence: str) -> TestResponse:
    return world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence/{evidence}/content")


def test_link_is_stored_as_a_file_with_its_digest_and_cleared_without_scanner(world, candidacy):
    evidence = done(put(world.marie, candidacy, LINK))["id"]
    (piece,) = pieces(world, candidacy)
    given = content(world, candidacy, evidence)
    assert given.data == b"https://portfolio.example/projets?vue=1#haut\r\n"
    assert piece["digest"] == hashlib.sha256(given.data).hexdigest()
    assert (piece["form"], piece["media_type"], piece["check"]) == ("link", "text/uri-list", "cleared")
    assert (piece["name"], piece["competences"], piece["size"]) == ("Mon portfolio", [1, 2], len(given.data))
    assert 'filename="Mon portfolio.uri"' in given.headers["Content-Disposition"]
    assert given.headers["X-Content-Type-Options"] == "nosniff"


def test_statement_is_stored_as_plain_text_with_its_lines(world, candidacy):
    evidence = done(put(world.marie, candidacy, TEXT))["id"]
    (piece,) = pieces(world, candidacy)
    given = content(world, candidacy, evidence)
    assert given.data.decode() == "J'ai animé la page.\nPendant deux ans. <b>\n"
    assert (piece["form"], piece["media_type"]) == ("statement", "text/plain")
    assert given.mimetype == "text/plain"
    assert "filename*=UTF-8''R%C3%A9cit.txt" in given.headers["Content-Disposition"]


def test_links_and_statements_can_be_filed_like_files(world, candidacy):
    listed = [done(put(world.marie, candidacy, body))["id"] for body in (LINK, TEXT)]
    shown = etag(world.marie, f"/api/v1/candidacies/{candidacy}/evidence")
    way = f"/api/v1/candidacies/{candidacy}/validation-files"
    done(world.marie.post(way, {"evidence": listed}, If_Match=shown))
    assert {piece["state"] for piece in pieces(world, candidacy)} == {"filed"}


def test_link_with_an_international_name_is_stored_as_given_and_in_ascii(world, candidacy):
    evidence = done(put(world.marie, candidacy, LINK | {"link": "https://Été.example:8443/à?q=é"}))["id"]
    assert content(world, candidacy, evidence).data.decode() == (
        "# https://Été.example:8443/à?q=é\r\nhttps://xn--t-9fab.example:8443/%C3%A0?q=%C3%A9\r\n"
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://portfolio.example",
        "http://portfolio.example:8080//two//strokes?&=#",
        "HTTPS://Portfolio.Example/%41?q=a%20b",
        "https://[2001:db8::1]:443/",
        "https://192.0.2.1/",
        "https://xn--t-9fab.example/",
    ],
)
def test_link_in_ascii_is_stored_as_given(world, candidacy, address):
    evidence = done(put(world.marie, candidacy, LINK | {"link": address}))["id"]
    given = content(world, candidacy, evidence).data.decode().splitlines()
    assert given[-1].lower() == address.lower()
    assert given[0].removeprefix("# ") == address


@pytest.mark.parametrize(
    "address",
    [
        "ftp://files.example/cv",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//portfolio.example/",
        "portfolio.example",
        "https://",
        "https:///path",
        "https://marie:secret@portfolio.example/",
        "https://marie@portfolio.example/",
        "https://portfolio.example/a b",
        "https://portfolio.example/a\nX: y",
        "https://portfolio.example:99999/",
        "https://portfolio.example:port/",
        "https://[::1/",
        "https://portfolio.example\\.elsewhere.example/",
        "https://<b>portfolio</b>.example/",
        "https://portfolio.example%2eelsewhere.example/",
        "https://-portfolio.example/",
        "https:portfolio.example",
        "HTTPS:/portfolio.example",
        "https://a..é.example/",
        "https://" + "é" * 300 + ".example/",
        "https://portfolio.example/" + "é" * 1900,
    ],
)
def test_link_that_is_not_a_plain_web_address_is_refused(world, candidacy, address):
    world.refuses(422, "link-not-accepted", lambda: put(world.marie, candidacy, LINK | {"link": address}))


def test_link_with_invisible_characters_is_refused(world, candidacy):
    hidden = LINK | {"link": "https://portfolio.example/\u202etxt.exe"}
    world.refuses(422, "invalid", lambda: put(world.marie, candidacy, hidden))


@pytest.mark.parametrize("text", ["\n \t", "a\x07b", "a\x1b[2J", "\x85"])
def test_statement_that_is_blank_or_has_control_characters_is_refused(world, candidacy, text):
    world.refuses(422, "statement-not-accepted", lambda: put(world.marie, candidacy, TEXT | {"statement": text}))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (LINK | TEXT, "link"),
        ({"title": "x", "competences": [1]}, "link"),
        ({"link": LINK["link"], "competences": [1]}, "title"),
        (LINK | {"link": "https://e.example/" + "a" * 2000}, "link"),
        (TEXT | {"statement": "a" * 50_001}, "statement"),
        (TEXT | {"title": ""}, "title"),
        (TEXT | {"title": " \n"}, "title"),
        (TEXT | {"title": "a" * 201}, "title"),
        (TEXT | {"competences": []}, "competences"),
        ({"link": LINK["link"], "title": "x"}, "competences"),
        (TEXT | {"replaces": "x"}, "replaces"),
    ],
)
def test_body_must_have_a_title_and_either_link_or_statement(world, candidacy, body, field):
    answer = world.refuses(422, "invalid", lambda: put(world.marie, candidacy, body))
    assert field in {each["rule"] for each in answer.json["violations"]}


def test_33_server_s_fields_of_a_piece_are_refused_as_unknown(world, candidacy):
    for more in ({"scan": "clean"}, {"form": "file"}, {"pages": 3}):
        world.refuses(422, "unknown-field", lambda more=more: put(world.marie, candidacy, TEXT | more))


def test_empty_body_is_refused(world, candidacy):
    def send():
        way = f"/api/v1/candidacies/{candidacy}/evidence"
        headers = world.marie.bearer | {"Content-Type": "application/json"}
        return world.app.test_client().post(way, data=b"", headers=headers)

    world.refuses(422, "invalid", send)


def test_42_text_for_another_candidate_s_dossier_gives_404(world, candidacy):
    world.refuses(404, "not-found", lambda: put(world.nadia, candidacy, TEXT))
    world.refuses(404, "not-found", lambda: put(world.marie, uuid4(), TEXT))


def test_74_text_sent_again_with_its_key_is_one_piece_and_another_text_is_refused(world, candidacy):
    first = done(put(world.marie, candidacy, TEXT, Idempotency_Key="text"))
    assert done(put(world.marie, candidacy, TEXT, Idempotency_Key="text")) == first
    other = TEXT | {"statement": "Autre chose"}
    world.refuses(422, "idempotency-key-reused", lambda: put(world.marie, candidacy, other, Idempotency_Key="text"))


def newest(world: World) -> list[str]:
    """Return the types of the last two facts, newest first."""
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("select type from log.event order by position desc limit 2")
        return [str(name) for (name,) in cursor.fetchall()]


def test_text_replaces_a_file_and_the_older_piece_is_withdrawn(world, candidacy):
    older = done(world.marie.upload(candidacy, PDF))["id"]
    newer = done(put(world.marie, candidacy, TEXT | {"replaces": older}))["id"]
    assert newest(world) == ["EvidenceSubmitted", "EvidenceWithdrawn"], "the older one gives way first"
    first, second = pieces(world, candidacy)
    assert (first["state"], first["replaced_by"], first["replaces"]) == ("withdrawn", newer, None)
    assert (second["state"], second["replaced_by"], second["replaces"]) == ("free", None, older)
    world.refuses(409, "evidence-already-replaced", lambda: put(world.marie, candidacy, TEXT | {"replaces": older}))
