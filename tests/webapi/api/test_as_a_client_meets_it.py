"""What does a program that goes by the document alone run into: an address, a header, a word that misleads?"""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from domain.ports import Role
from tests.given.webapi.town import PLACE
from tests.given.webapi.whole_path import JURY_DAY, apply, done, plan
from webapi.openapi import openapi

if TYPE_CHECKING:
    from uuid import UUID

    from tests.given.webapi.town import World

PERSON = {"name": "Ann Exemple"}


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


@pytest.fixture
def sitting(world: World) -> dict[str, Any]:
    """What plans an épreuve."""
    olive = world.people.get("olive") or world.join("olive", Role.INVIGILATOR)
    return {
        "framework": str(world.framework),
        "rulebook": str(world.rulebook),
        "modality": "B1-M1",
        "subject": "2021-A",
        "held_on": JURY_DAY.isoformat(),
        "starts_at": "14:00",
        "place": PLACE,
        "places": 12,
        "invigilator": str(olive.id),
    }


def said(answer: Any) -> dict[str, str]:
    return {each["rule"]: each["title"] for each in answer.json["violations"]}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_whoever_is_appointed_without_the_role_is_told_so_and_of_no_withdrawal(world, language):
    session, seat = plan(world), {"juror": str(world.hugo.id), "sex": "m"}
    refused = world.refuses(
        409,
        "role-not-held",
        lambda: world.rose.post(f"{session}/jurors", seat, Accept_Language=language),
    )
    begins = {
        "fr": "Une personne n'exerce un rôle, n'y est nommée",
        "en": "A person acts in a role, is appointed in it",
    }
    assert refused.json["title"].startswith(begins[language])


def test_an_exam_that_is_planned_takes_no_if_match(world, sitting):
    """Its subject was taken for the stream that a command replaces: what nobody was shown had changed since."""
    world.refuses(400, "bad-request", lambda: world.rose.post("/api/v1/sittings", sitting, If_Match='"1"'))
    done(world.rose.post("/api/v1/sittings", sitting))


def test_an_audit_export_takes_no_if_match(world, candidacy):
    of = {"scope": "candidacy", "subject": str(candidacy)}
    for version in ('"1"', '"7"'):
        world.refuses(
            400,
            "bad-request",
            lambda version=version: world.sacha.post("/api/v1/audit-exports", of, If_Match=version),
        )


def test_whatever_declares_no_if_match_takes_none(world):
    token = f"/api/v1/persons/{world.rose.id}/tokens"
    body = {"role": "registrar", "label": "once", "days": 1}
    world.refuses(400, "bad-request", lambda: world.rose.post(token, body, If_Match='"1"'))


@pytest.mark.parametrize(
    "path", ["/api//v1/candidacies", "/api/v1//candidacies", "/api/v1/candidacies//{}", "/history//x"]
)
def test_an_address_with_a_slash_too_many_is_none(world, candidacy, path):
    """It was sent elsewhere (308), to an address made of the Host header, in an English page."""
    answer = world.app.test_client().get(path.format(candidacy), headers=world.rose.bearer | {"Host": "localhost"})
    assert (answer.status_code, answer.headers.get("Location")) == (404, None)


def test_a_number_of_an_address_is_in_plain_digits(world, candidacy):
    """Python alone reads ٧ as seven."""
    withdrawal = f"/api/v1/candidacies/{candidacy}/credited-blocks/{{}}/withdrawal"
    why = {"reason": "Une raison"}
    world.refuses(409, "not-credited", lambda: world.rose.post(withdrawal.format("1"), why, If_Match='"1"'))
    for number in ("٧", "１", "९", "-1", "1.0", "9" * 19):
        world.refuses(404, "not-found", lambda number=number: world.rose.post(withdrawal.format(number), why))


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP", "deflate, gzip", "x"])
def test_a_body_in_a_coding_that_nobody_reads_is_refused_for_that(world, candidacy, coding):
    body = gzip.compress(json.dumps(PERSON).encode())
    kind, client = {"Content-Type": "application/json", "Content-Encoding": coding}, world.app.test_client()
    for sent in (body, json.dumps(PERSON).encode()):
        world.refuses(
            415,
            "type-mismatch",
            lambda sent=sent: client.post("/api/v1/persons", data=sent, headers=world.rose.bearer | kind),
        )
    world.refuses(415, "type-mismatch", lambda: world.marie.upload(candidacy, Content_Encoding=coding))


def test_a_body_that_is_said_to_be_in_no_coding_is_read(world):
    kind = {"Content-Type": "application/json", "Content-Encoding": "identity"}
    client, body = world.app.test_client(), json.dumps(PERSON)
    done(client.post("/api/v1/persons", data=body, headers=world.rose.bearer | kind))


@pytest.mark.parametrize("after", ["0", "1", "x", "-1"])
def test_a_write_waits_for_no_position(world, candidacy, sitting, after):
    """It went unheard."""
    writes = {
        "/api/v1/persons": PERSON,
        "/api/v1/sittings": sitting,
        f"/api/v1/candidacies/{candidacy}/register-entry": None,
        f"/api/v1/candidacies/{candidacy}/evidence": {"competences": [1], "link": "https://example.org"},
    }
    for path, body in writes.items():
        world.refuses(
            422,
            "unknown-field",
            lambda path=path, body=body: world.rose.post(f"{path}?after={after}", body),
        )


@pytest.mark.parametrize(
    ("body", "place", "fr"),
    [
        (PERSON | {"email": "nobody"}, "email", "Ce n'est pas une adresse électronique."),
        (PERSON | {"roles": "candidate"}, "roles", "Ce n'est pas une liste."),
        (["Ann"], "", "Ce n'est pas un objet JSON."),
    ],
)
def test_a_field_of_the_wrong_kind_is_told_which_is_wanted(world, body, place, fr):
    refused = world.refuses(422, "invalid", lambda: world.rose.post("/api/v1/persons", body))
    assert said(refused)[place] == fr


def test_an_object_within_a_body_is_told_that_it_is_wanted(world, candidacy):
    body = {"evidence": [str(candidacy)], "versions": [1]}
    refused = world.refuses(
        422,
        "invalid",
        lambda: world.marie.post(f"/api/v1/candidacies/{candidacy}/validation-files", body, If_Match='"1"'),
    )
    assert said(refused) == {"versions": "Ce n'est pas un objet JSON."}


def declared(world: World, method: str, path: str, status: int) -> set[str]:
    """The headers that the document says an answer carries."""
    whole = openapi(world.app)
    answer = whole["paths"][path][method]["responses"][str(status)]
    if "$ref" in answer:
        answer = whole["components"]["responses"][answer["$ref"].rsplit("/", 1)[-1]]
    return set(answer.get("headers", {}))


def test_what_an_answer_says_in_a_header_is_in_the_document(world, candidacy):
    apply(world, world.nadia)
    listed = world.rose.get("/api/v1/candidacies?limit=1")
    assert 'rel="next"' in listed.headers["Link"]
    assert "Link" in declared(world, "get", "/api/v1/candidacies", 200)
    unknown = world.app.test_client().get("/api/v1/candidacies")
    assert unknown.headers["WWW-Authenticate"]
    assert "WWW-Authenticate" in declared(world, "get", "/api/v1/candidacies", 401)
    begun = world.marie.post(f"/api/v1/candidacies/{candidacy}/uploads", Tus_Resumable="1.0.0", Upload_Length="9")
    names = {"Location", "Tus-Resumable", "Upload-Offset", "Upload-Length", "Upload-Expires"}
    assert names - set(begun.headers.keys()) == set()
    assert names <= declared(world, "post", "/api/v1/candidacies/{candidacy}/uploads", 201)
    shown = world.marie.get(begun.headers["Location"])
    assert names - {"Location"} - set(shown.headers.keys()) == set()
    assert names - {"Location"} <= declared(world, "get", "/api/v1/uploads/{upload}", 200)
    assert world.marie.upload(candidacy).headers["Location"]
    for made in ("/api/v1/candidacies/{candidacy}/evidence", "/api/v1/audit-exports"):
        assert "Location" in declared(world, "post", made, 201)


def test_every_list_that_goes_on_says_where_in_the_document(world):
    whole = openapi(world.app)
    pages = {
        path
        for path, methods in whole["paths"].items()
        if {"cursor", "limit"} <= {each.get("name") for each in methods.get("get", {}).get("parameters", ())}
    }
    assert len(pages) > 8
    assert {path for path in pages if "Link" not in declared(world, "get", path, 200)} == set()


def test_whoever_has_to_wait_is_told_so_in_the_document(world):
    responses = openapi(world.app)["components"]["responses"]
    for status in (429, 503):
        assert "Retry-After" in responses[f"problem-{status}"].get("headers", {}), status


def test_a_piece_that_is_another_than_the_reader_holds_is_refused_without_its_bytes(world, candidacy):
    """412 came with the whole file, under the file's own type."""
    piece = f"/api/v1/candidacies/{candidacy}/evidence/{done(world.marie.upload(candidacy))['id']}/content"
    world.refuses(412, "stale-version", lambda: world.marie.get(piece, If_Match='"another"'))
    whole = world.marie.get(piece)
    assert world.marie.get(piece, If_Match=whole.headers["ETag"]).data == whole.data
    at = "/api/v1/candidacies/{candidacy}/evidence/{evidence}/content"
    assert {"304", "412"} <= set(openapi(world.app)["paths"][at]["get"]["responses"])


@pytest.mark.parametrize("asked", ["items=0-3", "lines=1-2", "x"])
def test_a_part_in_units_that_nobody_knows_is_overlooked(world, candidacy, asked):
    piece = f"/api/v1/candidacies/{candidacy}/evidence/{done(world.marie.upload(candidacy))['id']}/content"
    whole = world.marie.get(piece)
    answer = world.marie.get(piece, Range=asked)
    assert (answer.status_code, answer.data, answer.headers["Accept-Ranges"]) == (200, whole.data, "bytes")


def test_what_is_made_anew_each_time_offers_no_part_of_itself(world):
    """A client that went on where it stopped had the beginning of one file and the end of another."""
    answer = world.marie.get(f"/api/v1/persons/{world.marie.id}/export")
    assert (answer.status_code, answer.headers.get("Accept-Ranges", "none")) == (200, "none")


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_a_text_that_cannot_be_kept_is_called_so(world, name):
    body = json.dumps({"name": name})
    kind, client = {"Content-Type": "application/json"}, world.app.test_client()
    refused = world.refuses(
        422, "invalid", lambda: client.post("/api/v1/persons", data=body, headers=world.rose.bearer | kind)
    )
    assert said(refused) == {"…": "Un texte contient un caractère qui ne peut être conservé."}


@pytest.mark.parametrize("number", [str(2**63), "1e400", "9" * 30])
def test_a_number_beyond_all_bounds_is_called_so(world, number):
    body, client = f'{{"name": {number}}}', world.app.test_client()
    kind = {"Content-Type": "application/json"}
    refused = world.refuses(
        422, "invalid", lambda: client.post("/api/v1/persons", data=body, headers=world.rose.bearer | kind)
    )
    assert said(refused) == {"…": "Ce nombre est trop petit ou trop grand."}


@pytest.mark.parametrize(
    "body",
    [b'{"name": ' + b"[" * 40 + b"]" * 40 + b"}", '{"name": "Zoé"}'.encode("latin-1"), b'\xef\xbb\xbf{"name": "Zo"}'],
    ids=["deep", "latin-1", "byte order mark"],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_json_that_is_not_read_is_told_why_it_may_not_be(world, body, language):
    """It was said to be no JSON, which it is, or to name a field twice, which it does not."""
    kind = {"Content-Type": "application/json", "Accept-Language": language}
    client = world.app.test_client()
    refused = world.refuses(
        400,
        "malformed-json",
        lambda: client.post("/api/v1/persons", data=body, headers=world.rose.bearer | kind),
    )
    for word in {"fr": ("UTF-8", "emboîte"), "en": ("UTF-8", "nests")}[language]:
        assert word in refused.json["title"]


def test_a_key_is_read_as_the_document_says(world):
    (declared,) = (
        each for name, each in openapi(world.app)["components"]["parameters"].items() if name == "idempotency-key"
    )
    for key, read in (("a b", True), ("~", True), ("clé", False), ("a\tb", False)):
        assert bool(re.search(declared["schema"]["pattern"], key)) == read
        answer = world.rose.post("/api/v1/persons", PERSON, Idempotency_Key=key)
        assert (answer.status_code == 201) == read, answer.text


def test_a_head_hands_out_nothing_and_nothing_is_recorded_as_handed_out(world, candidacy):
    """Each asked how large an export would be: the log said that it was handed out."""
    client, export = world.app.test_client(), f"/api/v1/persons/{world.marie.id}/export"
    world.projector.catch_up()
    before = world.head()
    head = client.head(export, headers=world.marie.bearer)
    assert (head.status_code, head.mimetype, head.data) == (200, "application/zip", b"")
    assert head.headers["Content-Disposition"] == "attachment; filename=acquis.zip"
    assert world.head() == before
    for who, other in ((world.marie, world.nadia.id), (world.rose, candidacy)):
        assert client.head(f"/api/v1/persons/{other}/export", headers=who.bearer).status_code == 404
    assert world.marie.get(export).mimetype == "application/zip"
    assert world.head()[1] == before[1] + 1
