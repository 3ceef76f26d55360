"""What outsiders are told of each kind of fact is frozen: somebody decides on each field."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import get_args, get_type_hints

from domain.people.identity import IdentityDocument
from domain.ports import PersonId
from webapi.feed.events import KINDS, personal, plain

FROZEN = Path(__file__).parents[2] / "events.json"
SITS = {"juror", "present", "presides", "substitute", "replaced"}
"""Who sits in a session is told; of other people, whose candidacy it is, and nothing."""


def test_the_kinds_and_the_fields_that_are_told_are_those_that_were_decided() -> None:
    """By hand in `events.json`. For a kind more or less, raise `domain.standing.feed.GENERATION`, too."""
    told = {kind: {"data": list(plain(kind)), "personal": list(personal(kind))} for kind in KINDS}
    assert told == json.loads(FROZEN.read_text("utf-8"))


def test_no_field_says_who_accompanies_who_stepped_out_that_there_was_a_fraud_or_by_which_paper_one_is_found() -> (
    None
):
    """Whatever kind is told next: the panel of one candidate beside that of the session names who stepped out."""
    for kind, fact in KINDS.items():
        hints = get_type_hints(fact)
        for name in plain(kind):
            types = {hints[name], *get_args(hints[name])}
            assert PersonId not in types or name in {"candidate", *SITS}, (kind, name)
            assert IdentityDocument not in types, (kind, name)
            values = {
                value for each in types if isinstance(each, type) and issubclass(each, StrEnum) for value in each
            }
            assert not values & {"fraud", "excluded"}, (kind, name)
            assert name not in {"number", "reference"} or "candidacy" not in hints, (kind, name)
