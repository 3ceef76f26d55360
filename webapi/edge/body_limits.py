"""How large may a body be, and of which kind, before any of it is read?"""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, current_app, request
from webargs import core

from adapters.settings import Settings
from domain.refusal import Violation
from webapi.edge.hosts import SAFE
from webapi.problems import FOR_PROGRAMS, Answered
from webapi.requests import LARGEST_BODY, NOT_ACCEPTED, UNKNOWN_FIELD, nothing_asked_but, read_json

MOST_PARTS: Final = 100
UNCODED: Final = (("Content-Encoding", "identity"), ("Transfer-Encoding", "chunked"))
"""The headers that may name codings of a body, and the one in which it is all the same as it was written."""


def measure_bodies(app: Flask, settings: Settings) -> None:
    """Refuse (413) what says that it is larger than its view reads, and stop reading what turns out to be.

    A view marked with `uploads` streams, within MAX_CONTENT_LENGTH; every other body is held in memory: a mebibyte.
    A form says its length (411), as every browser's does: what is read of an endless one is cut without a word.
    What was sent in a coding (gzip) is not what its kind says: 415.
    """
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=MOST_PARTS,
    )

    def look() -> None:
        if request.method in SAFE:
            return
        if any(request.headers.get(name, plain).strip().lower() != plain for name, plain in UNCODED):
            raise Answered(415)
        if getattr(current_app.view_functions.get(str(request.endpoint)), "uploads", False):
            largest = int(current_app.config["MAX_CONTENT_LENGTH"])
        else:
            largest = LARGEST_BODY
            request.max_content_length = largest + 1  # by one too many it shows that there is more
            if "Transfer-Encoding" in request.headers and not request.path.startswith(FOR_PROGRAMS):
                raise Answered(411)
        if (request.content_length or 0) > largest:
            raise Answered(413)

    app.before_request(look)


def refuse_stray_bodies() -> None:
    """Before a write of the API that reads no body: another kind than JSON is 415, a field in it unknown (422)."""
    if request.method in SAFE:
        return
    view: Any = current_app.view_functions[str(request.endpoint)]
    takes_one = getattr(view, "uploads", False) or getattr(view, "reads_json", False)
    if not takes_one and _has_body() and read_json(request) not in ({}, core.missing):
        raise Answered(422, UNKNOWN_FIELD, [Violation("…", *NOT_ACCEPTED, "")])


def refuse_stray_queries() -> None:
    """Before a view that reads no query: refuse (422) one that would go unheard; `after` is every read's."""
    view: Any = current_app.view_functions[str(request.endpoint)]
    if view.allowed and not view.reads_query:
        nothing_asked_but(*(["after"] if request.method in SAFE else []))


def reads(view: Any, place: str) -> bool:
    """Whether a view declares that it reads something there: `json`, `query`."""
    noted = getattr(view, "_apidoc", {})
    declared = (
        *noted.get("arguments", {}).get("parameters", ()),
        *noted.get("manual_doc", {}).get("parameters", ()),
    )
    return any(each.get("in") == place for each in declared)


def _has_body() -> bool:
    return bool(request.content_length) or "Transfer-Encoding" in request.headers
