"""What had somebody typed, when it is not taken, and not shown in its form either?

Their session has ended meanwhile, or the dossier is not theirs any more. It may be the work of hours, and the page
that it was typed in is gone: the answer shows it, to be copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from flask import request
from werkzeug.sansio.multipart import NEED_DATA, Data, Epilogue, Field, File, MultipartDecoder

SECRETS: Final = frozenset({"password", "new", "twice", "code"})
"""By these a form is known that nothing is shown of."""
CHUNK: Final = 16 * 1024
LONGEST: Final = 256 * 1024
"""Bytes that are read of a body in parts, of which a description has forty thousand at most."""


def typed() -> str:
    """The texts that came along, from a page of this site; nothing of what another site made a browser send.

    A text has several words: ids, days, and what is chosen or ticked have one. Where a file comes along, what was
    typed before it: our forms have it last.
    """
    if request.headers.get("Sec-Fetch-Site") != "same-origin" or request.method != "POST":
        return ""
    given = list(_given())
    if any(name in SECRETS for name, _ in given):
        return ""
    texts = (value.strip() for _, value in given)
    return "\n\n".join(text for text in texts if len(text.split()) > 1)


def _given() -> Iterator[tuple[str, str]]:
    if request.mimetype == "application/x-www-form-urlencoded" or "form" in vars(request):
        yield from request.form.items(multi=True)
    elif request.mimetype == "multipart/form-data":
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


def typed_so_far() -> str:
    """The same of a form that was read already, whatever it was refused for: none is begun to be read here."""
    return typed() if "form" in vars(request) else ""
