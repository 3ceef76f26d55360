"""Streaming of an uploaded file to the evidence store, without holding it in memory.

The parts of a multipart body are read as they arrive. The file's part is a stream that `EvidenceStore.receive`
measures, hashes and writes to disk. The other fields are kept in memory, up to one mebibyte.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from flask import Request, current_app, g
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.sansio.multipart import NEED_DATA, Data, Epilogue, Event, Field, File, MultipartDecoder, State

from adapters.files.inspection import first_look
from adapters.files.stated import stated_name
from domain.refusal import Violation
from webapi.problems import BAD_FRAMING, BY_STATUS, Answered

V = TypeVar("V", bound=Callable[..., Any])
CHUNK: Final = 64 * 1024
LARGEST_FIELDS: Final = 1024 * 1024
MOST_PARTS: Final = 1000
LONGEST_REST: Final = 100
"""Maximum bytes between a boundary and the end of its line."""
NO_FILE: Final = Violation("file", "This field is missing.", "Ce champ manque.", "")


class MultipartUpload(io.RawIOBase):
    """One multipart body, read once, in order: fields, the file, fields.

    As a stream it is the content of the file's part.
    """

    def __init__(self, request: Request, part: str = "file") -> None:
        """Read up to the file's part; raises 415 for another media type, 422 when no part is the file.

        Raises TypeError in a view without `uploads`, whose bodies are limited to a small size.
        """
        if not getattr(current_app.view_functions[str(request.endpoint)], "uploads", False):
            raise TypeError(f"{request.endpoint} reads an upload and does not say so")
        boundary = request.mimetype_params.get("boundary", "")
        if request.mimetype != "multipart/form-data" or not boundary:
            raise UnsupportedMediaType
        self._source = request.stream
        self._to_come = request.content_length
        self._decoder = MultipartDecoder(boundary.encode(), LARGEST_FIELDS, max_parts=MOST_PARTS)
        self._mark = b"--" + boundary.encode()
        self._part = part
        self._fields: list[tuple[str, str]] = g.setdefault("upload_fields", [])
        self._held = 0
        self._content = False
        self._events = self._read_events()
        self.name = self._up_to_the_file()

    def readable(self) -> bool:
        """Return True: the stream can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return at least one byte of the file, or none at its end; `size` is ignored."""
        del size
        while self._content:
            if self._decoder.state is State.DATA and (data := self._undecoded()):
                return data
            event = next(self._events)
            if isinstance(event, Data):
                self._content = event.more_data
                if event.data:
                    return event.data
        return b""

    def type_of(self, head: bytes) -> str:
        """Return the media type from the first bytes and the name; raises TypeMismatch if they disagree."""
        return first_look(head, self.name)

    def fields(self) -> dict[str, list[str]]:
        """Read the fields after the file, and return all fields by name."""
        if self._next_file() is not None:
            raise Answered(422, BY_STATUS[422], [NO_FILE])
        found: dict[str, list[str]] = {}
        for name, value in self._fields:
            found.setdefault(name, []).append(value)
        return found

    def _up_to_the_file(self) -> str:
        name = self._next_file()
        if name is None:
            raise Answered(422, BY_STATUS[422], [NO_FILE])
        self._content = True
        return stated_name(name)

    def _next_file(self) -> str | None:
        """Keep the fields before the next file and return the file's name; None at the end of the body."""
        for event in self._events:
            if isinstance(event, File):
                if event.name != self._part:
                    raise Answered(422, BY_STATUS[422], [NO_FILE])
                return event.filename
            if isinstance(event, Field):
                self._fields.append((str(event.name), self._value()))
        return None

    def _value(self) -> str:
        value = bytearray()
        for event in self._events:
            if isinstance(event, Data):
                value += event.data
                self._held += len(event.data)
                if self._held > LARGEST_FIELDS:
                    raise Answered(413)
                if not event.more_data:
                    break
        return value.decode("utf-8", "replace")

    def _read_events(self) -> Iterator[Event]:
        try:
            while True:
                event: Any = self._decoder.next_event()
                if event is NEED_DATA:
                    self._decode(self._more())
                else:
                    yield event
                if isinstance(event, Epilogue):
                    return
        except (ValueError, UnicodeDecodeError, AttributeError) as error:  # the decoder's errors for malformed parts
            raise Answered(400, BAD_FRAMING) from error

    def _undecoded(self) -> bytes:
        """Return file bytes without a boundary; none if the decoder, three times slower, must parse the next bytes.

        A line ending that may begin a boundary is held back, as the decoder does.
        """
        more = self._more()
        held = self._decoder.buffer
        data = bytes(held) + more if held and more else more
        if data is None or self._mark in data:
            self._decode(more)
            return b""
        last = max(0, len(data) - len(self._mark) - 1)
        end = min(at if (at := data.find(each, last)) >= 0 else len(data) for each in (b"\r", b"\n"))
        held[:] = data[end:]
        return data[:end]

    def _decode(self, more: bytes | None) -> None:
        """Feed the decoder, and never split a boundary from the end of its line.

        When they are split, the decoder takes the preceding line ending for content: the file would be a byte longer.
        """
        self._decoder.receive_data(more)
        while more is not None and self._is_cut():
            more = self._more()
            self._decoder.receive_data(more)

    def _is_cut(self) -> bool:
        _, mark, rest = self._decoder.buffer.rpartition(self._mark)
        return bool(mark) and b"\n" not in rest and len(rest) < LONGEST_REST

    def _more(self) -> bytes | None:
        """Return more of the body, or None at its end; raises 400 if it is shorter than declared."""
        data = self._source.read(CHUNK)
        if self._to_come is not None:
            self._to_come -= len(data)
            if not data and self._to_come:
                raise Answered(400, BAD_FRAMING)
        return data or None


def uploads(view: V) -> V:
    """Mark a view that reads a large body as a stream (webapi/edge/body_limits.py)."""
    marked: Any = view
    marked.uploads = True
    return view
