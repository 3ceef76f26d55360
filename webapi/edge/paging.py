"""Where does the next page of a list begin? A keyset cursor, signed, so that nobody forges one."""

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
    """Which page of a list."""

    cursor = fields.String(load_default=None, validate=validate.Length(1, 2000))
    limit = StrictInteger(load_default=50, validate=validate.Range(1, MOST))


def begins_after(cursor: str | None) -> Any:
    """The key after which the page begins, None for the first; raises 400 for a cursor that this list never gave."""
    if cursor is None:
        return None
    try:
        return _signer().loads(cursor)
    except BadData as error:
        raise Answered(400, BAD_CURSOR) from error


def next_page(key: Any) -> str | None:
    """The cursor of the page that begins after `key`; None when there is none."""
    return None if key is None else str(_signer().dumps(key))


def link(cursor: str | None) -> dict[str, str]:
    """The header that says where the next page is."""
    if cursor is None:
        return {}
    query = {**request.args.to_dict(flat=False), "cursor": [cursor]}
    return {"Link": f'<{request.path}?{urlencode(query, doseq=True)}>; rel="next"'}


def _signer() -> URLSafeSerializer:
    """Signs for one list and one reader."""
    return URLSafeSerializer(acquis().settings.secret_key, salt=f"cursor {request.path} {admitted()}")
