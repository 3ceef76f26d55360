"""What outsiders are told of each kind of fact is frozen: somebody decides on each field."""

from __future__ import annotations

import json
from pathlib import Path

from webapi.feed.events import KINDS, personal, plain

FROZEN = Path(__file__).parents[2] / "events.json"


def test_the_kinds_and_the_fields_that_are_told_are_those_that_were_decided() -> None:
    """By hand in `events.json`. For a kind more or less, raise `domain.standing.feed.GENERATION`, too."""
    told = {kind: {"data": list(plain(kind)), "personal": list(personal(kind))} for kind in KINDS}
    assert told == json.loads(FROZEN.read_text("utf-8"))
