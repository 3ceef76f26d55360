"""Tests of refusals of JSON bodies, queries and headers. The numbers are those of the list of required refusals."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from marshmallow import fields

from domain.ports import Role
from tests.given.webapi.whole_path import apply, done, etag
from webapi.api import Resource
from webapi.api.law import LawQuery
from webapi.edge.paging import PageQuery
from webapi.privacy.disclosure import AsOf
from webapi.requests import Body, Flag

if TYPE_CHECKING:
    from uuid import UUID

    from tests.given.webapi.town import World


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


def raw(world: World, body: bytes, path: str = "/api/v1/persons", media_type: str = "application/json"):
    return world.app.test_client().post(path, data=body, content_type=media_type, headers=world.rose.bearer)


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "Ann"',
        b'{"name": "Ann", "name": "Bob"}',
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b"\xff\xfe",
        b"'name'",
    ],
)
def test_31_body_that_is_not_strict_json_is_refused(world, body):
    world.refuses(400, "malformed-json", lambda: raw(world, body), inputs=["Ann"])


def test_32_deeply_nested_and_very_long_bodies_are_refused(world):
    world.refuses(400, "malformed-json", lambda: raw(world, b"[" * 100_000 + b"]" * 100_000))
    world.refuses(400, "malformed-json", lambda: raw(world, b'{"name": ' + b"[" * 40 + b"]" * 40 + b"}"))
    world.refuses(413, "too-large", lambda: raw(world, b'{"name": "' + b"a" * 10_000_000 + b'"}'))


def test_32_large_body_is_refused_by_a_view_that_takes_none(world, candidacy):
    path = f"/api/v1/candidacies/{candidacy}/register-entry"
    world.refuses(413, "too-large", lambda: raw(world, b"a" * 1_200_000, path))


@pytest.mark.parametrize("field", ["role", "decided_at", "recorded_at", "on", "by", "id", "<script>"])
def test_33_field_that_only_the_server_sets_is_refused_as_unknown(world, field):
    body = {"name": "Ann Exemple", field: "2020-01-01"}
    world.refuses(
        422, "unknown-field", lambda: world.rose.post("/api/v1/persons", body), inputs=["<script>", "2020-01-01"]
    )


def test_33_unknown_or_repeated_query_parameter_is_refused(world, candidacy):
    path = f"/api/v1/candidacies/{candidacy}"
    for address in (path, f"{path}/journey", f"{path}/evidence", f"/api/v1/persons/{world.marie.id}"):
        asked = f"{address}?as_of=2019-01-01"
        world.refuses(422, "unknown-field", lambda asked=asked: world.rose.get(asked), inputs=["as_of", "2019-01-01"])
        assert world.rose.get(f"{address}?after=0").status_code == 200
        again = f"{address}?after=0&after=999999"
        refused = world.refuses(422, "invalid", lambda again=again: world.rose.get(again))
        assert [each["rule"] for each in refused.json["violations"]] == ["after"]
    dry = f"{path}/register-entry?dry_run=true"
    world.refuses(422, "unknown-field", lambda: world.rose.post(dry), inputs=["dry_run"])


def test_33_unknown_object_key_is_not_echoed_in_the_refusal(world, candidacy):
    versions = {"Secretine": 1, str(uuid4()): "x"}
    path, body = (
        f"/api/v1/candidacies/{candidacy}/validation-files",
        {"evidence": [str(uuid4())], "versions": versions},
    )
    refused = world.refuses(
        422, "invalid", lambda: world.marie.post(path, body, If_Match='"1"'), inputs=list(versions)
    )
    assert {each["rule"] for each in refused.json["violations"]} == {"versions.….key", "versions.….value"}


@pytest.mark.parametrize("blank", [" ", " \n\t", "\u00a0\u2003"])
def test_34_blank_name_or_ground_is_refused(world, blank):
    person = {"name": blank}
    refused = world.refuses(422, "invalid", lambda: world.rose.post("/api/v1/persons", person))
    assert [each["rule"] for each in refused.json["violations"]] == ["name"]
    hold = {"classes": ["papers"], "ground": blank}
    world.refuses(422, "invalid", lambda: world.rose.post(f"/api/v1/persons/{world.marie.id}/legal-holds", hold))


def test_34_name_with_invisible_characters_is_refused_and_others_are_stored_in_nfc(world):
    for hidden in (
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200e",
        "\u2028",
        "\u0085",
        "\x07",
        "\n",
        "\ufeff",
        "\ue000",
        "\ufdd0",
    ):
        name = f"Marie{hidden}Exemple"
        for path, body in (("persons", {"name": name}), ("organisations", {"legal_name": name})):
            send = partial(world.rose.post, f"/api/v1/{path}", body)
            assert "invisible" in str(world.refuses(422, "invalid", send, inputs=[name]).json["violations"]), hidden
    kept = world.rose.post("/api/v1/persons", {"name": " Zoe\u0301\u00a0Exemple"}).json["id"]
    assert world.rose.get(f"/api/v1/persons/{kept}").json["name"] == "Zoé Exemple"


def test_34_reason_keeps_line_breaks_and_refuses_control_characters(world):
    path, hold = f"/api/v1/persons/{world.marie.id}/legal-holds", {"classes": ["papers"]}
    for steering in ("\u202e", "\u2066", "\x1b[2J", "\u0085"):
        ground = f"Recours{steering}en cours"
        world.refuses(422, "invalid", partial(world.rose.post, path, hold | {"ground": ground}), inputs=[ground])
    kept = world.rose.post(path, hold | {"ground": "Recours en cours :\r\n\t1. à Paris\n\t2. à Lyon 🎓"})
    assert kept.status_code == 201, kept.json


@pytest.mark.parametrize("name", ['"\\ud800"', '"a\\u0000b"'])
def test_34_text_with_null_or_lone_surrogate_is_refused(world, name):
    world.refuses(422, "invalid", lambda: raw(world, f'{{"name": {name}}}'.encode()))


@pytest.mark.parametrize(
    "query", ["certification=%00", "certification=a%00b", "organisation=%00", "limit=%00", "%00=1"]
)
def test_34_query_with_a_null_character_is_refused(world, query):
    world.refuses(422, "invalid", lambda: world.rose.get(f"/api/v1/habilitations?{query}"))


@pytest.mark.parametrize("number", [str(2**63), "9" * 5000, "1e400", "-1", "1.5", '"1"'])
def test_35_numbers_out_of_bounds_are_refused(world, candidacy, number):
    path = f"/api/v1/candidacies/{candidacy}/assessors"
    body = f'{{"assessor": "{world.hugo.id}", "competences": [{number}]}}'.encode()
    world.refuses(422, "invalid", lambda: raw(world, body, path))


@pytest.mark.parametrize("word", ["on", "off", "true", "1", 1, 0])
def test_35_flag_in_a_body_accepts_only_true_and_false(world, candidacy, word):
    """`off` once answered a request for review, and `1` annulled a title."""
    session = f"/api/v1/jury-sessions/{candidacy}/deliberations/{candidacy}"
    ruling = {"court": "Tribunal", "ruled_on": "2021-01-01", "reference": "1", "annuls": word}
    absence, verdict = {"excused": word}, {"admissible": word, "file_received_on": "2021-01-01"}
    world.refuses(422, "invalid", lambda: world.rose.post(f"{session}/review/court-rulings", ruling))
    world.refuses(422, "invalid", lambda: world.rose.post(f"{session}/absence", absence))
    world.refuses(
        422,
        "invalid",
        lambda: world.rose.post(f"/api/v1/candidacies/{candidacy}/admissibility", verdict, If_Match='"1"'),
    )


def test_35_every_flag_of_a_body_uses_the_strict_field_type(world):
    del world  # whose views declare them
    bodies = [body for body in Body.__subclasses__() if body not in {AsOf, LawQuery, PageQuery}]
    loose = {
        f"{body.__name__}.{name}"
        for body in bodies
        for name, field in body().fields.items()
        if isinstance(field, fields.Boolean) and not isinstance(field, Flag)
    }
    assert loose == set(), "in a body, yes or no is a Flag (webapi.requests)"


@pytest.mark.parametrize(
    "query", ["limit=-1", "limit=0", "limit=9223372036854775808", "limit=x", "after=-1", "after=x"]
)
def test_35_limit_or_position_out_of_bounds_is_refused(world, query):
    world.refuses(422, "invalid", lambda: world.rose.get(f"/api/v1/candidacies?{query}"))


@pytest.mark.parametrize(
    "query",
    [
        "as_of=yesterday",
        "as_position=9223372036854775808",
        "as_recorded=2021-01-01",
        "as_recorded=0001-01-01T00:00:00%2B23:59",
        "as_recorded=9999-12-31T23:59:59-23:59",
    ],
)
def test_35_malformed_or_out_of_range_times_are_refused(world, candidacy, query):
    world.refuses(422, "invalid", lambda: world.rose.get(f"/api/v1/candidacies/{candidacy}/standing?{query}"))


@pytest.mark.parametrize("number", ["1_0", "%D9%A7", "7.0", "+7", "%207", "", "null", "7,9"])
def test_35_number_in_a_query_must_be_plain_ascii_digits(world, candidacy, number):
    base = f"/api/v1/candidacies/{candidacy}"
    world.refuses(422, "invalid", lambda: world.marie.get(f"{base}/what-if?acquired={number}"))
    world.refuses(422, "invalid", lambda: world.marie.get(f"{base}/standing?as_position={number}"))
    for listed in ("reviews", "deadlines"):
        world.refuses(422, "invalid", lambda of=listed: world.rose.get(f"/api/v1/{of}?limit={number}"))


@pytest.mark.parametrize("hour", ["25h", "24:00", "14", "1400", "T14:00", "14:00:30", "14:00Z", "14:00+05:00", 14])
def test_35_malformed_hour_is_refused_with_the_expected_form(world, hour):
    refused = world.refuses(422, "invalid", lambda: world.rose.post("/api/v1/sittings", {"starts_at": hour}))
    said = {each["rule"]: each["title"] for each in refused.json["violations"]}
    assert said["starts_at"] == "Ce n'est pas une heure écrite hh:mm."


@pytest.mark.parametrize("number", ["0", "10000"])
def test_35_number_out_of_bounds_is_refused_with_a_message_for_both_bounds(world, candidacy, number):
    asked = f"/api/v1/candidacies/{candidacy}/what-if?acquired={number}"
    refused = world.refuses(422, "invalid", lambda: world.marie.get(asked))
    assert [each["title"] for each in refused.json["violations"]] == ["Ce nombre est trop petit ou trop grand."]


def test_instant_with_an_offset_of_sixteen_hours_is_accepted(world, candidacy):
    """PostgreSQL accepts no offset beyond 15:59."""
    asked = f"/api/v1/candidacies/{candidacy}/standing?as_recorded=9999-01-01T00:00:00%2B16:00"
    assert world.marie.get(asked).status_code == 200


def test_36_signing_or_replacing_requires_the_current_if_match(world, candidacy):
    base = f"/api/v1/candidacies/{candidacy}"
    piece = done(world.marie.upload(candidacy))["id"]
    shown = etag(world.marie, base)
    filed = {"evidence": [piece]}
    world.refuses(428, "precondition-required", lambda: world.marie.post(f"{base}/validation-files", filed))
    done(world.marie.upload(candidacy))
    stale = lambda: world.marie.post(f"{base}/validation-files", filed, If_Match=shown)  # noqa: E731
    world.refuses(412, "stale-version", stale)
    withdrawal = f"{base}/evidence/{piece}/withdrawal"
    world.refuses(428, "precondition-required", lambda: world.marie.post(withdrawal, {}))
    world.refuses(412, "stale-version", lambda: world.marie.post(withdrawal, {}, If_Match=shown))
    done(world.marie.post(withdrawal, {}, If_Match=etag(world.marie, base)))


@pytest.mark.parametrize("shown", ["*", 'W/"1"', '"x"', "", '"99999999999999999999"', '"1", "2"'])
def test_36_malformed_if_match_is_refused(world, candidacy, shown):
    path = f"/api/v1/candidacies/{candidacy}/assessments/filing"
    world.refuses(400, "bad-request", lambda: world.hugo.post(path, If_Match=shown))


def test_36_if_match_is_refused_on_an_addition(world):
    body = {"name": "Ann Exemple"}
    world.refuses(400, "bad-request", lambda: world.rose.post("/api/v1/persons", body, If_Match='"1"'))


def test_36_every_write_declares_if_match_or_why_it_needs_none(world):
    """Two concurrent changes of a candidacy's route both succeeded once, as the write did not declare If-Match."""
    of = world.app.view_functions
    writes = [
        rule
        for rule in world.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not {"GET", "HEAD"} & set(rule.methods or ())
    ]
    assert len(writes) > 130
    silent = [
        rule.endpoint for rule in writes if hasattr(of[rule.endpoint], "signs") == hasattr(of[rule.endpoint], "adds")
    ]
    assert silent == []
    paths = world.rose.get("/api/openapi.json").json["paths"]
    said = [
        said for path in paths.values() for way, said in path.items() if way in {"post", "put", "patch", "delete"}
    ]
    assert len(said) == len(writes)
    assert [each["operationId"] for each in said if ("428" in each["responses"]) == ("x-no-if-match" in each)] == []


def test_36_route_raises_typeerror_for_a_write_that_declares_neither():
    def rename() -> None:
        """Give something another name."""

    rename.allowed = frozenset({Role.REGISTRAR})  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="signs or replaces, or only adds"):
        Resource("things", __name__, url_prefix="/things").route("/name", methods=["PUT"])(rename)


def test_36_every_signing_view_requires_if_match(world):
    somewhere = "00000000-0000-0000-0000-000000000000"
    signing = [
        rule
        for rule in world.app.url_map.iter_rules()
        if getattr(world.app.view_functions[rule.endpoint], "signs", False)
    ]
    assert sorted(rule.endpoint for rule in signing) == [
        "accommodation.grant_accommodation",
        "accommodation.refuse_accommodation",
        "annulments.confirm_annulment",
        "annulments.reject_annulment",
        "assessments.file_assessment",
        "assessments.reopen_assessment",
        "attendance.correct_attendance",
        "candidacies.correct_admissibility",
        "candidacies.decide_admissibility",
        "candidacies.reconsider_admissibility",
        "certifications.retire",
        "certifications.withdraw_correspondence",
        "credit.withdraw",
        "deliberations.confirm_decision",
        "deliberations.defer_decisions",
        "deliberations.harmonise_rulings",
        "deliberations.record_decision",
        "deliberations.reopen_deliberation",
        "deliberations.rule_competences",
        "deliberations.take_back_decision",
        "evidence.redirect_evidence",
        "evidence.withdraw_evidence",
        "frauds.answer_finding",
        "frauds.decide_fraud",
        "frauds.pronounce_sanction",
        "journeys.change_route",
        "journeys.correct_beginning",
        "journeys.correct_receipt_day",
        "journeys.find_file_incomplete",
        "journeys.keep_admissibility",
        "journeys.name_advisor",
        "journeys.release_advisor",
        "journeys.seek_blocks",
        "journeys.withdraw",
        "jury-sessions.postpone_session",
        "minutes.sign_minutes",
        "persons.approve_identity_correction",
        "persons.correct_identity",
        "persons.propose_identity_correction",
        "persons.reject_identity_correction",
        "rectifications.approve_rectification",
        "rectifications.propose_rectification",
        "rectifications.reject_rectification",
        "registrations.end_registration",
        "reviews.answer_review",
        "sittings.file_paper",
        "transcriptions.transcribe_minutes",
        "validation-files.file_validation_file",
    ]
    officer = world.people.get("dina") or world.join("dina", Role.DISABILITY_OFFICER)
    callers = {
        "candidate": world.marie,
        "assessor": world.hugo,
        "juror": world.jules,
        "registrar": world.rose,
        "disability_officer": officer,
    }
    for rule in signing:
        caller = callers[min(callers.keys() & world.app.view_functions[rule.endpoint].allowed)]
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(f"<uuid:{name}>", somewhere).replace(f"<int:{name}>", "1")
        world.refuses(428, "precondition-required", lambda path=path, caller=caller: caller.post(path, {}))


def test_37_the_wrong_media_type_or_method_is_refused(world):
    world.refuses(415, "type-mismatch", lambda: raw(world, b"<a/>", media_type="text/xml"))
    world.refuses(
        415, "type-mismatch", lambda: raw(world, b"name=Ann", media_type="application/x-www-form-urlencoded")
    )
    answer = world.refuses(
        405, "method-not-allowed", lambda: world.app.test_client().put("/api/v1/persons", headers=world.rose.bearer)
    )
    assert "POST" in answer.headers["Allow"]
    world.refuses(404, "not-found", lambda: world.rose.get("/api/v1/nothing-here"))


@pytest.mark.parametrize(
    "text",
    ["'; drop table log.event; --", "*)(uid=*))(|(uid=*", "{{7*7}} ${7*7} <%= 7*7 %>", "<script>alert(1)</script>"],
)
def test_38_injection_payloads_are_stored_as_plain_text(world, text):
    person = done(world.rose.post("/api/v1/persons", {"name": text, "roles": ["candidate"]}))["id"]
    assert world.rose.get(f"/api/v1/persons/{person}").json["name"] == text
    world.refuses(404, "not-found", lambda: world.rose.get(f"/api/v1/candidacies/{text}"), inputs=[text])


@pytest.mark.parametrize("cursor", ["1", "MQ", "MTIz.AAAAAAAAAAAAAAAAAAAAAAAAAAA", "../../etc/passwd", "é"])
def test_39_forged_cursor_is_refused(world, cursor):
    world.refuses(
        400, "bad-cursor", lambda: world.rose.get(f"/api/v1/candidacies?cursor={cursor}"), inputs=["passwd"]
    )


def test_39_cursor_is_refused_for_another_list_or_reader(world):
    apply(world, world.marie)
    apply(world, world.nadia)
    cursor = world.rose.get("/api/v1/candidacies?limit=1").json["next"]
    world.refuses(400, "bad-cursor", lambda: world.rose.get(f"/api/v1/jury-sessions?cursor={cursor}"))
    world.refuses(400, "bad-cursor", lambda: world.sacha.get(f"/api/v1/candidacies?cursor={cursor}"))


@pytest.mark.parametrize("key", ["", "a" * 201, "clé"])
def test_idempotency_key_that_is_empty_long_or_not_ascii_is_refused(world, key):
    body = json.dumps({"name": "Ann Exemple"})
    headers = world.rose.bearer | {"Idempotency-Key": key, "Content-Type": "application/json"}
    send = lambda: world.app.test_client().post("/api/v1/persons", data=body, headers=headers)  # noqa: E731
    world.refuses(400, "bad-request", send)


@pytest.mark.parametrize("path", ["/validation-files", "/assessors", "/admissibility"])
def test_missing_body_or_body_that_is_not_an_object_is_refused(world, candidacy, path):
    for body in (b"[]", b"null", b"1", b'""', b""):
        world.refuses(
            422, "invalid", lambda body=body: raw_signed(world, body, f"/api/v1/candidacies/{candidacy}{path}")
        )


def raw_signed(world: World, body: bytes, path: str):
    shown = {} if path.endswith("/assessors") else {"If-Match": '"1"'}  # an addition takes no If-Match
    return world.app.test_client().post(
        path, data=body, content_type="application/json", headers=world.rose.bearer | shown
    )
