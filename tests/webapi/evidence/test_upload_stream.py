"""Tests that a file is read from a form unchanged, however the form is split into reads."""

from __future__ import annotations

import io
import random
import re

import pytest
from flask import request
from werkzeug.test import create_environ

from tests.fuzz.asked import app
from webapi.evidence.upload_stream import MultipartUpload
from webapi.problems import Answered

HEAD = b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="cv.pdf"\r\n\r\n'
WORDS = (b"\r", b"\n", b"-", b"--", b"\r\n", b"--frontie", b"r", b"--frontier", b"x", b"\r\n--frontierX", b"y" * 30)
BOUNDARY = re.compile(rb"[\r\n]--frontier(--|[\r\n])")
END, LAST = b"\r\n", b"--frontier--\r\n"


class InPieces(io.BytesIO):
    """A body that returns a few bytes per read, as on a slow connection."""

    drawn = random.Random(20)  # noqa: S311  (nothing secret)

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self.drawn.choice((1, 2, 7, 20, 64)) if size else 0)


def read_by_upload(body: bytes) -> bytes:
    environ = create_environ("/upload", method="POST") | {
        "CONTENT_TYPE": "multipart/form-data; boundary=frontier",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": InPieces(body),
        "wsgi.input_terminated": True,
    }
    with app.request_context(environ):
        upload = MultipartUpload(request)
        content = b"".join(iter(lambda: upload.read(100), b""))
        assert upload.fields() == {}
    return content


def test_file_read_from_a_form_split_at_random_is_unchanged() -> None:
    drawn, read = random.Random(8), 0  # noqa: S311  (nothing secret)
    while read < 400:
        content = b"x" + b"".join(drawn.choices(WORDS, k=drawn.randrange(20)))
        if not BOUNDARY.search(content + END):
            assert read_by_upload(HEAD + content + END + LAST) == content
            read += 1


def test_form_that_ends_within_its_file_is_refused_as_bad_framing() -> None:
    for end in (b"", b"\r\n", b"\r\n--fron", b"\r\n--frontier"):
        with pytest.raises(Answered) as refused:
            read_by_upload(HEAD + b"content" + end)
        assert refused.value.args[0] == 400
