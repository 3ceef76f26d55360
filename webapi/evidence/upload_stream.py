"""How does a file reach the evidence store without ever being held in memory?

The parts of a multipart body are read as they come: the file's part is a stream that `EvidenceStore.receive` reads
to the disk while it measures and hashes it, the fields around it are kept, up to a mebibyte.
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
"""Bytes after a boundary's name in which its line ends."""
NO_FILE: Final = Violation("file", "This field is missing.", "Ce champ manque.", "")


class MultipartUpload(io.RawIOBase):
    """One multipart body, read once, in order: fields, the file, fields.

    As a stream it is the content of the file's part.
    """

    def __init__(self, request: Request, part: str = "file") -> None:
        """Read up to the file's part; raises 415 for another media type, 422 when no part is the file.

        TypeError in a view that is not marked with `uploads`: its bodies are measured as small ones.
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
        """Whether it is a stream to read: yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Give more of the file, at least one byte unless it has ended; `size` is only a wish."""
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
        """Of which type the file is by its first bytes, or by its name among their kind; raises TypeMismatch."""
        return first_look(head, self.name)

    def fields(self) -> dict[str, list[str]]:
        """Read what follows the file, and give all fields by their name."""
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
        """Keep the fields before the next file and give its name; None at the end of the body."""
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
        except (ValueError, UnicodeDecodeError, AttributeError) as error:  # what the decoder says of broken parts
            raise Answered(400, BAD_FRAMING) from error

    def _undecoded(self) -> bytes:
        """More of the file that holds no boundary; nothing where the decoder is to look, which takes thrice as long.

        An end of a line that may begin a boundary is held back, as the decoder does it.
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
        """Give the decoder more, and the end of a boundary's line with its beginning.

        Of a boundary that is cut between its name and the end of its line it takes the end of the line before for
        content: the file would be a byte longer than it was sent.
        """
        self._decoder.receive_data(more)
        while more is not None and self._is_cut():
            more = self._more()
            self._decoder.receive_data(more)

    def _is_cut(self) -> bool:
        _, mark, rest = self._decoder.buffer.rpartition(self._mark)
        return bool(mark) and b"\n" not in rest and len(rest) < LONGEST_REST

    def _more(self) -> bytes | None:
        """More of the body; None at its end, which is where its declared length says, or it was cut short."""
        data = self._source.read(CHUNK)
        if self._to_come is not None:
            self._to_come -= len(data)
            if not data and self._to_come:
                raise Answered(400, BAD_FRAMING)
        return data or None


def uploads(view: V) -> V:
    """Mark a view whose body is larger than others' (webapi/edge/body_limits.py): it reads it as a stream."""
    marked: Any = view
    marked.uploads = True
    return view
