"""An archive says one thing to every reader: who goes by its directory, reads as it streams, or asks its end."""

from __future__ import annotations

import io
from typing import Any

import pytest

from adapters.files.inspection.found import ZIP, Found
from adapters.files.inspection.kinds import check
from adapters.files.inspection.refusals import TypeMismatch
from domain.refusal import Refused
from tests import specimens as made


def look(content: bytes) -> Found:
    return check(io.BytesIO(content))


def refused(content: bytes) -> type[Refused] | None:
    try:
        look(content)
    except Refused as refusal:
        return type(refusal)
    return None


# its end, in the short form and in the long one

SHORT, LONG = 0xFFFF, 0xFFFFFFFF
LEFT_TO_THE_LONG_FORM: dict[str, dict[str, Any]] = {
    "all of it, volumes too, as yazl and Commons Compress do": {
        "volume": SHORT,
        "first": SHORT,
        "here": SHORT,
        "entries": SHORT,
        "size": LONG,
        "start": LONG,
    },
    "all of it but the volumes, as Go does": {"here": SHORT, "entries": SHORT, "size": LONG, "start": LONG},
    "where the directory is": {"start": LONG},
    "nothing, as Info-ZIP does of what is piped in": {},
    "nothing, and it counts no volume, as Windows does": {"volumes": 0},
}


@pytest.mark.parametrize("name", LEFT_TO_THE_LONG_FORM)
def test_an_archive_may_leave_to_the_long_form_what_its_end_says(name: str) -> None:
    assert look(made.long_ended(**LEFT_TO_THE_LONG_FORM[name])).media_type == ZIP


@pytest.mark.parametrize(
    "other",
    [
        {"start": 1},
        {"entries": 2},
        {"here": 2},
        {"size": 1},
        {"volume": 1},
        {"first": 1},
        {"volumes": 2},
        {"place": 1},
        {"long": {"start": 1}},
        {"long": {"volume": 1}},
        {"long": {"here": 2}},
        {"long": {"entries": 2}, "entries": SHORT, "here": SHORT},
        {"long": {"size": 1}, "size": LONG},
    ],
    ids=str,
)
def test_what_both_forms_of_an_archive_s_end_say_is_the_same_and_true(other: dict[str, Any]) -> None:
    assert refused(made.long_ended(**other)) is TypeMismatch


def test_an_archive_that_leaves_its_end_to_a_long_form_has_one() -> None:
    content = made.long_ended(start=LONG)
    assert refused(content[: content.index(b"PK\6\6")] + content[content.rindex(b"PK\5\6") :]) is not None
