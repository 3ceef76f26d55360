"""Tests that the published fields of each event kind are exactly the decided ones."""

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
"""Fields that name members of a session; of other people only the candidate is published."""


def test_feed_event_kinds_and_fields_are_those_of_events_json() -> None:
    """`events.json` is edited by hand. For an added or removed kind, raise `domain.standing.feed.GENERATION` too."""
    told = {kind: {"data": list(plain(kind)), "personal": list(personal(kind))} for kind in KINDS}
    assert told == json.loads(FROZEN.read_text("utf-8"))


def test_feed_events_reveal_no_advisor_recusal_fraud_or_certificate_number() -> None:
    """Also for kinds added later: a candidate's panel compared with the session's would reveal a recusal."""
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
