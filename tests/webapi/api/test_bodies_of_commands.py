"""Tests of request schemas made from commands: types, defaults, nested parts and limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from marshmallow import ValidationError

from domain.framework.definition import Route
from domain.ports import CandidacyId
from webapi.forms import Many, filled, form, number, text


@dataclass(frozen=True, kw_only=True)
class Counted:
    block: int
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Bearer:
    name: str
    share: Counted | None = None


@dataclass(frozen=True, kw_only=True)
class Sample:
    candidacy: CandidacyId
    bearer: Bearer
    route: Route
    case: UUID
    day: date | None
    counted: tuple[Counted, ...]
    others: tuple[UUID, ...] = ()
    late: int = 0
    remote: bool = False


READ = form(
    Sample, "candidacy", counted=Many(1, 2), others=Many(0, 3), late=number(0, 9), remote="Not in the room."
)()
CASE, CANDIDACY = UUID(int=1), CandidacyId(UUID(int=2))
BODY = {"name": "Marie", "route": "VAE", "case": str(CASE), "day": None, "counted": [{"block": 1}]}


def wrong(**said: object) -> set[str]:
    with pytest.raises(ValidationError) as refused:
        READ.load({**BODY, **said})
    return set(refused.value.messages_dict)


def test_command_is_built_from_the_body_and_the_url():
    said = {"share": {"block": 3, "reason": "So."}, "others": [str(CASE)], "late": 7, "remote": True}
    made = filled(Sample, {"candidacy": CANDIDACY} | READ.load({**BODY, **said}))
    share = Counted(block=3, reason="So.")
    assert made == Sample(
        candidacy=CANDIDACY,
        bearer=Bearer(name="Marie", share=share),
        route=Route.VAE,
        case=CASE,
        day=None,
        counted=(Counted(block=1),),
        others=(CASE,),
        late=7,
        remote=True,
    )


def test_fields_left_out_take_the_command_s_defaults():
    made = filled(Sample, {"candidacy": CANDIDACY} | READ.load(BODY))
    assert (made.others, made.late, made.remote, made.bearer.share) == ((), 0, False, None)


def test_fields_without_default_are_required_even_when_nullable():
    with pytest.raises(ValidationError) as refused:
        READ.load({})
    assert set(refused.value.messages_dict) == {"name", "route", "case", "day", "counted"}


def test_field_named_by_the_url_is_refused_in_the_body():
    assert wrong(candidacy=str(CANDIDACY)) == {"candidacy"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("late", 10),
        ("late", "1"),
        ("remote", "on"),
        ("remote", None),
        ("name", " "),
        ("name", "x" * 201),
        ("counted", []),
        ("counted", [{"block": 1}] * 3),
        ("counted", [{"block": 0}]),
        ("others", [str(CASE)] * 4),
        ("day", "2021-2-1"),
        ("route", "BY_MAIL"),
    ],
    ids=str,
)
def test_field_of_the_wrong_type_or_beyond_its_limit_is_refused(field, value):
    assert wrong(**{field: value}) == {field}


def test_field_s_description_is_in_its_schema_metadata():
    assert READ.fields["remote"].metadata == {"description": "Not in the room."}


def test_form_raises_keyerror_for_a_text_field_without_a_length_limit():
    @dataclass(frozen=True, kw_only=True)
    class Endless:
        remark: str

    with pytest.raises(KeyError):
        form(Endless)
    assert form(Endless, remark=text(9))().load({"remark": "123456789"})


def test_form_raises_keyerror_for_a_detail_of_an_unknown_field():
    with pytest.raises(KeyError):
        form(Counted, raeson=text(9))
