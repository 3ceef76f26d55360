"""Limits on the size and the kind of request bodies, checked before a body is read."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, current_app, request
from webargs import core

from adapters.settings import Settings
from domain.refusal import Violation
from webapi.edge.hosts import SAFE
from webapi.problems import FOR_PROGRAMS, Answered
from webapi.requests import LARGEST_BODY, NOT_ACCEPTED, UNKNOWN_FIELD, read_json, refuse_other_parameters

MOST_PARTS: Final = 100
UNCODED: Final = (("Content-Encoding", "identity"), ("Transfer-Encoding", "chunked"))
"""The headers that may name codings of a body, each with the one value that means "not coded"."""


def measure_bodies(app: Flask, settings: Settings) -> None:
    """Refuse (413) a body that is larger than its view accepts, and stop reading a longer one.

    A view marked with `uploads` reads a stream of MAX_CONTENT_LENGTH at most; any other body, of 1 MiB at most, is
    held in memory. A form without a length is refused (411): every browser sends one, and reading would silently cut
    an endless form. A compressed body (gzip) is refused (415): its bytes are not of the kind that it names.
    """
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=MOST_PARTS,
    )

    def check_body() -> None:
        if request.method in SAFE:
            return
        if any(request.headers.get(name, plain).strip().lower() != plain for name, plain in UNCODED):
            raise Answered(415)
        if getattr(current_app.view_functions.get(str(request.endpoint)), "uploads", False):
            largest = int(current_app.config["MAX_CONTENT_LENGTH"])
        else:
            largest = LARGEST_BODY
            request.max_content_length = largest + 1  # one byte more shows that the body is too long
            if "Transfer-Encoding" in request.headers and not request.path.startswith(FOR_PROGRAMS):
                raise Answered(411)
        if (request.content_length or 0) > largest:
            raise Answered(413)

    app.before_request(check_body)


def refuse_stray_bodies() -> None:
    """Refuse a body sent to a write that reads none: 415 unless it is JSON, 422 if it has a field."""
    if request.method in SAFE:
        return
    view: Any = current_app.view_functions[str(request.endpoint)]
    takes_one = getattr(view, "uploads", False) or getattr(view, "reads_json", False)
    if not takes_one and _has_body() and read_json(request) not in ({}, core.missing):
        raise Answered(422, UNKNOWN_FIELD, [Violation("…", *NOT_ACCEPTED, "")])


def refuse_stray_queries() -> None:
    """Refuse (422) a query sent to a view that reads none; every read accepts `after`."""
    view: Any = current_app.view_functions[str(request.endpoint)]
    if view.allowed and not view.reads_query:
        refuse_other_parameters(*(["after"] if request.method in SAFE else []))


def reads(view: Any, place: str) -> bool:
    """Return whether a view declares a parameter in `place`: `json` or `query`."""
    noted = getattr(view, "_apidoc", {})
    declared = (
        *noted.get("arguments", {}).get("parameters", ()),
        *noted.get("manual_doc", {}).get("parameters", ()),
    )
    return any(each.get("in") == place for each in declared)


def _has_body() -> bool:
    return bool(request.content_length) or "Transfer-Encoding" in request.headers
