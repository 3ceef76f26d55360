"""Files that strangers send: each kind's check, and the reader of encrypted ones."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import BinaryIO

from adapters.files.age import AnotherKey, Damaged, encrypt
from adapters.files.inspection import film, image, kinds, pdf, sound, text, vml
from adapters.files.inspection.found import JPEG, PNG, WEBP, Found
from adapters.files.inspection.refusals import ALL
from adapters.files.seeking import Seekable
from tests import specimens as made
from tests.fuzz.target import Target, each_of

SECRET = bytes(range(32))


def of(check: Callable[[BinaryIO], Found], *seeds: bytes) -> Target:
    """A kind's check, from files that it finds sound and files that it refuses."""
    return Target(reads=lambda data: check(io.BytesIO(data)), declared=ALL, seeds=each_of(*seeds), limited=True)


def any_image(file: BinaryIO) -> Found:
    start = file.read(1)
    return image.check(file, PNG if start == b"\x89" else JPEG if start == b"\xff" else WEBP)


def encrypted() -> Iterable[bytes]:
    for size in (0, 10, 65_536, 70_000):
        target = io.BytesIO()
        encrypt(io.BytesIO(bytes(size)), target, SECRET)
        yield target.getvalue()


def decrypted(data: bytes) -> None:
    """Read from the end and from the beginning, as the inspection does."""
    with Seekable(io.BytesIO(data), SECRET) as content:
        size = content.seek(0, io.SEEK_END)
        content.seek(max(0, size - 100))
        assert len(content.read(100)) == min(size, 100)
        content.seek(0)
        assert len(content.readall()) == size


def drawn(data: bytes) -> None:
    """An older drawing of an office file, as a part of it is read: an archive around it is hardly ever hit upon."""
    vml.check(lambda: io.BytesIO(data))


SMALL = (16, 10)
TARGETS = {
    "pdf": of(
        pdf.check,
        made.PDF,
        made.pdf_of(b"<</S/JavaScript/JS(x)>>", catalog=b"/Names<</Dests 5 0 R>>"),
        made.pdf_with_hidden(b"<</S/GoTo>>", b"/OpenAction 9 0 R"),
        made.pdf_of(made.pdf_stream(made.lzw(b"BT ET"), b"/LZWDecode", b"/DecodeParms<</EarlyChange 0>>")),
        made.pdf_of(made.pdf_stream(b"\x01BT\xff \x01ET\x80", b"/RunLengthDecode")),
    ),
    "image": of(any_image, *(made.picture(form, SMALL) for form in ("PNG", "JPEG", "WEBP"))),
    "archive": of(
        kinds.check,
        made.zipped(("a.txt", b"a")),
        made.zipped(("a/", b""), ("a/b.pdf", made.PDF)),
        made.long_ended(start=0xFFFFFFFF),
        made.streamed(force_zip64=True),
        made.with_descriptor("<4sIQQ"),
        made.named((b"?.txt", *(made.unicode_path(b"?.txt", "é.txt".encode()),) * 2)),
    ),
    "office": of(
        kinds.check,
        made.office(("word/_rels/document.xml.rels", made.relations(("hyperlink", "http://x", True)))),
        made.office(family="xl"),
        made.office(("xl/connections.xml", b'<c><connection refreshOnLoad="0"/></c>'), family="xl"),
        made.office(("xl/drawings/vmlDrawing1.vml", made.BUTTON), family="xl"),
        made.opendocument(body=b"<text:a/>"),
    ),
    "drawing": Target(reads=drawn, declared=ALL, seeds=each_of(made.NOTE, made.BUTTON, made.HEAD), limited=True),
    "sound": of(sound.check, made.sound(), made.sound(tag=b"ID3\x03\0\0\0\0\0\x0a" + bytes(10), after=b"TAG")),
    "film": of(film.check, made.film(), made.film(made.box(b"free", b"x"))),
    "text": of(text.check, "é;b\nc;d\n".encode(), b"\xff\xfea\0", "déjà".encode("cp1252")),
    "encrypted": Target(reads=decrypted, declared=(AnotherKey, Damaged), seeds=encrypted),
}
