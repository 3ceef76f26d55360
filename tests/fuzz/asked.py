"""Requests that strangers send: multipart bodies, JSON, the headers of uploads, cursors."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from adapters.settings import Settings
from domain.ports import Actor, PersonId, Role
from domain.refusal import Refused
from tests.fuzz.target import Target, each_of
from webapi.edge import paging
from webapi.edge.attachments import attachment
from webapi.evidence import tus
from webapi.evidence.upload_stream import MultipartUpload, uploads
from webapi.problems import Answered
from webapi.requests import read_json

DECLARED = (Answered, HTTPException, Refused)
LARGEST_HEADER = 8190
"""Bytes of one header that the servers let through (deploy/gunicorn.conf.py)."""

app = Flask("fuzz")
app.extensions["acquis"] = SimpleNamespace(settings=Settings(secret_key="fuzz only " * 4))
SOMEBODY = Actor(person=PersonId(UUID(int=1)), role=Role.CANDIDATE)


@app.post("/upload")
@uploads
def upload() -> Response:
    taken = MultipartUpload(request)
    while taken.read(65_536):
        pass
    taken.fields()
    attachment(taken.name).encode("ascii")
    return Response()


def sent(data: bytes) -> None:
    with app.test_request_context(
        "/upload", method="POST", data=data, content_type="multipart/form-data; boundary=frontier"
    ):
        app.view_functions["upload"]()


def told(data: bytes) -> None:
    with app.test_request_context("/upload", method="POST", data=data, content_type="application/json"):
        read_json(request)


def _words() -> None:
    words = tus._metadata()  # noqa: SLF001  (as above)
    tus._stated(words)  # noqa: SLF001
    tus._older(words)  # noqa: SLF001


def headed(data: bytes) -> None:
    """The headers of tus, as a server gives them to us: Latin-1, without ends of lines, of a certain length."""
    lines = [line.decode("latin-1")[:LARGEST_HEADER] for line in data.replace(b"\r", b"").split(b"\n")[:4]]
    names = ("Upload-Length", "Upload-Offset", "Upload-Checksum", "Upload-Metadata")
    headers = dict(zip(names, lines, strict=False))
    for read in (tus._length, tus._offset, tus._checksum, _words):  # noqa: SLF001  (each reads a header)
        with app.test_request_context("/upload", method="POST", headers=headers):
            try:
                read()
            except DECLARED:
                continue


def paged(data: bytes) -> None:
    with app.test_request_context("/upload"):
        g.actor = SOMEBODY
        paging.begins_after(data.decode("latin-1"))


def a_cursor() -> list[bytes]:
    with app.test_request_context("/upload"):
        g.actor = SOMEBODY
        return [str(paging.next_page(["2021-02-01", 12])).encode()]


FIELD = b'--frontier\r\nContent-Disposition: form-data; name="competences"\r\n\r\n1\r\n'
FILE = b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\nx\r\n'
STARRED = b"--frontier\r\nContent-Disposition: form-data; name=file; filename*=UTF-8''a%22\r\n\r\nx\r\n"
TARGETS = {
    "multipart": Target(
        reads=sent,
        declared=DECLARED,
        seeds=each_of(FIELD + FILE + b"--frontier--\r\n", FILE + FIELD + b"--frontier--", STARRED + b"--frontier--"),
    ),
    "json": Target(
        reads=told,
        declared=DECLARED,
        seeds=each_of(b'{"a": [1, -2.5e3, "\\u00e9", null, true], "b": {}}', b'"\\ud800"', b"[[[]]]", b"NaN"),
    ),
    "tus": Target(
        reads=headed,
        declared=DECLARED,
        seeds=each_of(
            b"12\n0\nsha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=\nfilename YS5wZGY=,modified MTI=", b"1\n1\nsha256 \nname"
        ),
    ),
    "cursor": Target(reads=paged, declared=DECLARED, seeds=a_cursor),
}
