"""Paging of lists by signed keyset cursors."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from flask import request
from itsdangerous import BadData, URLSafeSerializer
from marshmallow import fields, validate

from webapi.current import acquis, admitted
from webapi.problems import Answered, Message
from webapi.requests import Body, StrictInteger

BAD_CURSOR: Final = Message(
    "bad-cursor",
    "This is not a cursor that a page of this list gave.",
    "Ce curseur n'a pas été donné par une page de cette liste.",
)
MOST: Final = 200


class PageQuery(Body):
    """The query that selects a page of a list."""

    cursor = fields.String(load_default=None, validate=validate.Length(1, 2000))
    limit = StrictInteger(load_default=50, validate=validate.Range(1, MOST))


def begins_after(cursor: str | None) -> Any:
    """Return the key after which the page begins, None for the first; answer 400 for an invalid cursor."""
    if cursor is None:
        return None
    try:
        return _signer().loads(cursor)
    except BadData as error:
        raise Answered(400, BAD_CURSOR) from error


def next_page(key: Any) -> str | None:
    """Return the cursor of the page that begins after `key`; None after the last page."""
    return None if key is None else str(_signer().dumps(key))


def link(cursor: str | None) -> dict[str, str]:
    """Return the header that names the next page; empty on the last page."""
    if cursor is None:
        return {}
    query = {**request.args.to_dict(flat=False), "cursor": [cursor]}
    return {"Link": f'<{request.path}?{urlencode(query, doseq=True)}>; rel="next"'}


def _signer() -> URLSafeSerializer:
    """Return a signer for this list and this reader only."""
    return URLSafeSerializer(acquis().settings.secret_key, salt=f"cursor {request.path} {admitted()}")
