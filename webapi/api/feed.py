"""What has been recorded since, that outsiders are told, and when is there more?"""

from __future__ import annotations

import time
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from flask import Response, request
from flask.typing import ResponseReturnValue
from marshmallow import validate

from adapters.process.thread_slots import FOLLOWING
from domain.ports import Role
from domain.refusal import NotFound
from projections.standing.feed import AheadOfTheFeed, newest
from webapi.accounts.authentication import allowed, bearer
from webapi.accounts.token_scopes import PERSONAL
from webapi.api import Resource
from webapi.current import acquis
from webapi.feed.events import KINDS, Writer, schema
from webapi.requests import LARGEST_NUMBER, Body, StrictInteger

bp = Resource("feed", __name__, url_prefix="/api/v1/feed")

MOST: Final = 1000
LONGEST: Final = 30
"""Seconds that one waits for more at most."""
LOOKS: Final = 0.1
"""Seconds between two looks of who waits: no connection is held between them."""
BATCH: Final = "application/cloudevents-batch+json"
EVENTS: Final[dict[str, Any]] = {
    "type": "array",
    "description": "CloudEvents 1.0, in order.",
    "items": {
        "type": "object",
        "required": [
            *("specversion", "id", "source", "type", "time", "datacontenttype"),
            *("position", "cursor", "toldat", "stream", "data"),
        ],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "description": "The position, which is the same each time it is told."},
            "source": {
                "type": "string",
                "format": "uri",
                "description": "This feed. Where it becomes another, begin at 0.",
            },
            "type": {"type": "string", "examples": ["fr.acquis.BlockGranted.v1"]},
            "time": {"type": "string", "format": "date-time", "description": "When it was recorded."},
            "datacontenttype": {"const": "application/json"},
            "dataschema": {"type": "string", "format": "uri"},
            "subject": {"type": "string", "format": "uuid", "description": "The candidacy of which it speaks."},
            "position": {"type": "integer", "description": "Where it stands in the log: the order of what happened."},
            "cursor": {"type": "integer", "description": "Where it stands in the feed: read on after it."},
            "toldat": {"type": "integer", "description": "Since which position it is told: that of the release."},
            "toldon": {"type": "string", "format": "date", "description": "The day of that release, if it waited."},
            "stream": {"type": "string", "format": "uuid", "description": "In which stream it stands."},
            "data": {"type": "object", "description": "What the fact says; `personal`, where the token may have it."},
        },
    },
}


class FeedQuery(Body):
    """What is told after which cursor, how much at most, and for how many seconds to wait where there is nothing."""

    cursor = StrictInteger(load_default=0, validate=validate.Range(0, LARGEST_NUMBER))
    limit = StrictInteger(load_default=100, validate=validate.Range(1, MOST))
    wait = StrictInteger(load_default=0, validate=validate.Range(0, LONGEST))


@bp.get("")
@bp.arguments(FeedQuery, location="query")
@bp.response(200, EVENTS, content_type=BATCH)
@allowed(Role.REPORTER)
def read_feed(query: dict[str, Any]) -> ResponseReturnValue:
    """Read the feed of facts as CloudEvents, from after a cursor on; the header Link says where to go on.

    Personal fields are told to a token with the scope `feed:personal` alone. Of those who wait for more, a few do: an
    empty answer that comes at once says by Retry-After when to ask again.
    """
    cursor, limit = query["cursor"], query["limit"]
    waited = _wait_for_more(cursor, query["wait"])
    words = acquis().vault if PERSONAL in bearer().scopes else None
    writer = Writer.of(acquis().database, acquis().settings.public_url, words)
    written, last = writer.written_after(cursor, limit)
    goes_on = {"cursor": last, "limit": limit}
    answer = Response(written, content_type=BATCH)
    answer.headers["Link"] = f'<{request.path}?{urlencode(goes_on)}>; rel="next"'
    if last == cursor and not waited:
        answer.headers["Retry-After"] = "1"
    return answer


@bp.get("/schemas/<kind>")
@bp.response(200, {"type": "object"}, content_type="application/schema+json")
@allowed(Role.REPORTER)
def read_schema(kind: str) -> ResponseReturnValue:
    """Read the JSON Schema of the data of one kind of event, by the fact's name: `BlockGranted`."""
    if kind not in KINDS:
        raise NotFound(kind)
    return Response(msgspec.json.encode(schema(kind)), content_type="application/schema+json")


def _wait_for_more(cursor: int, seconds: int) -> bool:
    """Wait until something is told after a cursor; whether there was a place to wait. Raises AheadOfTheFeed."""
    last = newest(acquis().database)
    if cursor > last:
        raise AheadOfTheFeed(cursor)
    if last > cursor or not seconds:
        return last > cursor
    with FOLLOWING.taken() as there:
        until = time.monotonic() + seconds
        while there and newest(acquis().database) == cursor and time.monotonic() < until:
            time.sleep(LOOKS)
    return there
