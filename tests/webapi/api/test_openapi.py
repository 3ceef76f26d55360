"""Tests of the OpenAPI document, of its completeness, and of the documentation page."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from domain.refusal import Refused
from tests.given.naming import naming
from tests.given.webapi.terminal import commands
from webapi.api.openapi import openapi
from webapi.cli.main import program
from webapi.problems import BY_STATUS, STATUS
from webapi.recorded_by import RECORDED_BY

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def operations(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method, path): operation
        for path, methods in openapi(world.app)["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    }


def kinds(cls: type[Refused] = Refused) -> set[type[Refused]]:
    return {found for sub in cls.__subclasses__() for found in {sub, *kinds(sub)}}


REFUSALS = sorted(kinds(), key=str)


def test_openapi_document_is_served_as_generated(world):
    served = world.app.test_client().get("/api/openapi.json")
    assert served.json == json.loads(json.dumps(openapi(world.app)))
    assert served.json["openapi"].startswith("3.1")


def test_openapi_command_prints_the_document_without_database_or_data_folder(world, tmp_path):
    elsewhere = {"ACQUIS_DATA": str(tmp_path / "none"), "ACQUIS_DATABASE_URL": "postgresql://nowhere.invalid/none"}
    printed = CliRunner().invoke(program, ["openapi"], env=elsewhere)
    assert json.loads(printed.stdout) == json.loads(json.dumps(openapi(world.app)))
    assert list(tmp_path.iterdir()) == []


def test_every_operation_declares_its_success_and_its_problems(world):
    for (method, path), operation in operations(world).items():
        answers = operation["responses"]
        assert set(answers) & {"200", "201", "204"}, path
        assert {"500", "503"} <= set(answers)
        if operation["security"]:
            assert {"401", "403"} <= set(answers), path
        if method == "post":
            assert {"409", "412", "422"} <= set(answers), path
        for status, answer in answers.items():
            if int(status) >= 400:
                assert answer == {"$ref": f"#/components/responses/problem-{status}"}
        assert operation["summary"]
        assert "x-problems" not in operation


def test_operation_or_command_that_records_a_missing_fact_exists(world):
    there = {f"{method.upper()} {path}" for method, path in operations(world)}
    verbs = {"acquis " + " ".join(path) for path, _ in commands(program)}
    for how in (each for hows in RECORDED_BY.values() for each in hows):
        with naming(how):
            assert how in there or how.partition(" --")[0] in verbs


def test_every_reference_in_the_openapi_document_resolves(world):
    whole = openapi(world.app)
    for reference in set(re.findall(r"'\$ref': '#/([^']+)'", str(whole))):
        target: Any = whole
        for step in reference.split("/"):
            assert step in target, reference
            target = target[step]


def test_every_operation_id_is_unique(world):
    names = [operation["operationId"] for operation in operations(world).values()]
    assert len(set(names)) == len(names) > 40


def test_every_pattern_in_the_openapi_document_is_valid_ecma_262(world):
    patterns = set(re.findall(r"'pattern': '([^']+)'", str(openapi(world.app))))
    assert len(patterns) > 2
    assert not [each for each in patterns if re.search(r"\\[AZ]|\(\?", each)], "Python's own, unknown to ECMA 262"


NOT_REPEATED = {
    ("post", "/api/v1/feed/subscriptions"),  # a secret is shown once
    ("post", "/api/v1/feed/subscriptions/{subscription}/dead-letters/again"),
    ("post", "/api/v1/feed/subscriptions/{subscription}/removal"),
    ("post", "/api/v1/persons/searches"),
    ("post", "/api/v1/persons/{person}/tokens"),  # a secret is shown once
    ("post", "/api/v1/persons/{person}/tokens/{token}/revocation"),
    ("post", "/api/v1/tokens/revocations"),
    ("delete", "/api/v1/persons/me/sessions/{session}"),
    ("patch", "/api/v1/uploads/{upload}"),
    ("delete", "/api/v1/uploads/{upload}"),
}
"""Writes without idempotency key: they record no fact and run again at each request."""


def test_signing_operations_declare_if_match_and_writes_declare_idempotency_key(world):
    for (method, path), operation in operations(world).items():
        taken = {parameter.get("$ref", "").rsplit("/", 1)[-1] for parameter in operation["parameters"]}
        assert ("if-match" in taken) == ("428" in operation["responses"]), path
        assert ("idempotency-key" in taken) == (method != "get" and (method, path) not in NOT_REPEATED), path


WHOLE = {
    "/api/v1/candidacies/{candidacy}/accommodation",
    "/api/v1/candidacies/{candidacy}/annulments",
    "/api/v1/candidacies/{candidacy}/assessments",
    "/api/v1/candidacies/{candidacy}/declaration",
    "/api/v1/candidacies/{candidacy}/evidence",
    "/api/v1/candidacies/{candidacy}/frauds",
    "/api/v1/candidacies/{candidacy}/history",
    "/api/v1/candidacies/{candidacy}/attestations",
    "/api/v1/candidacies/{candidacy}/papers",
    "/api/v1/candidacies/{candidacy}/receipts",
    "/api/v1/certifications/{certification}/cohorts",
    "/api/v1/feed/subscriptions",
    "/api/v1/feed/subscriptions/{subscription}/dead-letters",
    "/api/v1/jury-sessions/{session}/commissions",
    "/api/v1/reports",
    "/api/v1/jury-sessions/{session}/deliberations/{candidacy}/rectification",
    "/api/v1/jury-sessions/{session}/deliberations/{candidacy}/review",
    "/api/v1/persons/me/sessions",
    "/api/v1/persons/{person}/erasures",
    "/api/v1/persons/{person}/legal-holds",
    "/api/v1/persons/{person}/tokens",
    "/api/v1/portfolio",
    "/api/v1/private-links",
    "/api/v1/sittings/{sitting}/papers",
}
"""Lists of a single dossier, decision, person, sitting or certification, or short lists, without pagination."""


def test_every_list_is_paginated_by_keyset_or_listed_as_complete(world):
    whole = openapi(world.app)
    listed = {}
    for (method, path), operation in operations(world).items():
        content = operation["responses"].get("200", {}).get("content", {}).get("application/json")
        if method == "get" and content and "$ref" in content["schema"]:
            schema = whole["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[-1]]
            if "items" in schema.get("properties", {}):
                taken = {parameter.get("name") for parameter in operation["parameters"]}
                listed[path] = ("next" in schema["properties"], {"cursor", "limit"} <= taken, "limit" in taken)
    assert len(listed) > 20
    found = {path for path, each in listed.items() if each != (True, True, True)}
    assert found == WHOLE
    assert {listed[path] for path in WHOLE} == {(False, False, False)}, "none stops at so many"


def test_evidence_upload_is_documented_as_multipart_with_its_fields(world):
    post = operations(world)["post", "/api/v1/candidacies/{candidacy}/evidence"]
    (schema,) = post["requestBody"]["content"]["multipart/form-data"].values()
    name = schema["$ref"].rsplit("/", 1)[-1]
    assert set(openapi(world.app)["components"]["schemas"][name]["properties"]) == {"file", "competences", "replaces"}


def test_every_refusal_has_sentences_in_both_languages_and_a_status():
    for refusal in REFUSALS:
        with naming(refusal):
            assert "fr" in vars(refusal)
            assert refusal.sentence("fr") != refusal.sentence("en")
            assert refusal.sentence("fr").strip().endswith((".", "?"))
            assert refusal.sentence("en").strip().endswith((".", "?"))
            assert STATUS[refusal.kind] in BY_STATUS


def test_every_refusal_is_answered_in_the_reader_s_language(world):
    for refusal in REFUSALS:
        with naming(refusal):
            broken = refusal.__new__(refusal)
            Refused.__init__(broken)
            for language in ("fr", "en"):
                with world.app.test_request_context("/api/v1/here", headers={"Accept-Language": language}):
                    answer = world.app.handle_user_exception(broken)
                assert (answer.status_code, answer.json["title"]) == (
                    STATUS[refusal.kind],
                    refusal.sentence(language),
                )
                assert answer.json["type"] == f"/problems/{refusal.slug()}"


def test_documentation_page_loads_swagger_ui_only_from_this_server(world):
    client = world.app.test_client()
    page = client.get("/api/docs", buffered=True)
    assert page.status_code == 200
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.text
    for path in re.findall(r'(?:src|href)="(/static[^"]+)"', page.text):
        assert client.get(path, buffered=True).status_code == 200, path
    assert "http" not in page.text


def test_every_answer_carries_the_security_headers(world):
    for path in ("/healthz", "/api/openapi.json", "/api/docs", "/api/v1/candidacies", "/nothing"):
        answer = world.app.test_client().get(path, buffered=True)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers or path == "/nothing"
