"""Tests of the API as a client meets it that relies on the OpenAPI document alone."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from domain.ports import Role
from tests.given.webapi.town import PLACE
from tests.given.webapi.whole_path import JURY_DAY, apply, done, plan
from webapi.api.openapi import openapi

if TYPE_CHECKING:
    from uuid import UUID

    from tests.given.webapi.town import World

PERSON = {"name": "Ann Exemple"}


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


@pytest.fixture
def sitting(world: World) -> dict[str, Any]:
    """Return the body that plans a sitting."""
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
def test_appointment_of_a_person_without_the_role_is_refused_with_the_rule(world, language):
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


def test_planning_a_sitting_refuses_if_match(world, sitting):
    """The new sitting was once taken for a stream that the command replaces, and the answer was 412."""
    world.refuses(400, "bad-request", lambda: world.rose.post("/api/v1/sittings", sitting, If_Match='"1"'))
    done(world.rose.post("/api/v1/sittings", sitting))


def test_audit_export_refuses_if_match(world, candidacy):
    of = {"scope": "candidacy", "subject": str(candidacy)}
    for version in ('"1"', '"7"'):
        world.refuses(
            400,
            "bad-request",
            lambda version=version: world.sacha.post("/api/v1/audit-exports", of, If_Match=version),
        )


def test_operation_that_declares_no_if_match_refuses_it(world):
    token = f"/api/v1/persons/{world.rose.id}/tokens"
    body = {"role": "registrar", "label": "once", "days": 1}
    world.refuses(400, "bad-request", lambda: world.rose.post(token, body, If_Match='"1"'))


@pytest.mark.parametrize(
    "path", ["/api//v1/candidacies", "/api/v1//candidacies", "/api/v1/candidacies//{}", "/history//x"]
)
def test_url_with_a_double_slash_gives_404(world, candidacy, path):
    """It was once redirected (308) to a URL made from the Host header, with an English page."""
    answer = world.app.test_client().get(path.format(candidacy), headers=world.rose.bearer | {"Host": "localhost"})
    assert (answer.status_code, answer.headers.get("Location")) == (404, None)


def test_block_number_in_a_url_must_be_ascii_digits(world, candidacy):
    """Python's int() reads ٧ as seven."""
    withdrawal = f"/api/v1/candidacies/{candidacy}/credited-blocks/{{}}/withdrawal"
    why = {"reason": "Une raison"}
    world.refuses(409, "not-credited", lambda: world.rose.post(withdrawal.format("1"), why, If_Match='"1"'))
    for number in ("٧", "１", "९", "-1", "1.0", "9" * 19):
        world.refuses(404, "not-found", lambda number=number: world.rose.post(withdrawal.format(number), why))


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP", "deflate, gzip", "x"])
def test_body_with_an_unsupported_content_encoding_gives_415(world, candidacy, coding):
    body = gzip.compress(json.dumps(PERSON).encode())
    kind, client = {"Content-Type": "application/json", "Content-Encoding": coding}, world.app.test_client()
    for sent in (body, json.dumps(PERSON).encode()):
        world.refuses(
            415,
            "type-mismatch",
            lambda sent=sent: client.post("/api/v1/persons", data=sent, headers=world.rose.bearer | kind),
        )
    world.refuses(415, "type-mismatch", lambda: world.marie.upload(candidacy, Content_Encoding=coding))


def test_body_with_content_encoding_identity_is_accepted(world):
    kind = {"Content-Type": "application/json", "Content-Encoding": "identity"}
    client, body = world.app.test_client(), json.dumps(PERSON)
    done(client.post("/api/v1/persons", data=body, headers=world.rose.bearer | kind))


@pytest.mark.parametrize("after", ["0", "1", "x", "-1"])
def test_write_refuses_the_after_parameter(world, candidacy, sitting, after):
    """It was once ignored."""
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
def test_field_of_the_wrong_type_is_refused_with_the_expected_type(world, body, place, fr):
    refused = world.refuses(422, "invalid", lambda: world.rose.post("/api/v1/persons", body))
    assert said(refused)[place] == fr


def test_array_in_place_of_a_nested_object_is_refused_with_the_expected_type(world, candidacy):
    body = {"evidence": [str(candidacy)], "versions": [1]}
    refused = world.refuses(
        422,
        "invalid",
        lambda: world.marie.post(f"/api/v1/candidacies/{candidacy}/validation-files", body, If_Match='"1"'),
    )
    assert said(refused) == {"versions": "Ce n'est pas un objet JSON."}


def declared(world: World, method: str, path: str, status: int) -> set[str]:
    """Return the response headers that the document declares."""
    whole = openapi(world.app)
    answer = whole["paths"][path][method]["responses"][str(status)]
    if "$ref" in answer:
        answer = whole["components"]["responses"][answer["$ref"].rsplit("/", 1)[-1]]
    return set(answer.get("headers", {}))


def test_response_headers_are_declared_in_the_document(world, candidacy):
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


def test_paginated_lists_declare_the_link_header(world):
    whole = openapi(world.app)
    pages = {
        path
        for path, methods in whole["paths"].items()
        if {"cursor", "limit"} <= {each.get("name") for each in methods.get("get", {}).get("parameters", ())}
    }
    assert len(pages) > 8
    assert {path for path in pages if "Link" not in declared(world, "get", path, 200)} == set()


def test_problems_429_and_503_declare_retry_after(world):
    responses = openapi(world.app)["components"]["responses"]
    for status in (429, 503):
        assert "Retry-After" in responses[f"problem-{status}"].get("headers", {}), status


def test_evidence_content_with_a_stale_if_match_gives_412_without_the_file(world, candidacy):
    """The answer 412 once carried the whole file under its media type."""
    piece = f"/api/v1/candidacies/{candidacy}/evidence/{done(world.marie.upload(candidacy))['id']}/content"
    world.refuses(412, "stale-version", lambda: world.marie.get(piece, If_Match='"another"'))
    whole = world.marie.get(piece)
    assert world.marie.get(piece, If_Match=whole.headers["ETag"]).data == whole.data
    at = "/api/v1/candidacies/{candidacy}/evidence/{evidence}/content"
    assert {"304", "412"} <= set(openapi(world.app)["paths"][at]["get"]["responses"])


@pytest.mark.parametrize("asked", ["items=0-3", "lines=1-2", "x"])
def test_range_in_an_unknown_unit_is_ignored(world, candidacy, asked):
    piece = f"/api/v1/candidacies/{candidacy}/evidence/{done(world.marie.upload(candidacy))['id']}/content"
    whole = world.marie.get(piece)
    answer = world.marie.get(piece, Range=asked)
    assert (answer.status_code, answer.data, answer.headers["Accept-Ranges"]) == (200, whole.data, "bytes")


def test_personal_export_offers_no_ranges_as_it_is_built_for_each_request(world):
    """A client that resumed a download would join parts of two different files."""
    answer = world.marie.get(f"/api/v1/persons/{world.marie.id}/export")
    assert (answer.status_code, answer.headers.get("Accept-Ranges", "none")) == (200, "none")


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_text_with_a_null_or_lone_surrogate_is_refused_with_an_explanation(world, name):
    body = json.dumps({"name": name})
    kind, client = {"Content-Type": "application/json"}, world.app.test_client()
    refused = world.refuses(
        422, "invalid", lambda: client.post("/api/v1/persons", data=body, headers=world.rose.bearer | kind)
    )
    assert said(refused) == {"…": "Un texte contient un caractère qui ne peut être conservé."}


@pytest.mark.parametrize("number", [str(2**63), "1e400", "9" * 30])
def test_number_beyond_64_bits_is_refused_with_an_explanation(world, number):
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
def test_json_too_deep_or_badly_encoded_is_refused_with_the_reason(world, body, language):
    """The message once said that it is not JSON or has a duplicate field, which was wrong."""
    kind = {"Content-Type": "application/json", "Accept-Language": language}
    client = world.app.test_client()
    refused = world.refuses(
        400,
        "malformed-json",
        lambda: client.post("/api/v1/persons", data=body, headers=world.rose.bearer | kind),
    )
    for word in {"fr": ("UTF-8", "emboîte"), "en": ("UTF-8", "nests")}[language]:
        assert word in refused.json["title"]


def test_idempotency_key_is_accepted_exactly_when_it_matches_the_declared_pattern(world):
    (declared,) = (
        each for name, each in openapi(world.app)["components"]["parameters"].items() if name == "idempotency-key"
    )
    for key, read in (("a b", True), ("~", True), ("clé", False), ("a\tb", False)):
        assert bool(re.search(declared["schema"]["pattern"], key)) == read
        answer = world.rose.post("/api/v1/persons", PERSON, Idempotency_Key=key)
        assert (answer.status_code == 201) == read, answer.text


def test_head_request_of_an_export_sends_no_body_and_records_no_fact(world, candidacy):
    """A HEAD request was once recorded in the log as a handed-out export."""
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
