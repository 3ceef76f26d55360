"""The fields of a form that is not taken, and not shown in its own page either.

The session has ended meanwhile, or the dossier is not its reader's any more. It may be the work of hours, and the
page that it was typed in is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final, cast

from flask import g, request
from werkzeug.sansio.multipart import NEED_DATA, Data, Epilogue, Field, File, MultipartDecoder

SECRETS: Final = frozenset({"password", "new", "twice", "code"})
"""Fields that prove who somebody is."""
CHUNK: Final = 16 * 1024
LONGEST: Final = 256 * 1024
"""Bytes that are read of a body in parts, of which a description has forty thousand at most."""


def typed() -> str:
    """Return the texts that came along from a page of this site; nothing of a form that proves who somebody is.

    A text has several words: ids, days, and what is chosen or ticked have one.
    """
    if not is_from_here() or request.method != "POST":
        return ""
    given = fields_sent()
    if any(name in SECRETS for name, _ in given):
        return ""
    texts = (value.strip() for _, value in given)
    return "\n\n".join(text for text in texts if len(text.split()) > 1)


def is_from_here() -> bool:
    """Return whether the browser attests that a page of this site sent the request."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def typed_so_far() -> str:
    """The same of a form that was read already, whatever it was refused for: none is begun to be read here."""
    return typed() if "form" in vars(request) or "fields_sent" in g or "upload_fields" in g else ""


def fields_sent() -> list[tuple[str, str]]:
    """Return the fields that came along, read once; of a form with a file those before it: ours have it last."""
    if "fields_sent" not in g:
        g.fields_sent = list(_fields())
    return cast("list[tuple[str, str]]", g.fields_sent)


def _fields() -> Iterator[tuple[str, str]]:
    if "upload_fields" in g:  # its view has begun to read the body
        yield from g.upload_fields
    elif request.mimetype == "application/x-www-form-urlencoded" or "form" in vars(request):
        yield from request.form.items(multi=True)
    elif request.mimetype == "multipart/form-data" and is_from_here():
        with suppress(ValueError):  # parts that are broken
            yield from _before_the_file()


def _before_the_file() -> Iterator[tuple[str, str]]:
    """The fields of a body in parts, up to the first file or as many bytes; nothing more of it is read."""
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
