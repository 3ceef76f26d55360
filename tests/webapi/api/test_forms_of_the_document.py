"""Tests that the API reads days, instants, identifiers and flags only in the documented form."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from marshmallow import fields

from tests.given.webapi.whole_path import apply, done
from webapi.requests import Body, Day, Flag, Id, Name, StrictBoolean

if TYPE_CHECKING:
    from tests.given.webapi.town import World

NO_ID = "Ce n'est pas un identifiant."
NO_DAY = "Ce n'est pas une date écrite AAAA-MM-JJ."
NO_INSTANT = "Ce n'est pas un instant écrit AAAA-MM-JJThh:mm:ss avec son décalage."

ONE_FORM: dict[type, set[type]] = {fields.UUID: {Id}, fields.Date: {Day}, fields.Boolean: {Flag, StrictBoolean}}


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


def bodies(cls: type[Body] = Body) -> set[type[Body]]:
    return {found for each in cls.__subclasses__() for found in {each, *bodies(each)}}


def within(field: fields.Field[Any] | None) -> Iterator[fields.Field[Any]]:
    if field is not None:
        yield field
    if isinstance(field, fields.List):
        yield from within(field.inner)
    if isinstance(field, fields.Dict):
        yield from within(field.key_field)
        yield from within(field.value_field)


def said(answer: Any) -> dict[str, str]:
    return {each["rule"]: each["title"] for each in answer.json["violations"]}


def test_every_body_and_query_field_uses_the_strict_field_types(world):
    del world  # whose views declare them
    assert len(bodies()) > 50
    loose = {
        f"{body.__name__}.{name}"
        for body in bodies()
        for name, declared in body().fields.items()
        for field in within(declared)
        for kind, strict in ONE_FORM.items()
        if isinstance(field, kind) and type(field) not in strict
    }
    assert loose == set(), "of webapi.requests: Id, Day, Flag in a body, Asked in a query"


def test_every_name_field_of_a_body_uses_the_name_type(world):
    del world
    named = {"name", "legal_name", "place", "sites", "born", "label"}
    found = {
        f"{body.__name__}.{name}": field
        for body in bodies()
        for name, declared in body().fields.items()
        for field in within(declared)
        if name in named and isinstance(field, fields.String)
    }
    assert len(found) > 8
    assert {place for place, field in found.items() if not isinstance(field, Name)} == set()


@pytest.mark.parametrize(
    "form", ["{{{0}}}", "urn:uuid:{0}", "{0.hex}", " {0}", "{0}\n", "{0}-", "-{0}", "{0.int}"], ids=repr
)
def test_identifier_not_in_canonical_form_is_refused(world, candidacy, form):
    path, other = f"/api/v1/candidacies/{candidacy}/assessors", form.format(world.hugo.id)
    body = {"assessor": other, "competences": [1]}
    refused = world.refuses(422, "invalid", lambda: world.rose.post(path, body), inputs=[other])
    assert said(refused) == {"assessor": NO_ID}
    asked = f"/api/v1/candidacies/{candidacy}/what-if"
    under = {"under": form.format(world.framework)}
    client = world.app.test_client()
    refused = world.refuses(422, "invalid", lambda: client.get(asked, query_string=under, headers=world.marie.bearer))
    assert said(refused) == {"under": NO_ID}
    world.refuses(
        404, "not-found", lambda: world.rose.get(f"/api/v1/candidacies/{form.format(candidacy)}".strip("\n") + "%0A")
    )


def test_identifier_in_capitals_is_accepted(world, candidacy):
    body = {"assessor": str(world.hugo.id).upper(), "competences": [1]}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", body))
    assert world.hugo.get(f"/api/v1/candidacies/{str(candidacy).upper()}").json["id"] == str(candidacy)


@pytest.mark.parametrize(
    "day",
    [
        "20210201",
        "2021-W05-1",
        "2021W051",
        "2021-2-1",
        "2021-02-01T00:00:00",
        " 2021-02-01",
        "2021-02-30",
        "٢٠٢١-٠٢-٠١",
    ],
)
def test_day_not_in_yyyy_mm_dd_form_is_refused(world, candidacy, day):
    path = f"/api/v1/candidacies/{candidacy}/admissibility"
    body = {"admissible": True, "file_received_on": day}
    refused = world.refuses(422, "invalid", lambda: world.rose.post(path, body, If_Match='"1"'), inputs=[day])
    assert said(refused) == {"file_received_on": NO_DAY}
    for name in ("as_of", "true_on"):
        asked = f"/api/v1/candidacies/{candidacy}/standing?{name}={day}"
        refused = world.refuses(422, "invalid", lambda asked=asked: world.rose.get(asked), inputs=[day])
        assert said(refused) == {name: NO_DAY}


@pytest.mark.parametrize(
    "instant",
    [
        "20990101T000000Z",
        "2099-W01-1T00:00:00Z",
        "2099-01-01 00:00:00Z",
        "2099-01-01T00:00Z",
        "2099-01-01T00Z",
        "2099-01-01T00:00:00,5Z",
        "2099-01-01T00:00:00%2B0200",
        "2099-01-01T00:00:00%2B02",
        "2099-01-01T00:00:00%2B02:00:30",
        "2099-01-01",
    ],
)
def test_instant_not_in_rfc_3339_form_is_refused(world, candidacy, instant):
    asked = f"/api/v1/candidacies/{candidacy}/standing?as_recorded={instant}"
    assert said(world.refuses(422, "invalid", lambda: world.rose.get(asked))) == {"as_recorded": NO_INSTANT}


@pytest.mark.parametrize(
    "instant", ["2099-01-01T00:00:00Z", "2099-01-01t00:00:00.123456789z", "2099-01-01T00:00:00.5-02:00"]
)
def test_instant_in_rfc_3339_form_is_accepted(world, candidacy, instant):
    assert world.rose.get(f"/api/v1/candidacies/{candidacy}/standing?as_recorded={instant}").status_code == 200


@pytest.mark.parametrize("listed", ["reviews", "rectifications"])
def test_query_flag_accepts_only_true_and_false(world, listed):
    for word in ("true", "false"):
        assert world.rose.get(f"/api/v1/{listed}?waits={word}").status_code == 200
    for word in ("1", "0", "on", "off", "yes", "t", "True", "FALSE", ""):
        asked = f"/api/v1/{listed}?waits={word}"
        refused = world.refuses(422, "invalid", lambda asked=asked: world.rose.get(asked))
        assert said(refused) == {"waits": "Ce n'est ni vrai ni faux."}


@pytest.mark.parametrize(
    ("position", "fr"),
    [
        ("-1", "Ce nombre doit être 0 ou plus."),
        ("-" + "9" * 30, "Ce nombre doit être 0 ou plus."),
        ("1" + "0" * 18, "Ce nombre est trop grand."),
        ("9" * 5000, "Ce nombre est trop grand."),
        ("1.0", "Ce n'est pas un nombre entier."),
        ("+1", "Ce n'est pas un nombre entier."),
        ("", "Ce n'est pas un nombre entier."),
    ],
    ids=range(7),
)
def test_invalid_after_position_is_refused_with_the_reason(world, position, fr):
    client, query = world.app.test_client(), {"after": position}
    send = partial(client.get, "/api/v1/candidacies", query_string=query, headers=world.rose.bearer)
    assert said(world.refuses(422, "invalid", send)) == {"after": fr}


def test_upload_metadata_replaces_accepts_only_a_canonical_identifier(world, candidacy):
    for name in (f"{{{uuid4()}}}", uuid4().hex, "é"):
        metadata = f"replaces {base64.b64encode(name.encode()).decode()}"
        send = partial(
            world.marie.post,
            f"/api/v1/candidacies/{candidacy}/uploads",
            Tus_Resumable="1.0.0",
            Upload_Length="9",
            Upload_Metadata=metadata,
        )
        world.refuses(400, "bad-request", send)


@pytest.mark.parametrize("number", ["٧", "007", "9" * 30, "-1", "+1"])
def test_receipt_number_in_a_url_must_be_plain_ascii_digits(world, candidacy, number):
    world.refuses(404, "not-found", lambda: world.marie.get(f"/api/v1/candidacies/{candidacy}/receipts/{number}"))
