"""What of ours reads files that strangers send: the first look, text and archives, copies, and encrypted ones."""

from __future__ import annotations

import io
from collections.abc import Iterable

from adapters.files.age import AnotherKey, Damaged, encrypt
from adapters.files.inspection import first_look
from adapters.files.inspection.found import DOCX, ODT, RTF, TEXT, ZIP
from adapters.files.inspection.kinds import check
from adapters.files.inspection.refusals import ALL
from adapters.files.reading_copy.packing import NoCopy, Packing, contents, no_copy
from adapters.files.seeking import Seekable
from tests.fuzz.target import Target, each_of
from tests.given.files import specimens as made

SECRET = bytes(range(32))


def of(media_type: str, *seeds: bytes) -> Target:
    """A kind's check, from files that it finds sound and files that it refuses."""
    return Target(
        reads=lambda data: check(io.BytesIO(data), media_type), declared=ALL, seeds=each_of(*seeds), limited=True
    )


def encrypted() -> Iterable[bytes]:
    for size in (0, 10, 65_536, 70_000):
        target = io.BytesIO()
        encrypt(io.BytesIO(bytes(size)), target, SECRET)
        yield target.getvalue()


def copies() -> Iterable[bytes]:
    yield no_copy("copy-limits").data
    yield Packing().of_text("text").data


def decrypted(data: bytes) -> None:
    """Read from the end and from the beginning, as the inspection does."""
    with Seekable(io.BytesIO(data), SECRET) as content:
        size = content.seek(0, io.SEEK_END)
        content.seek(max(0, size - 100))
        assert len(content.read(100)) == min(size, 100)
        content.seek(0)
        assert len(content.readall()) == size


TEXTS = ("é;b\nc;d\n".encode(), b"\xff\xfea\0", "déjà".encode("cp1252"))
TARGETS = {
    "first look": Target(
        reads=lambda data: first_look(data[8:], data[:8].decode("latin-1")),
        declared=ALL,
        seeds=each_of(b"some.txt" + TEXTS[0], b"note.csv" + TEXTS[2], b"text.odt" + made.opendocument()),
    ),
    "archive": of(ZIP, made.zipped(("a.txt", b"a")), made.zipped(("a/", b""), ("a/b.pdf", made.PDF))),
    "office": of(DOCX, made.office(("word/_rels/a.xml.rels", made.relations(("hyperlink", "http://x", True))))),
    "opendocument": of(ODT, made.opendocument(body=b"<text:a/>")),
    "text": of(TEXT, *TEXTS),
    "rich text": of(RTF, b"{\\rtf1{\\object{\\*\\objclass Word.Document.8}{\\*\\objdata 01}}}"),
    "reading copy": Target(reads=lambda data: contents(io.BytesIO(data)), declared=(NoCopy,), seeds=copies),
    "encrypted": Target(reads=decrypted, declared=(AnotherKey, Damaged), seeds=encrypted),
}
