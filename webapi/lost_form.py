"""Texts of a form that is refused and cannot be shown in its own page again.

The session has ended, or the user may no longer read the dossier. The texts may be hours of work, and their page is
gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final, cast

from flask import g, request
from werkzeug.sansio.multipart import NEED_DATA, Data, Epilogue, Field, File, MultipartDecoder

SECRETS: Final = frozenset({"password", "new", "twice", "code"})
"""Fields that prove the user's identity."""
CHUNK: Final = 16 * 1024
LONGEST: Final = 256 * 1024
"""The most bytes read of a multipart body; a description has at most forty thousand."""


def typed() -> str:
    """Return the texts that a page of this site sent; empty when the form holds a password or a code.

    A text is a value of several words: ids, days and choices are one word.
    """
    if not is_same_origin() or request.method != "POST":
        return ""
    given = fields_sent()
    if any(name in SECRETS for name, _ in given):
        return ""
    texts = (value.strip() for _, value in given)
    return "\n\n".join(text for text in texts if len(text.split()) > 1)


def is_same_origin() -> bool:
    """Return whether the browser attests that a page of this site sent the request."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def typed_so_far() -> str:
    """Return the texts of a form that was already read; never start to read the body."""
    return typed() if "form" in vars(request) or "fields_sent" in g or "upload_fields" in g else ""


def fields_sent() -> list[tuple[str, str]]:
    """Return the fields, read once; of a form with a file, those before it (our forms have the file last)."""
    if "fields_sent" not in g:
        g.fields_sent = list(_fields())
    return cast("list[tuple[str, str]]", g.fields_sent)


def _fields() -> Iterator[tuple[str, str]]:
    if "upload_fields" in g:  # the view has begun to read the body
        yield from g.upload_fields
    elif request.mimetype == "application/x-www-form-urlencoded" or "form" in vars(request):
        yield from request.form.items(multi=True)
    elif request.mimetype == "multipart/form-data" and is_same_origin():
        with suppress(ValueError):  # malformed parts
            yield from _before_the_file()


def _before_the_file() -> Iterator[tuple[str, str]]:
    """Yield the fields of a multipart body up to the first file, or up to `LONGEST` bytes, and read no more."""
    decoder = MultipartDecoder(request.mimetype_params.get("boundary", "").encode())
    name, value, to_come = "", bytearray(), LONGEST
    while to_come > 0:
        chunk = request.stream.read(CHUNK)
        to_come -= len(chunk)
        decoder.receive_data(chunk or None)
        while (event := decoder.next_event()) is not NEED_DATA:
            if isinstance(event, File | Epilogue):
                return
            if isinstance(event, Field):
                name, value = str(event.name), bytearray()
            elif isinstance(event, Data):
                value += event.data
                if not event.more_data:
                    yield name, value.decode("utf-8", "replace")
