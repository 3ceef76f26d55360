"""Route of the feed: published facts after a cursor, with waiting for more."""

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
"""The most seconds to wait for more."""
LOOKS: Final = 0.1
"""Seconds between two checks while waiting; no connection is held between them."""
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
            "id": {"type": "string", "description": "The position; the same each time the event is sent."},
            "source": {
                "type": "string",
                "format": "uri",
                "description": "This feed. If it changes, begin again at 0.",
            },
            "type": {"type": "string", "examples": ["fr.acquis.BlockGranted.v1"]},
            "time": {"type": "string", "format": "date-time", "description": "When it was recorded."},
            "datacontenttype": {"const": "application/json"},
            "dataschema": {"type": "string", "format": "uri"},
            "subject": {"type": "string", "format": "uuid", "description": "The candidacy that the fact is about."},
            "position": {"type": "integer", "description": "Position in the log: the order of events."},
            "cursor": {"type": "integer", "description": "Position in the feed: continue after it."},
            "toldat": {"type": "integer", "description": "Position of the release that published it."},
            "toldon": {
                "type": "string",
                "format": "date",
                "description": "The day of that release, if the fact waited for one.",
            },
            "stream": {"type": "string", "format": "uuid", "description": "The fact's stream."},
            "data": {"type": "object", "description": "The fact's fields; `personal` if the token allows it."},
        },
    },
}


class FeedQuery(Body):
    """The cursor to read after, the most events, and the seconds to wait when there are none."""

    cursor = StrictInteger(load_default=0, validate=validate.Range(0, LARGEST_NUMBER))
    limit = StrictInteger(load_default=100, validate=validate.Range(1, MOST))
    wait = StrictInteger(load_default=0, validate=validate.Range(0, LONGEST))


@bp.get("")
@bp.arguments(FeedQuery, location="query")
@bp.response(200, EVENTS, content_type=BATCH)
@allowed(Role.REPORTER)
def read_feed(query: dict[str, Any]) -> ResponseReturnValue:
    """Read the feed of facts as CloudEvents after a cursor; the header Link gives the next address.

    Only a token with the scope `feed:personal` gets personal fields. Only a few requests can wait at a time: an
    immediate empty answer says by Retry-After when to ask again.
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
    """Wait until there are events after the cursor; return whether this request could wait. Raises AheadOfTheFeed."""
    last = newest(acquis().database)
    if cursor > last:
        raise AheadOfTheFeed(cursor)
    if last > cursor or not seconds:
        return last > cursor
    with FOLLOWING.taken() as may_wait:
        until = time.monotonic() + seconds
        while may_wait and newest(acquis().database) == cursor and time.monotonic() < until:
            time.sleep(LOOKS)
    return may_wait
