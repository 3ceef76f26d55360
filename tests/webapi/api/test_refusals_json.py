"""Refusals of JSON bodies, queries, headers. The numbers are those of the list of what bad input must get."""

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
def test_31_what_is_not_strict_json_is_malformed(world, body):
    world.refuses(400, "malformed-json", lambda: raw(world, body), inputs=["Ann"])


def test_32_a_bottomless_body_and_an_endless_string_are_refused(world):
    world.refuses(400, "malformed-json", lambda: raw(world, b"[" * 100_000 + b"]" * 100_000))
    world.refuses(400, "malformed-json", lambda: raw(world, b'{"name": ' + b"[" * 40 + b"]" * 40 + b"}"))
    world.refuses(413, "too-large", lambda: raw(world, b'{"name": "' + b"a" * 10_000_000 + b'"}'))


def test_32_a_view_that_takes_no_body_does_not_swallow_a_large_one(world, candidacy):
    path = f"/api/v1/candidacies/{candidacy}/register-entry"
    world.refuses(413, "too-large", lambda: raw(world, b"a" * 1_200_000, path))


@pytest.mark.parametrize("field", ["role", "decided_at", "recorded_at", "on", "by", "id", "<script>"])
def test_33_a_field_that_is_the_servers_own_is_unknown(world, field):
    body = {"name": "Ann Exemple", field: "2020-01-01"}
    world.refuses(
        422, "unknown-field", lambda: world.rose.post("/api/v1/persons", body), inputs=["<script>", "2020-01-01"]
    )


def test_33_what_is_asked_of_a_view_that_would_not_hear_it_is_unknown(world, candidacy):
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


def test_33_a_key_of_the_senders_own_is_not_repeated_to_them(world, candidacy):
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
def test_34_blanks_are_neither_a_name_nor_a_reason(world, blank):
    person = {"name": blank}
    refused = world.refuses(422, "invalid", lambda: world.rose.post("/api/v1/persons", person))
    assert [each["rule"] for each in refused.json["violations"]] == ["name"]
    hold = {"classes": ["papers"], "ground": blank}
    world.refuses(422, "invalid", lambda: world.rose.post(f"/api/v1/persons/{world.marie.id}/legal-holds", hold))


def test_34_a_name_with_what_is_not_seen_is_refused_and_any_other_is_kept_composed(world):
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


def test_34_a_reason_keeps_its_lines_and_steers_nothing_that_shows_it(world):
    path, hold = f"/api/v1/persons/{world.marie.id}/legal-holds", {"classes": ["papers"]}
    for steering in ("\u202e", "\u2066", "\x1b[2J", "\u0085"):
        ground = f"Recours{steering}en cours"
        world.refuses(422, "invalid", partial(world.rose.post, path, hold | {"ground": ground}), inputs=[ground])
    kept = world.rose.post(path, hold | {"ground": "Recours en cours :\r\n\t1. à Paris\n\t2. à Lyon 🎓"})
    assert kept.status_code == 201, kept.json


@pytest.mark.parametrize("name", ['"\\ud800"', '"a\\u0000b"'])
def test_34_text_that_the_log_cannot_hold_is_refused(world, name):
    world.refuses(422, "invalid", lambda: raw(world, f'{{"name": {name}}}'.encode()))


@pytest.mark.parametrize(
    "query", ["certification=%00", "certification=a%00b", "organisation=%00", "limit=%00", "%00=1"]
)
def test_34_a_query_that_no_database_can_be_asked_is_refused(world, query):
    world.refuses(422, "invalid", lambda: world.rose.get(f"/api/v1/habilitations?{query}"))


@pytest.mark.parametrize("number", [str(2**63), "9" * 5000, "1e400", "-1", "1.5", '"1"'])
def test_35_numbers_out_of_bounds_are_refused(world, candidacy, number):
    path = f"/api/v1/candidacies/{candidacy}/assessors"
    body = f'{{"assessor": "{world.hugo.id}", "competences": [{number}]}}'.encode()
    world.refuses(422, "invalid", lambda: raw(world, body, path))


@pytest.mark.parametrize("word", ["on", "off", "true", "1", 1, 0])
def test_35_what_resembles_true_or_false_is_neither(world, candidacy, word):
    """`off` answered a request for review, and `1` annulled a title."""
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


def test_35_every_yes_or_no_of_a_body_is_read_so(world):
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
def test_35_pages_out_of_bounds_are_refused(world, query):
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
def test_35_times_that_are_none_are_refused(world, candidacy, query):
    world.refuses(422, "invalid", lambda: world.rose.get(f"/api/v1/candidacies/{candidacy}/standing?{query}"))


@pytest.mark.parametrize("number", ["1_0", "%D9%A7", "7.0", "+7", "%207", "", "null", "7,9"])
def test_35_what_only_resembles_a_number_is_none(world, candidacy, number):
    base = f"/api/v1/candidacies/{candidacy}"
    world.refuses(422, "invalid", lambda: world.marie.get(f"{base}/what-if?acquired={number}"))
    world.refuses(422, "invalid", lambda: world.marie.get(f"{base}/standing?as_position={number}"))
    for listed in ("reviews", "deadlines"):
        world.refuses(422, "invalid", lambda of=listed: world.rose.get(f"/api/v1/{of}?limit={number}"))


@pytest.mark.parametrize("hour", ["25h", "24:00", "14", "1400", "T14:00", "14:00:30", "14:00Z", "14:00+05:00", 14])
def test_35_an_hour_that_is_none_is_said_to_be_none(world, hour):
    refused = world.refuses(422, "invalid", lambda: world.rose.post("/api/v1/sittings", {"starts_at": hour}))
    said = {each["rule"]: each["title"] for each in refused.json["violations"]}
    assert said["starts_at"] == "Ce n'est pas une heure écrite hh:mm."


@pytest.mark.parametrize("number", ["0", "10000"])
def test_35_a_number_beyond_either_bound_is_not_called_too_small(world, candidacy, number):
    asked = f"/api/v1/candidacies/{candidacy}/what-if?acquired={number}"
    refused = world.refuses(422, "invalid", lambda: world.marie.get(asked))
    assert [each["title"] for each in refused.json["violations"]] == ["Ce nombre est trop petit ou trop grand."]


def test_an_instant_may_be_told_by_any_clock(world, candidacy):
    """PostgreSQL takes no offset beyond 15:59."""
    asked = f"/api/v1/candidacies/{candidacy}/standing?as_recorded=9999-01-01T00:00:00%2B16:00"
    assert world.marie.get(asked).status_code == 200


def test_36_who_signs_or_replaces_says_what_was_shown(world, candidacy):
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
def test_36_an_if_match_that_no_etag_gave_is_refused(world, candidacy, shown):
    path = f"/api/v1/candidacies/{candidacy}/assessments/filing"
    world.refuses(400, "bad-request", lambda: world.hugo.post(path, If_Match=shown))


def test_36_an_addition_takes_no_if_match(world):
    body = {"name": "Ann Exemple"}
    world.refuses(400, "bad-request", lambda: world.rose.post("/api/v1/persons", body, If_Match='"1"'))


def test_36_every_write_says_whether_it_replaces_what_was_shown_or_why_it_does_not(world):
    """Two registrars who changed one candidacy's route at once both won: that it replaces was said nowhere."""
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


def test_36_a_write_that_does_not_say_it_is_not_served():
    def rename() -> None:
        """Give something another name."""

    rename.allowed = frozenset({Role.REGISTRAR})  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="signs or replaces, or only adds"):
        Resource("things", __name__, url_prefix="/things").route("/name", methods=["PUT"])(rename)


def test_36_every_view_that_signs_asks_for_it(world):
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
def test_38_payloads_are_stored_inert(world, text):
    person = done(world.rose.post("/api/v1/persons", {"name": text, "roles": ["candidate"]}))["id"]
    assert world.rose.get(f"/api/v1/persons/{person}").json["name"] == text
    world.refuses(404, "not-found", lambda: world.rose.get(f"/api/v1/candidacies/{text}"), inputs=[text])


@pytest.mark.parametrize("cursor", ["1", "MQ", "MTIz.AAAAAAAAAAAAAAAAAAAAAAAAAAA", "../../etc/passwd", "é"])
def test_39_a_forged_cursor_is_refused(world, cursor):
    world.refuses(
        400, "bad-cursor", lambda: world.rose.get(f"/api/v1/candidacies?cursor={cursor}"), inputs=["passwd"]
    )


def test_39_a_cursor_serves_its_own_list_and_reader_only(world):
    apply(world, world.marie)
    apply(world, world.nadia)
    cursor = world.rose.get("/api/v1/candidacies?limit=1").json["next"]
    world.refuses(400, "bad-cursor", lambda: world.rose.get(f"/api/v1/jury-sessions?cursor={cursor}"))
    world.refuses(400, "bad-cursor", lambda: world.sacha.get(f"/api/v1/candidacies?cursor={cursor}"))


@pytest.mark.parametrize("key", ["", "a" * 201, "clé"])
def test_an_idempotency_key_is_printable_and_short(world, key):
    body = json.dumps({"name": "Ann Exemple"})
    headers = world.rose.bearer | {"Idempotency-Key": key, "Content-Type": "application/json"}
    send = lambda: world.app.test_client().post("/api/v1/persons", data=body, headers=headers)  # noqa: E731
    world.refuses(400, "bad-request", send)


@pytest.mark.parametrize("path", ["/validation-files", "/assessors", "/admissibility"])
def test_a_body_that_is_no_object_or_not_there_is_refused(world, candidacy, path):
    for body in (b"[]", b"null", b"1", b'""', b""):
        world.refuses(
            422, "invalid", lambda body=body: raw_signed(world, body, f"/api/v1/candidacies/{candidacy}{path}")
        )


def raw_signed(world: World, body: bytes, path: str):
    shown = {} if path.endswith("/assessors") else {"If-Match": '"1"'}  # which adds something
    return world.app.test_client().post(
        path, data=body, content_type="application/json", headers=world.rose.bearer | shown
    )
